-- Admits one request, or says why not; the one round trip of the hot path.
-- KEYS  1 revoked token   2 not-before   3 limit of all requests   4 limit of writes   [5 session   6 sessions of the user]
-- ARGV  1 user   2 issued at (s)   3 requests   4 writes
--       5, 6 limit and period (us) of all requests   7, 8 the same of writes; a limit of 0 is none
--       [9 session id   10 idle timeout (s)   11 lifetime (s)   12 renewed at most once in (s)]
-- Reply {0, revision, log level} admitted   {1} revoked   {2, 1 if another user's} no such session
--       {3, class, microseconds to wait} limited
-- Nothing is renewed or counted unless every check passes.

local marks = redis.call('MGET', KEYS[1], KEYS[2])
if marks[1] or (marks[2] and tonumber(ARGV[2]) <= tonumber(marks[2])) then
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
  if (tonumber(session[4]) or 0) + tonumber(ARGV[11]) <= seconds then
    redis.call('DEL', KEYS[5])
    redis.call('ZREM', KEYS[6], ARGV[9])
    return { 2, 0 }
  end
end

-- GCRA: the theoretical arrival time may run ahead of the clock by one whole period.
local function arrival(key, limit, period, count)
  local tat = tonumber(redis.call('GET', key) or '0')
  if tat < now then
    tat = now
  end
  tat = tat + count * period / limit
  return tat, tat - period - now
end

local requests, writes = tonumber(ARGV[3]), tonumber(ARGV[4])
local limits = { { 3, tonumber(ARGV[5]), tonumber(ARGV[6]), requests }, { 4, tonumber(ARGV[7]), tonumber(ARGV[8]), writes } }
local arrivals = {}
for class, limit in ipairs(limits) do
  if limit[2] > 0 and limit[4] > 0 then
    local tat, excess = arrival(KEYS[limit[1]], limit[2], limit[3], limit[4])
    -- One microsecond of slack: a period that does not divide evenly must not cost the last request.
    if excess > 1 then
      return { 3, class, math.ceil(excess) }
    end
    arrivals[limit[1]] = tat
  end
end
for key, tat in pairs(arrivals) do
  redis.call('SET', KEYS[key], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1)
end

if not session then
  return { 0 }
end
if seconds - (tonumber(session[5]) or 0) >= tonumber(ARGV[12]) then
  local left = (tonumber(session[4]) or 0) + tonumber(ARGV[11]) - seconds
  redis.call('HSET', KEYS[5], 'last_seen', seconds)
  redis.call('EXPIRE', KEYS[5], math.min(tonumber(ARGV[10]), left))
  redis.call('ZADD', KEYS[6], seconds, ARGV[9])
  redis.call('EXPIRE', KEYS[6], ARGV[11])
end
return { 0, session[2] or '', session[3] or '' }
