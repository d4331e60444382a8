-- claim: gives a worker the frame that it has already (it took it, and the reply was lost), else the oldest one
-- whose worker has been silent for too long, else the oldest that waits. A frame that so many workers took, and
-- then fell silent, is finished as failed: it may be what ended them.
--
-- ARGV: ..., version, worker, pending for (ms), tries at most
-- Returns {id, tries, {name, value, ...}}, or nil where there is nothing to do.

local version, worker, pending_for, most = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])

if redis.call('EXISTS', frames) == 0 then return false end
ensure_group(frames, group)

local own = redis.call('XPENDING', frames, group, '-', '+', 1, worker)[1]
if own then
  -- JUSTID: it is the same try.
  redis.call('XCLAIM', frames, group, worker, 0, own[1], 'JUSTID')
  return {own[1], own[4], entry_of(own[1])}
end

for _, row in ipairs(redis.call('XPENDING', frames, group, 'IDLE', pending_for, '-', '+', 100)) do
  local id, holder, tries = row[1], row[2], row[4]
  if tries < most then
    local entry = entry_of(id)
    redis.call('XCLAIM', frames, group, worker, pending_for, id)
    return {id, tries + 1, entry}
  end
  close(id, version, holder, tries, 'failed', '')
end

local reply = redis.call('XREADGROUP', 'GROUP', group, worker, 'COUNT', 1, 'STREAMS', frames, '>')
if not reply then return false end
local entry = reply[1][2][1]
return {entry[1], 1, entry[2]}
