-- Ends a session if it is the user's own.
-- KEYS  1 session   2 sessions of the user
-- ARGV  1 user   2 session id
-- Reply 1 ended   0 no such session   -1 another user's

local user = redis.call('HGET', KEYS[1], 'user')
if not user then
  redis.call('ZREM', KEYS[2], ARGV[2])
  return 0
end
if user ~= ARGV[1] then
  return -1
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[2])
return 1
