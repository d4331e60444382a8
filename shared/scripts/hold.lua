-- hold: says that a worker is still at a frame, so that no other one takes it; where one has, it changes nothing.
--
-- ARGV: ..., worker, frame id
-- Returns 1 if the frame is this worker's, else 0.

local worker, id = ARGV[3], ARGV[4]

local row = pending(id)
if not row or row[2] ~= worker then return 0 end
-- JUSTID: it is the same try.
redis.call('XCLAIM', frames, group, worker, 0, id, 'JUSTID')
return 1
