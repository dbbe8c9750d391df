-- Revokes one token until it would have expired anyway; one that has expired already is left alone.
-- KEYS  1 revoked token
-- ARGV  1 expires at (s)   2 why

if tonumber(ARGV[1]) > tonumber(redis.call('TIME')[1]) then
  redis.call('SET', KEYS[1], ARGV[2], 'EXAT', ARGV[1])
end
return 1
