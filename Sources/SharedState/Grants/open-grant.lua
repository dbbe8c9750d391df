-- Opens a grant, unless it has ended before it began: by its id, or with all that its user had allowed until then.
-- KEYS  1 grant   2 revocation of the grant   3 not-before of the user   4 grants of the user
-- ARGV  1 when it was allowed (s)   2 lifetime (s)   3 grant id   4 ... field, value pairs of the grant
-- Reply 1 opened   0 ended

local ended = redis.call('MGET', KEYS[2], KEYS[3])
if ended[1] or (ended[2] and tonumber(ARGV[1]) <= tonumber(ended[2])) then
  return 0
end
redis.call('HSET', KEYS[1], 'number', 0, 'rotated', 0, 'created', ARGV[1], 'last_used', ARGV[1], unpack(ARGV, 4))
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('ZADD', KEYS[4], ARGV[1], ARGV[3])
redis.call('EXPIRE', KEYS[4], ARGV[2])
return 1
