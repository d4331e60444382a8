-- Stands in front of each of the scripts when it is loaded.

local function group_of(frames, group)
  -- The consumer group as a table of its fields; nil where the stream or the group is gone.
  if redis.call('EXISTS', frames) == 0 then return nil end
  for _, row in ipairs(redis.call('XINFO', 'GROUPS', frames)) do
    local fields = {}
    for i = 1, #row, 2 do fields[row[i]] = row[i + 1] end
    if fields['name'] == group then return fields end
  end
  return nil
end

local function ensure_group(frames, group)
  -- From 0, so that frames that waited for the first worker are not passed over.
  local state = group_of(frames, group)
  if state then return state end
  redis.call('XGROUP', 'CREATE', frames, group, '0')
  return group_of(frames, group)
end

local function later(a, b)
  -- Whether entry id a stands behind entry id b.
  local a_ms, a_n = a:match('(%d+)-(%d+)')
  local b_ms, b_n = b:match('(%d+)-(%d+)')
  if a_ms ~= b_ms then return tonumber(a_ms) > tonumber(b_ms) end
  return tonumber(a_n) > tonumber(b_n)
end

local function add(key, field, n)
  if n ~= 0 then redis.call('HINCRBY', key, field, n) end
end

local function settle(frames, counters, ledger)
  -- When the stream has expired, what it held is lost; the ledger knows how much that was.
  if redis.call('EXISTS', frames) == 1 then return end
  local held = redis.call('HMGET', ledger, 'waiting', 'pending')
  add(counters, 'trimmed', tonumber(held[1] or '0'))
  add(counters, 'abandoned', tonumber(held[2] or '0'))
  if held[1] or held[2] then redis.call('HSET', ledger, 'waiting', 0, 'pending', 0) end
end

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function field(entry, name)
  -- A field of an entry given as {name, value, name, value, ...}; nil where it has none.
  for i = 1, #entry, 2 do
    if entry[i] == name then return entry[i + 1] end
  end
  return nil
end

local function all_of(key)
  -- A hash as {name, value, ...}; one of another type, which no service of ours wrote, goes.
  local flat = redis.pcall('HGETALL', key)
  if not flat.err then return flat end
  redis.call('DEL', key)
  return {}
end

local function natural(text)
  -- A number that every language reads exactly, written as it writes it: 10^15 - 1 at most (LARGEST_ID in
  -- streams.py), without leading zeros, which would not come back the same; nil for all else.
  return text and #text < 16 and (text:match('^[1-9]%d*$') or text:match('^0$'))
end

local function followed(tracks, ledger)
  -- The faces being followed: version, data, and the id that the next new face gets.
  local kept = all_of(tracks)
  local version = natural(field(kept, 'version'))
  local next_id = natural(redis.call('HGET', ledger, 'track'))
  return {version or '0', version and field(kept, 'data') or '', next_id or '1'}
end
