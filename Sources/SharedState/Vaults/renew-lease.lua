-- Renews a lease, unless another worker has taken the vault over; may raise its fencing token.
-- KEYS  1 vault   2 lease
-- ARGV  1 holder   2 fencing token   3 lease (ms)   4 fencing token from now on
-- Reply 1 renewed   0 lost

local vault = redis.call('HMGET', KEYS[1], 'token', 'holder')
local current = redis.call('GET', KEYS[2])
if vault[1] ~= ARGV[2] or vault[2] ~= ARGV[1] or (current and current ~= ARGV[1]) then
  return 0
end
if ARGV[4] ~= ARGV[2] then
  redis.call('HSET', KEYS[1], 'token', ARGV[4])
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return 1
