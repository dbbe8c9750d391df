-- requires: limits sessions sequence
-- Admits one request, or says why not; the one round trip of the hot path.
-- KEYS  1 epoch   2 revoked token   3 not-before   4 limit of all requests   5 limit of writes
--       6 vault   [7 session   8 sessions of the user]   [last: limit of bytes]
-- ARGV  1 user   2 issued at (s)   3 requests   4 writes   5 session id or ''   [6 bytes to charge]
-- Given in front, the same for every request: REQUESTS_LIMIT, REQUESTS_PERIOD, WRITES_LIMIT, WRITES_PERIOD, BYTES_LIMIT,
-- BYTES_PERIOD (microseconds; a limit of 0 is none), SEQUENCES (1 where machines share the volume), IDLE_TIMEOUT, LIFETIME, RENEWAL (seconds; a session is renewed at most once in this time)
-- Reply {0, requests ahead, writes ahead (microseconds, -1 without a limit), sequence of the vault or -1
--       [, revision, log level] [, bytes ahead, where the limit of bytes was asked]} admitted
--       {1} revoked   {2, 1 if another user's} no such session   {3, class, microseconds to wait} limited
--       {4} this Redis has come back empty: revocations must be given to it first
-- Nothing is renewed or counted unless every check passes, but the bytes, which no limit undoes.

local known = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
if not known[1] then
  return { 4 }
end
if known[2] or (known[3] and tonumber(ARGV[2]) <= tonumber(known[3])) then
  return { 1 }
end

local refused, session
if ARGV[5] ~= '' then
  refused, session = find_session(KEYS[7], ARGV[1])
  if refused then
    redis.call('ZREM', KEYS[8], ARGV[5])
    return refused
  end
end

local over, bytes = count_bytes(KEYS[#KEYS], ARGV[6])
if over then
  return over
end
local limited, requests, writes =
  count_request(KEYS[4], KEYS[5], known[4], known[5], tonumber(ARGV[3]), tonumber(ARGV[4]))
if limited then
  return limited
end
if not session then
  return { 0, requests, writes, vault_sequence(KEYS[6]), bytes }
end
if renew(KEYS[7], session) then
  redis.call('ZADD', KEYS[8], seconds, ARGV[5])
  redis.call('EXPIRE', KEYS[8], LIFETIME)
end
return { 0, requests, writes, vault_sequence(KEYS[6]), session[2] or '', session[3] or '', bytes }
