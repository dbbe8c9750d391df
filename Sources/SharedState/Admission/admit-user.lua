-- requires: limits sequence
-- The half of admission that a Cluster asks the user's slot.
-- KEYS  1 epoch   2 revoked token   3 not-before   4 limit of all requests   5 limit of writes   6 vault
--       [7 sessions of the user]   [last: limit of bytes]
-- ARGV  1 user   2 issued at (s)   3 requests   4 writes   5 session id or ''   [6 bytes to charge]
-- Reply as admit.lua without a session

local known = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
if not known[1] then
  return { 4 }
end
if known[2] or (known[3] and tonumber(ARGV[2]) <= tonumber(known[3])) then
  return { 1 }
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
if ARGV[5] ~= '' then
  -- Only a session that is listed already is renewed: whether this one is the user's, the other half finds out.
  local last = redis.call('ZSCORE', KEYS[7], ARGV[5])
  if last and seconds - tonumber(last) >= RENEWAL then
    redis.call('ZADD', KEYS[7], 'XX', seconds, ARGV[5])
    redis.call('EXPIRE', KEYS[7], LIFETIME)
  end
end
return { 0, requests, writes, vault_sequence(KEYS[6]), bytes }
