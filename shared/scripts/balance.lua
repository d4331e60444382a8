-- balance: counts a recording's frames, all at one moment; it writes nothing.
--
-- ARGV: no more
-- Returns {captured, published, failed, undecodable, pending, waiting, uncollected, ended}; the last is nil until
-- the publisher has said its last word.

local counts = redis.call('HMGET', counters, 'captured', 'published', 'failed', 'undecodable')
for i = 1, 4 do counts[i] = tonumber(counts[i] or '0') end
local state = group_of(frames, group)
counts[5] = state and state['pending'] or 0
counts[6] = redis.call('XLEN', frames) - counts[5]
counts[7] = redis.call('XLEN', results)
local ended = redis.call('HGET', ledger, 'ended')
if ended then counts[8] = tonumber(ended) end
return counts
