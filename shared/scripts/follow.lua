-- follow: writes the faces being followed if nobody has written them since they were read, and removes the
-- commands that were carried out; else it changes nothing and returns the newest, for another try.
--
-- KEYS: tracks, ledger, commands
-- ARGV: version read, data, ids (of the tracks, for those who ask), next track id, lifetime (ms),
--       then the commands carried out: {name, value, ...}
-- Returns {1} if they were written, else {0, version, data, next track id}.

local tracks, ledger, commands = KEYS[1], KEYS[2], KEYS[3]
local version, data, ids, following, lifetime = unpack(ARGV, 1, 5)

local stored = followed(tracks, ledger)
if stored[1] ~= version then return {0, unpack(stored)} end

-- From the ledger, which outlives the tracks: no version comes twice, and no id is given to two faces.
version = redis.call('HINCRBY', ledger, 'tracks', 1)
redis.call('HSET', ledger, 'track', following)
redis.call('HSET', tracks, 'version', version, 'data', data, 'ids', ids)
redis.call('PEXPIRE', tracks, lifetime)
for i = 6, #ARGV, 2 do
  -- One that was given again meanwhile stays.
  if redis.call('HGET', commands, ARGV[i]) == ARGV[i + 1] then redis.call('HDEL', commands, ARGV[i]) end
end
return {1}
