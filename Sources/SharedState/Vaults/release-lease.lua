-- Releases a lease.
-- KEYS  1 vault   2 lease
-- ARGV  1 holder

if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
-- Also of one that ran out, if no other worker has acquired it since.
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'held')
end
return 1
