"""A made history: what a camera would have left behind, written at once."""

from collections.abc import Sequence

from shared.broker import Broker
from shared.keys import CameraKeys

AT_ONCE_S = 600
"""Written by one call of the script: a tenth of a second."""

WRITE = """
-- KEYS: expressions, expressions:1s, expressions:1m
-- ARGV: first second, seconds, results a second, then what a face shows and how many seconds of a hundred, in
--       turn; 'none' for no face, 'away' for a camera that is closed
local names = {'angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'}
local first, seconds, rate = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local function shown(second)
  local at = second % 100
  for i = 4, #ARGV, 2 do
    at = at - tonumber(ARGV[i + 1])
    if at < 0 then return ARGV[i] end
  end
  return 'away'
end

local function scores_of(expression)
  local scores = {}
  for i, name in ipairs(names) do
    scores[i] = string.format('"%s":%s', name, name == expression and 0.82 or 0.03)
  end
  return '{' .. table.concat(scores, ',') .. '}'
end

local function face(expression)
  if expression == 'none' then return '[]' end
  local unsure = expression == 'unsure'
  return string.format(
    '[{"track":7,"box":[212,96,180,180],"expression":"%s","confidence":0.82,"scores":%s,"reason":%s,'
      .. '"candidates":[],"neutral":null}]',
    expression, scores_of(unsure and 'neutral' or expression), unsure and '"dark"' or 'null')
end

local function new() return {frames = 0, faces = 0, counts = {}, scores = {}} end

local function add(sums, expression)
  sums.frames = sums.frames + rate
  if expression == 'none' then return end
  sums.faces = sums.faces + rate
  sums.counts[expression] = (sums.counts[expression] or 0) + rate
  local score = expression == 'unsure' and 'neutral' or expression
  for _, name in ipairs(names) do
    sums.scores[name] = (sums.scores[name] or 0) + (name == score and 0.82 or 0.03) * rate
  end
end

local function write(key, start, width, sums)
  if sums.frames == 0 then return end
  redis.call('XADD', key, string.format('%.0f-0', (start + width) * 1000 + 60), 'v', 3,
    't', string.format('%.0f000000000', start), 'frames', sums.frames, 'faces', sums.faces,
    'counts', cjson.encode(sums.counts), 'scores', cjson.encode(sums.scores))
end

local minute, minute_start = new(), math.floor(first / 60) * 60
for second = first, first + seconds - 1 do
  local expression = shown(second)
  if math.floor(second / 60) * 60 > minute_start then
    write(KEYS[3], minute_start, 60, minute)
    minute, minute_start = new(), math.floor(second / 60) * 60
  end
  if expression ~= 'away' then
    for i = 0, rate - 1 do
      local ms = second * 1000 + math.floor(i * 1000 / rate)
      redis.call('XADD', KEYS[1], string.format('%.0f-0', ms + 60), 'v', 3, 'seq', second % 86400 * rate + i,
        't', string.format('%.0f000000', ms), 'faces', face(expression))
    end
    local sums = new()
    add(sums, expression)
    add(minute, expression)
    write(KEYS[2], second, 1, sums)
  end
end
write(KEYS[3], minute_start, 60, minute)
return 0
"""

SHOWN = ("happy", 45, "neutral", 25, "surprise", 10, "sad", 8, "unsure", 7, "none", 5)


def write_history(
    broker: Broker,
    camera: str,
    since: int,
    seconds: int,
    *,
    rate: int = 10,
    shown: Sequence[str | int] = SHOWN,
) -> None:
    """Write what a camera with one face at most left behind.

    Args:
        broker: where to.
        camera: whose.
        since: Unix seconds, at a whole minute.
        seconds: how long it lasted, whole minutes.
        rate: results a second.
        shown: what the face shows, in turn, and for how many seconds of each hundred.
    """
    keys = CameraKeys(camera)
    script = broker.redis.register_script(WRITE)
    for first in range(since, since + seconds, AT_ONCE_S):
        number = min(AT_ONCE_S, since + seconds - first)
        script(
            keys=[keys.expressions, keys.expressions_1s, keys.expressions_1m],
            args=[first, number, rate, *shown],
        )
