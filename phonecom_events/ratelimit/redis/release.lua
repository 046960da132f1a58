-- Begin the end of a slot, or return one that was not used, and heed a refusal.
--
-- KEYS  as of reserve.lua
-- ARGV  slot; 1 if it was never used; for how many seconds no request is wanted ('':
--       that was not said); 1 if the request was refused; the level whose window the
--       server named (0: none); account ('': none) and endpoint; how many refused
--       endpoints of an account, accounts of an endpoint and endpoints of the address
--       say that the wider windows are full;
--       then for each level: its name, how many windows, and the hold of each
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local slot, unused = ARGV[1], ARGV[2] == '1'
local pause, refused, named = tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
local account, endpoint = ARGV[6], ARGV[7]

local function text(number)
  return string.format('%.6f', number)
end

local function keep(key, seconds)
  local left = math.ceil(seconds * 1000)
  if redis.call('PTTL', key) < left then
    redis.call('PEXPIRE', key, left)
  end
end

local levels, by_name = {}, {}
local key, argument = 2, 11
while key <= #KEYS do
  local level = { pause = KEYS[key], refused = KEYS[key + 3], hold = 0 }
  redis.call('ZREM', KEYS[key + 4], slot)
  local count = tonumber(ARGV[argument + 1])
  for number = 1, count do
    local window, hold = KEYS[key + 4 + number], tonumber(ARGV[argument + 1 + number])
    level.hold = math.max(level.hold, hold)
    if unused then
      redis.call('ZREM', window, slot)
    else
      -- Also if it is not there: it took longer than its lease, or all was forgotten.
      redis.call('ZADD', window, text(now + hold), slot)
      keep(window, hold + 1)
    end
  end
  levels[#levels + 1] = level
  by_name[ARGV[argument]] = level
  key, argument = key + 5 + count, argument + 2 + count
end
if not (refused or pause) then
  return
end
pause = pause or levels[1].hold
local till = now + pause

-- Note that a narrower key was refused; how many of them are.
local function count(level, narrower, until_)
  redis.call('ZREMRANGEBYSCORE', level.refused, '-inf', text(now))
  redis.call('ZADD', level.refused, text(until_), narrower)
  keep(level.refused, until_ - now)
  return redis.call('ZCARD', level.refused)
end

local function full()
  if named > 0 then
    return { levels[named] }
  end
  local found = { levels[1] }
  if not refused then
    return found
  end
  if account ~= '' then
    local its, shared = by_name.account, by_name.address_endpoint
    if its and count(its, endpoint, math.max(till, now + its.hold)) >= tonumber(ARGV[8]) then
      found[#found + 1] = its
    end
    if shared and count(shared, account, till) < tonumber(ARGV[9]) then
      return found
    end
    found[#found + 1] = shared
  end
  local all = by_name.address
  if all and count(all, endpoint, till) >= tonumber(ARGV[10]) then
    found[#found + 1] = all
  end
  return found
end

for _, level in ipairs(full()) do
  -- In an answer that is no refusal, longer than the window is nonsense.
  if (refused or pause <= level.hold) and pause > 0 then
    if tonumber(redis.call('GET', level.pause) or 0) < till then
      redis.call('SET', level.pause, text(till), 'PX', math.ceil(pause * 1000))
    end
  end
end
