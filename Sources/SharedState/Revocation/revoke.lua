-- Revokes one token until it would have expired anyway; one that has expired already is left alone.
-- KEYS  1 revoked token
-- ARGV  1 expires at (s)   2 why
-- A revocation that holds for longer already is not shortened.

local now = tonumber(redis.call('TIME')[1])
if tonumber(ARGV[1]) > now and now + redis.call('TTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], ARGV[2], 'EXAT', ARGV[1])
end
return 1
