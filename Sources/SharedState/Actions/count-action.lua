-- requires: clock
-- Counts one action against the limit of its source.
-- KEYS  1 limit of the source
-- ARGV  1 limit   2 period (microseconds)   3 cost
-- Reply microseconds to wait, 0 where the limit is not passed

local period = tonumber(ARGV[2])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + tonumber(ARGV[3]) * period / tonumber(ARGV[1])
local wait = tat - period - now
if wait > 1 then
  return math.ceil(wait)
end
redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1)
return 0
