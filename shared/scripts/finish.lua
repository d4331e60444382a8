-- finish: publishes a frame's result if acknowledging the frame still succeeds, so that a worker that froze
-- and came back publishes nothing twice; or counts the frame under the cause that is given.
--
-- KEYS: frames, counters, ledger, results, expressions, expressions:1s, expressions:1m, rollup
-- ARGV: group, frame id, outcome ('published' or a cause), bound (entries), lifetime (ms),
--       history (ms; 0 for none), history bound (entries), then the result's fields
-- Returns how many results the camera has published, this one included; 0 where the frame was no longer
-- pending, -1 where a cause was counted.

local frames, counters, ledger, results = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local expressions, rollup = KEYS[5], KEYS[8]
local group, frame, outcome, bound, lifetime, history, history_bound = unpack(ARGV, 1, 7)
history = tonumber(history)

settle(frames, counters, ledger)
if not group_of(frames, group) then return 0 end
if #redis.call('XPENDING', frames, group, frame, frame, 1) == 0 then return 0 end

local entry = {unpack(ARGV, 8)}
local n = (tonumber(redis.call('HGET', counters, 'published')) or 0) + 1
if outcome == 'published' then
  -- Before the frame is acknowledged: if this fails, the frame stays pending and nothing is counted.
  redis.call('XADD', results, 'MAXLEN', '=', bound, '*', 'n', n, unpack(entry))
  redis.call('PEXPIRE', results, lifetime)
end
redis.call('XACK', frames, group, frame)
add(ledger, 'pending', -1)
add(counters, outcome, 1)
if outcome ~= 'published' then return -1 end
if history == 0 then return n end

-- The history: numbers only. First every result, then its sums by the second and by the minute.
local t = field(entry, 't')
local oldest = string.format('%.0f', math.max(0, now_ms() - history))

local function close(sums, stream)
  redis.call('XADD', stream, 'MINID', '~', oldest, '*',
    'v', field(entry, 'v'), 't', string.format('%.0f', sums.start) .. '000000',
    'frames', sums.frames, 'faces', sums.faces,
    'counts', cjson.encode(sums.counts), 'scores', cjson.encode(sums.scores))
  redis.call('PEXPIRE', stream, history)
end

local function open_sums(name)
  local good, sums = pcall(cjson.decode, redis.call('HGET', rollup, name) or '')
  return good and type(sums) == 'table' and type(sums.start) == 'number' and sums or nil
end

local function sum(rows, name, width, stream)
  -- A result that finished late is added to the period that is open, a slip of less than a second; one from
  -- further back means that the clock was set back.
  local start = math.floor(tonumber(t) / 1e6 / width) * width
  local sums = open_sums(name)
  if sums and (start > sums.start or start < sums.start - 2 * width) then
    close(sums, stream)
    sums = nil
  end
  sums = sums or {start = start, frames = 0, faces = 0, counts = {}, scores = {}}
  sums.frames = sums.frames + 1
  for _, face in ipairs(rows) do
    sums.faces = sums.faces + 1
    sums.counts[face.expression] = (sums.counts[face.expression] or 0) + 1
    for expression, score in pairs(face.scores) do
      sums.scores[expression] = (sums.scores[expression] or 0) + score
    end
  end
  redis.call('HSET', rollup, name, cjson.encode(sums))
end

local function remember()
  local faces = field(entry, 'faces')
  redis.call('XADD', expressions, 'MAXLEN', '~', history_bound, '*',
    'v', field(entry, 'v'), 'seq', field(entry, 'seq'), 't', t, 'faces', faces)
  redis.call('XTRIM', expressions, 'MINID', '~', oldest)
  redis.call('PEXPIRE', expressions, history)
  local rows = cjson.decode(faces)
  sum(rows, '1s', 1000, KEYS[6])
  sum(rows, '1m', 60000, KEYS[7])
  redis.call('PEXPIRE', rollup, history)
end

-- The result is out: whatever is wrong with the history's keys must not take it back, and is counted.
if not pcall(remember) then add(ledger, 'history_errors', 1) end
return n
