-- Stands in front of each script of a recording, behind common.lua.
--
-- KEYS: frames, counters, ledger, results
-- ARGV: group, lifetime (ms), then each script's own

local frames, counters, ledger, results = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, lifetime = ARGV[1], ARGV[2]

local function keep()
  for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, lifetime) end
end

local function pending(id)
  -- The row of a frame that is pending: {id, consumer, idle (ms), tries}; nil where it is not.
  if not group_of(frames, group) then return nil end
  return redis.call('XPENDING', frames, group, id, id, 1)[1]
end

local function entry_of(id)
  -- A frame's {name, value, ...}; nothing where somebody deleted it.
  local row = redis.call('XRANGE', frames, id, id)[1]
  return row and row[2] or {}
end

local function close(id, version, worker, tries, outcome, observation)
  -- Publishes a frame's result, before the frame is acknowledged: if that fails, it stays pending.
  local entry = entry_of(id)
  redis.call('XADD', results, '*', 'v', version, 'index', field(entry, 'index') or '', 't', field(entry, 't') or '',
    'w', field(entry, 'w') or '', 'h', field(entry, 'h') or '', 'tries', tries, 'worker', worker,
    'failure', outcome == 'published' and '' or outcome, 'observation', observation)
  redis.call('XACK', frames, group, id)
  redis.call('XDEL', frames, id)
  add(counters, outcome, 1)
  keep()
end
