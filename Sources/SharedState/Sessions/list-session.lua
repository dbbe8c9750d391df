-- requires: clock
-- Adds a session to its user's, forgets the expired ones and drops the oldest past the bound.
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
-- Never the one that was just added: among those of one second its id alone may put it first.
local oldest = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, excess)) do
  if id ~= ARGV[1] and #oldest < excess then
    oldest[#oldest + 1] = id
  end
end
if #oldest > 0 then
  redis.call('ZREM', KEYS[1], unpack(oldest))
end
return oldest
