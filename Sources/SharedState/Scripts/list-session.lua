-- Adds a session to its user's, forgets the expired ones and drops the oldest past the bound; in front stands clock.lua.
-- KEYS  1 sessions of the user
-- ARGV  1 session id   2 idle timeout (s)   3 lifetime (s)   4 most sessions of a user
-- Reply {ids of the sessions that were dropped and must be ended ...}

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', seconds - tonumber(ARGV[2]))
redis.call('ZADD', KEYS[1], seconds, ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])

local excess = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[4])
if excess <= 0 then
  return {}
end
local oldest = redis.call('ZRANGE', KEYS[1], 0, excess - 1)
redis.call('ZREM', KEYS[1], unpack(oldest))
return oldest
