-- lead: gives one of several replicas the lead, or lets the one that has it keep it.
--
-- KEYS: leader
-- ARGV: replica, for how long (ms; 0 gives the lead up)
-- Returns the term: a number that is larger with each new leader, and the same as long as one keeps the lead; 0
-- where another has it, or where it was given up.

local leader = KEYS[1]
local replica, lasts = ARGV[1], tonumber(ARGV[2])

local kept = redis.call('HMGET', leader, 'replica', 'term')
if kept[1] and kept[1] ~= replica then return 0 end
if lasts == 0 then
  redis.call('DEL', leader)
  return 0
end
-- The time, so that terms rise as well when the broker has forgotten all.
local term = kept[2] and tonumber(kept[2]) or now_ms()
redis.call('HSET', leader, 'replica', replica, 'term', string.format('%.0f', term))
redis.call('PEXPIRE', leader, lasts)
return term
