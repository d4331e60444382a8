-- offer: adds a frame of a recording and counts it as captured, unless too many are unfinished.
--
-- ARGV: ..., whether frames were accepted before (1 or 0), bound (entries), index, then the entry's fields
-- Returns 1 if the frame is there (a repeat of an index, or of one before, changes nothing), 0 if too many are
-- unfinished, -1 if frames were accepted before and nothing is known of them.

local were_there, bound, index = ARGV[3], tonumber(ARGV[4]), ARGV[5]

local last = redis.call('HGET', ledger, 'index')
if not last and were_there == '1' then return -1 end
if last and tonumber(index) <= tonumber(last) then return 1 end
if redis.call('XLEN', frames) + redis.call('XLEN', results) >= bound then return 0 end

redis.call('XADD', frames, '*', unpack(ARGV, 6))
add(counters, 'captured', 1)
redis.call('HSET', ledger, 'index', index)
keep()
return 1
