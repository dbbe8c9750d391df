-- Ends a session if it is the user's own.
-- KEYS  1 session
-- ARGV  1 user
-- Reply 1 ended   0 no such session   -1 another user's

local user = redis.call('HGET', KEYS[1], 'user')
if not user then
  return 0
end
if user ~= ARGV[1] then
  return -1
end
redis.call('DEL', KEYS[1])
return 1
