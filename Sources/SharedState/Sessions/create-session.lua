-- requires: clock
-- Opens a session.
-- KEYS  1 session
-- ARGV  1 idle timeout (s)   2 lifetime (s)   3 ... field, value pairs of the session
-- Reply created (s)

redis.call('HSET', KEYS[1], 'created', seconds, 'last_seen', seconds, unpack(ARGV, 3))
redis.call('EXPIRE', KEYS[1], math.min(tonumber(ARGV[1]), tonumber(ARGV[2])))
return seconds
