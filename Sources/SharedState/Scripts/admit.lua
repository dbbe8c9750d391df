-- Admits one request, or says why not; the one round trip of the hot path.
-- KEYS  1 revoked token   2 not-before   3 limit of all requests   4 limit of writes   [5 session   6 sessions of the user]
-- ARGV  1 user   2 issued at (s)   3 requests   4 writes   [5 session id]
-- Given in front, the same for every request: REQUESTS_LIMIT, REQUESTS_PERIOD, WRITES_LIMIT, WRITES_PERIOD (microseconds;
-- a limit of 0 is none), IDLE_TIMEOUT, LIFETIME, RENEWAL (seconds; a session is renewed at most once in this time)
-- Reply {0, revision, log level} admitted   {1} revoked   {2, 1 if another user's} no such session
--       {3, class, microseconds to wait} limited
-- Nothing is renewed or counted unless every check passes.

local known = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
if known[1] or (known[2] and tonumber(ARGV[2]) <= tonumber(known[2])) then
  return { 1 }
end

local time = redis.call('TIME')
local seconds = tonumber(time[1])
local now = seconds * 1000000 + tonumber(time[2])

local session
if KEYS[5] then
  session = redis.call('HMGET', KEYS[5], 'user', 'revision', 'log_level', 'created', 'last_seen')
  if not session[1] then
    return { 2, 0 }
  end
  if session[1] ~= ARGV[1] then
    return { 2, 1 }
  end
  if (tonumber(session[4]) or 0) + LIFETIME <= seconds then
    redis.call('DEL', KEYS[5])
    redis.call('ZREM', KEYS[6], ARGV[5])
    return { 2, 0 }
  end
end

-- GCRA: the theoretical arrival time may run ahead of the clock by one whole period.
local function arrival(tat, limit, period, count)
  tat = tonumber(tat or 0)
  if tat < now then
    tat = now
  end
  return tat + count * period / limit
end

local function keep(key, tat)
  redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1)
end

local requests, writes
local count = tonumber(ARGV[3])
-- One microsecond of slack: a period that does not divide evenly must not cost the last request.
if REQUESTS_LIMIT > 0 and count > 0 then
  requests = arrival(known[3], REQUESTS_LIMIT, REQUESTS_PERIOD, count)
  if requests - REQUESTS_PERIOD - now > 1 then
    return { 3, 1, math.ceil(requests - REQUESTS_PERIOD - now) }
  end
end
count = tonumber(ARGV[4])
if WRITES_LIMIT > 0 and count > 0 then
  writes = arrival(known[4], WRITES_LIMIT, WRITES_PERIOD, count)
  if writes - WRITES_PERIOD - now > 1 then
    return { 3, 2, math.ceil(writes - WRITES_PERIOD - now) }
  end
  keep(KEYS[4], writes)
end
if requests then
  keep(KEYS[3], requests)
end

if not session then
  return { 0 }
end
if seconds - (tonumber(session[5]) or 0) >= RENEWAL then
  local left = (tonumber(session[4]) or 0) + LIFETIME - seconds
  redis.call('HSET', KEYS[5], 'last_seen', seconds)
  redis.call('EXPIRE', KEYS[5], math.min(IDLE_TIMEOUT, left))
  redis.call('ZADD', KEYS[6], seconds, ARGV[5])
  redis.call('EXPIRE', KEYS[6], LIFETIME)
end
return { 0, session[2] or '', session[3] or '' }
