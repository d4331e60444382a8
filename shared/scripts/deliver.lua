-- deliver: publishes a frame's result and deletes the frame, if nobody has finished it. Of several workers that
-- took it, the first one counts, whoever took it last: all would say the same.
--
-- ARGV: ..., version, worker, frame id, outcome ('published', 'failed' or 'undecodable'), observation
-- Returns 1 if this worker has finished the frame, by this call or by the same one before; else 0.

local version, worker, id, outcome, observation = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]

local mark = 'last:' .. worker
local row = pending(id)
if not row then return redis.call('HGET', ledger, mark) == id and 1 or 0 end
close(id, version, worker, row[4], outcome, observation)
redis.call('HSET', ledger, mark, id)
return 1
