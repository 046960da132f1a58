-- Reserve a slot in every window that a request counts in, or none, and say what it
-- has to wait for.
--
-- KEYS  state; then for each level, the narrowest first: pause, turns, due, refused,
--       in flight, and its windows
-- ARGV  slot, process, epoch if there is none, the epoch that the process knows,
--       whether it has sent lately (1 or 0), lease, longest hold, grace;
--       then for each level: most in flight (0: any number), how many windows, and of
--       each how many requests and how long a slot is held after its answer
-- gives {'granted', epoch, slots taken in the longest window of the last level}
--       {'wait', epoch, seconds, level (0: all of them), 1 if a server asked for it}
--
-- All times are seconds of this server's clock.
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local slot, process = ARGV[1], ARGV[2]
local lease, longest, grace = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

-- Lua's own text of a number has no room for its microseconds.
local function text(number)
  return string.format('%.6f', number)
end

local function keep(key, seconds)
  local left = math.ceil(seconds * 1000)
  if redis.call('PTTL', key) < left then
    redis.call('PEXPIRE', key, left)
  end
end

-- A server that has forgotten what was sent lately lets nobody send until no window
-- counts that any more. It shows in the epoch, which lasts longer than any slot.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'resume')
local epoch, resume = state[1], tonumber(state[2] or 0)
local lately = ARGV[5] == '1'
if not epoch then
  epoch = ARGV[3]
  resume = lately and now + longest or 0
elseif lately and ARGV[4] ~= epoch and resume == 0 then
  resume = now + longest
end
redis.call('HSET', KEYS[1], 'epoch', epoch, 'resume', text(resume))
keep(KEYS[1], 2 * (lease + longest))
if resume > now then
  return {'wait', epoch, text(resume - now), 0, 0}
end

local levels = {}
local key, argument = 2, 9
while key <= #KEYS do
  local level = {
    pause = KEYS[key],
    turns = KEYS[key + 1],
    due = KEYS[key + 2],
    flight = KEYS[key + 4],
    most = tonumber(ARGV[argument]),
    windows = {},
  }
  for number = 1, tonumber(ARGV[argument + 1]) do
    level.windows[number] = {
      key = KEYS[key + 4 + number],
      requests = tonumber(ARGV[argument + 2 * number]),
      hold = tonumber(ARGV[argument + 2 * number + 1]),
    }
  end
  key = key + 5 + #level.windows
  argument = argument + 2 + 2 * #level.windows
  levels[#levels + 1] = level
end

-- When a request fits, and how many more would.
local function of_window(window)
  redis.call('ZREMRANGEBYSCORE', window.key, '-inf', text(now))
  local surplus = redis.call('ZCARD', window.key) - window.requests
  if surplus < 0 then
    return now, -surplus
  end
  local next = redis.call('ZRANGE', window.key, surplus, surplus, 'WITHSCORES')
  -- One that is not answered yet holds its slot for a window from now on at least.
  return math.min(tonumber(next[2]), now + window.hold), 0
end

-- How many processes were refused here earlier than this one, and are expected.
local function earlier(level)
  if redis.call('EXISTS', level.turns) == 0 then
    return 0
  end
  local gone = redis.call('ZRANGEBYSCORE', level.due, '-inf', text(now))
  for _, each in ipairs(gone) do
    redis.call('ZREM', level.due, each)
    redis.call('ZREM', level.turns, each)
  end
  local turn = redis.call('ZSCORE', level.turns, process)
  if turn then
    return redis.call('ZCOUNT', level.turns, '-inf', '(' .. turn)
  end
  return redis.call('ZCARD', level.turns)
end

local function of_level(level)
  local pause = tonumber(redis.call('GET', level.pause) or 0)
  if pause > now then
    return pause, 1
  end
  local at, free = now, math.huge
  for _, window in ipairs(level.windows) do
    local its, more = of_window(window)
    at, free = math.max(at, its), math.min(free, more)
  end
  if at == now and level.most > 0 then
    redis.call('ZREMRANGEBYSCORE', level.flight, '-inf', text(now))
    free = math.min(free, level.most - redis.call('ZCARD', level.flight))
    if free <= 0 then
      -- Nobody knows when the next answer comes.
      return now + 0.05, 0
    end
  end
  if at == now and earlier(level) >= free then
    return now + 0.01, 0
  end
  return at, 0
end

-- Asked again after its answer was lost: it has its slots.
if not redis.call('ZSCORE', levels[1].windows[1].key, slot) then
  local latest, blocking, throttled = now, nil, 0
  for number, level in ipairs(levels) do
    local at, asked = of_level(level)
    if at > latest then
      latest, blocking, throttled = at, number, asked
    end
  end
  if blocking then
    -- It is expected back at the level that holds it up longest; others it would only
    -- hold up itself.
    local level, back = levels[blocking], latest + grace
    redis.call('ZADD', level.turns, 'NX', text(now), process)
    redis.call('ZADD', level.due, text(back), process)
    keep(level.turns, back - now)
    keep(level.due, back - now)
    return {'wait', epoch, text(latest - now), blocking, throttled}
  end
  for _, level in ipairs(levels) do
    for _, window in ipairs(level.windows) do
      redis.call('ZADD', window.key, text(now + lease + window.hold), slot)
      keep(window.key, lease + window.hold + 1)
    end
    if level.most > 0 then
      redis.call('ZADD', level.flight, text(now + lease), slot)
      keep(level.flight, lease + 1)
    end
    redis.call('ZREM', level.turns, process)
    redis.call('ZREM', level.due, process)
  end
end
local last = levels[#levels]
return {'granted', epoch, redis.call('ZCARD', last.windows[1].key)}
