-- Acquires the write lease of a vault over all machines.
-- KEYS  1 vault   2 lease   3 worker that waits for it
-- ARGV  1 holder   2 lease (ms)   3 how long a waiting worker goes first (ms)
-- Reply {1, fencing token, sequence or -1, 1 if the token is the holder's last, 1 if its last holder did not release it}
--       acquired   {0} held by another
-- The token grows whenever the holder changes.

local current = redis.call('GET', KEYS[2])
local waiting = redis.call('GET', KEYS[3])
local vault = redis.call('HMGET', KEYS[1], 'token', 'holder', 'sequence', 'held')
if current and current ~= ARGV[1] then
  if not waiting then
    redis.call('SET', KEYS[3], ARGV[1], 'PX', ARGV[3])
  end
  return { 0 }
end
-- The last holder would always be the quickest to acquire it again.
if waiting and waiting ~= ARGV[1] and vault[2] == ARGV[1] then
  return { 0 }
end
if waiting == ARGV[1] then
  redis.call('DEL', KEYS[3])
end
local token, same, orphaned = tonumber(vault[1] or 0), 1, 0
if vault[2] ~= ARGV[1] or not vault[1] then
  token, same, orphaned = token + 1, 0, tonumber(vault[4] or 0)
  redis.call('HSET', KEYS[1], 'token', token, 'holder', ARGV[1])
  redis.call('EXPIRE', KEYS[1], KEPT)
end
if not vault[4] then
  redis.call('HSET', KEYS[1], 'held', 1)
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return { 1, token, tonumber(vault[3] or -1), same, orphaned }
