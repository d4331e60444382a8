-- take: gives a worker the newest waiting frame; acknowledges the older ones and counts them as superseded,
-- so that their pictures never cross the network. A newest frame over the age budget is acknowledged and
-- counted as stale.
--
-- KEYS: frames, counters, ledger, tracks, commands
-- ARGV: group, consumer, age budget (ms; 0 for none)
-- Returns {id, {name, value, ...}, {version, data, next track id}, {command, value, ...}}: with the frame, the
-- faces being followed and what viewers asked for; or nil where nothing waits.

local frames, counters, ledger, tracks, commands = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local group, consumer, budget = ARGV[1], ARGV[2], tonumber(ARGV[3])

settle(frames, counters, ledger)
if redis.call('EXISTS', frames) == 0 then return false end
ensure_group(frames, group)

local reply = redis.call('XREADGROUP', 'GROUP', group, consumer, 'STREAMS', frames, '>')
if not reply then return false end
local entries = reply[1][2]
local newest = entries[#entries]
local older = {}
for i = 1, #entries - 1 do older[i] = entries[i][1] end
if #older > 0 then redis.call('XACK', frames, group, unpack(older)) end
add(counters, 'superseded', #older)
add(ledger, 'waiting', -#entries)

local captured_ns = tonumber(field(newest[2], 't') or '')
if budget > 0 and captured_ns and now_ms() - captured_ns / 1e6 > budget then
  redis.call('XACK', frames, group, newest[1])
  add(counters, 'stale', 1)
  return false
end
add(ledger, 'pending', 1)
return {newest[1], newest[2], followed(tracks, ledger), all_of(commands)}
