-- tell: keeps what receivers were told of a camera, for whoever leads; or hands it to a new leader.
--
-- KEYS: told
-- ARGV: term, lifetime (ms), then to keep it: its version and data
-- Returns {1, version, data} as they are kept now; {0} where a later leader has been here, or where something
-- else was kept meanwhile: then nothing of it is to be told.

local told = KEYS[1]
local term, lifetime, version, data = unpack(ARGV)

local kept = redis.call('HMGET', told, 'term', 'version', 'data')
if kept[1] and tonumber(kept[1]) > tonumber(term) then return {0} end
-- A repeat, of a write whose reply was lost, changes nothing; what says something else is no repeat.
local is_next = not kept[2] or tonumber(kept[2]) == tonumber(version or 0) - 1
local is_repeat = kept[1] == term and kept[2] == version and kept[3] == data
if version and not is_next and not is_repeat then return {0} end
version, data = version or kept[2] or '0', data or kept[3] or ''
redis.call('HSET', told, 'term', term, 'version', version, 'data', data)
redis.call('PEXPIRE', told, lifetime)
return {1, version, data}
