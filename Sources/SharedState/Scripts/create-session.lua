-- Opens a session, forgets the user's expired ones and evicts the oldest past the bound.
-- KEYS  1 session   2 sessions of the user
-- ARGV  1 session id   2 idle timeout (s)   3 lifetime (s)   4 most sessions of a user   5 prefix of session keys
--       6 ... field, value pairs of the session
-- Reply {created (s), evicted session ids ...}

local seconds = tonumber(redis.call('TIME')[1])
redis.call('HSET', KEYS[1], 'created', seconds, 'last_seen', seconds, unpack(ARGV, 6))
redis.call('EXPIRE', KEYS[1], math.min(tonumber(ARGV[2]), tonumber(ARGV[3])))
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', seconds - tonumber(ARGV[2]))
redis.call('ZADD', KEYS[2], seconds, ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[3])

local reply = { seconds }
local excess = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[4])
if excess > 0 then
  local oldest = redis.call('ZRANGE', KEYS[2], 0, excess - 1)
  for _, id in ipairs(oldest) do
    redis.call('DEL', ARGV[5] .. id)
    redis.call('ZREM', KEYS[2], id)
    reply[#reply + 1] = id
  end
end
return reply
