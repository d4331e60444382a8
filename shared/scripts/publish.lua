-- publish: adds a frame, counts it as captured, trims, and counts as trimmed what no worker had taken. With the
-- first frame of another run of capture, which may have another source, nobody is followed any longer: no id and
-- no learned resting face goes over to a stranger.
--
-- KEYS: frames, counters, ledger, tracks, commands
-- ARGV: group, bound (entries), lifetime (ms), wake channel, camera, capture run, seq, then the entry's fields
-- Returns the entry's id. A repeat of the same run and seq (a write whose reply was lost) gets the id of
-- the last frame and changes nothing.

local frames, counters, ledger, tracks, commands = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local group, bound, lifetime, channel, camera, run, seq = unpack(ARGV, 1, 7)

local last = redis.call('HMGET', ledger, 'run', 'seq', 'id')
if last[1] == run and tonumber(seq) <= tonumber(last[2]) then return last[3] end
if last[1] and last[1] ~= run then redis.call('DEL', tracks, commands) end

settle(frames, counters, ledger)
local id = redis.call('XADD', frames, '*', unpack(ARGV, 8))
local delivered = ensure_group(frames, group)['last-delivered-id']
add(counters, 'captured', 1)
local waiting = redis.call('HINCRBY', ledger, 'waiting', 1)

local excess = redis.call('XLEN', frames) - tonumber(bound)
if excess > 0 then
  local lost = 0
  -- Those that wait are the newest: while they are no more than may stay, none is lost, and no picture is read
  -- to find that out.
  local oldest = waiting > tonumber(bound) and redis.call('XRANGE', frames, '-', '+', 'COUNT', excess) or {}
  for _, entry in ipairs(oldest) do
    if later(entry[1], delivered) then lost = lost + 1 end
  end
  redis.call('XTRIM', frames, 'MAXLEN', '=', bound)
  add(counters, 'trimmed', lost)
  add(ledger, 'waiting', -lost)
end

redis.call('PEXPIRE', frames, lifetime)
redis.call('HSET', ledger, 'run', run, 'seq', seq, 'id', id)
redis.call('PUBLISH', channel, camera)
return id
