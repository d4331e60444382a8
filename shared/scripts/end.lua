-- end: writes the publisher's last word among the results, where the collector waits; a repeat changes nothing.
--
-- ARGV: ..., whether frames were accepted before (1 or 0), frames offered, version, why it ended early
-- Returns 1, or -1 if frames were accepted before and nothing is known of them.

local were_there, offered, version, ended_early = ARGV[3], ARGV[4], ARGV[5], ARGV[6]

if were_there == '1' and not redis.call('HGET', ledger, 'index') then return -1 end
if redis.call('HGET', ledger, 'ended') then return 1 end
redis.call('XADD', results, '*', 'v', version, 'frames', offered, 'ended_early', ended_early)
redis.call('HSET', ledger, 'ended', offered)
keep()
return 1
