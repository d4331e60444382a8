-- sweep: takes frames that have been pending for too long from workers that died or froze and counts them as
-- abandoned; counts frames that nobody came for as stale before the stream expires; forgets consumers that
-- have been silent for long and hold nothing.
--
-- KEYS: frames, counters, ledger
-- ARGV: group, sweeping consumer, pending for (ms), waiting for (ms), silent for (ms)
-- Returns {abandoned, stale}.

local frames, counters, ledger = KEYS[1], KEYS[2], KEYS[3]
local group, consumer, pending_for, waiting_for, silent_for = unpack(ARGV, 1, 5)

settle(frames, counters, ledger)
if redis.call('EXISTS', frames) == 0 then return {0, 0} end
local state = ensure_group(frames, group)

-- Not XAUTOCLAIM: it drops entries whose frame has been trimmed away without looking at how long they have
-- been pending, so that a slow worker would lose its frame as soon as the stream had moved on.
local held = {}
for i, row in ipairs(redis.call('XPENDING', frames, group, 'IDLE', pending_for, '-', '+', 100)) do
  held[i] = row[1]
end
if #held > 0 then redis.call('XACK', frames, group, unpack(held)) end
local abandoned = #held
add(counters, 'abandoned', abandoned)
add(ledger, 'pending', -abandoned)

local stale = 0
local newest = redis.call('XREVRANGE', frames, '+', '-', 'COUNT', 1)[1]
if newest and later(newest[1], state['last-delivered-id'])
  and now_ms() - tonumber(newest[1]:match('%d+')) > tonumber(waiting_for) then
  local reply = redis.call('XREADGROUP', 'GROUP', group, consumer, 'STREAMS', frames, '>')
  local ids = {}
  for i, entry in ipairs(reply and reply[1][2] or {}) do ids[i] = entry[1] end
  if #ids > 0 then redis.call('XACK', frames, group, unpack(ids)) end
  stale = #ids
  add(counters, 'stale', stale)
  add(ledger, 'waiting', -stale)
end

for _, row in ipairs(redis.call('XINFO', 'CONSUMERS', frames, group)) do
  local name, held, idle = field(row, 'name'), field(row, 'pending'), field(row, 'idle')
  if held == 0 and idle > tonumber(silent_for) then
    redis.call('XGROUP', 'DELCONSUMER', frames, group, name)
  end
end
return {abandoned, stale}
