-- Refuses every token of a user that was issued in or before a second; never moves that second back.
-- KEYS  1 not-before of the user
-- ARGV  1 second

local known = tonumber(redis.call('GET', KEYS[1]) or '-1')
if tonumber(ARGV[1]) > known then
  redis.call('SET', KEYS[1], ARGV[1])
end
return 1
