-- requires: clock
-- Part of several scripts: whose session it is.
-- Gives 0 and the session's fields, or {2, 1 if another user's}; ends one that is too old.
local function find_session(key, user)
  local session = redis.call('HMGET', key, 'user', 'revision', 'log_level', 'created', 'last_seen')
  if not session[1] then
    return { 2, 0 }
  end
  if session[1] ~= user then
    return { 2, 1 }
  end
  if (tonumber(session[4]) or 0) + LIFETIME <= seconds then
    redis.call('DEL', key)
    return { 2, 0 }
  end
  return nil, session
end

-- Renews a session, at most once in a while; gives whether it did.
local function renew(key, session)
  if seconds - (tonumber(session[5]) or 0) < RENEWAL then
    return false
  end
  local left = (tonumber(session[4]) or 0) + LIFETIME - seconds
  redis.call('HSET', key, 'last_seen', seconds)
  redis.call('EXPIRE', key, math.min(IDLE_TIMEOUT, left))
  return true
end
