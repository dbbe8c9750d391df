-- requires: clock
-- Publishes what a holder of a lease has changed in a vault.
-- KEYS  1 vault   2 lease   3 changes
-- ARGV  1 holder   2 fencing token   3 sequence   4 1 to release the lease   5 ... path, revision ('' for deleted),
--       updated (ms)
-- Reply 1 published   0 another worker has taken the vault over: nothing has changed
-- A sequence that does not follow the last one is a gap: workers that are behind look at the whole vault.

local vault = redis.call('HMGET', KEYS[1], 'token', 'sequence')
local sequence, last = tonumber(ARGV[3]), tonumber(vault[2] or 0)
if vault[1] ~= ARGV[2] or sequence <= last then
  return 0
end
local milliseconds = string.format('%.0f', math.floor(now / 1000))
redis.call('HSET', KEYS[1], 'sequence', ARGV[3])
if last ~= sequence - 1 then
  redis.call('DEL', KEYS[3])
  redis.call('HSET', KEYS[1], 'gap', milliseconds)
end
redis.call('EXPIRE', KEYS[1], KEPT)
for index = 5, #ARGV, 3 do
  local id = string.format('%s-%d', ARGV[3], (index - 5) / 3 + 1)
  redis.call('XADD', KEYS[3], 'MAXLEN', LISTED, id, 'path', ARGV[index], 'revision', ARGV[index + 1],
    'updated', ARGV[index + 2], 'at', milliseconds)
end
redis.call('EXPIRE', KEYS[3], LISTED_SECONDS)
if ARGV[4] == '1' and redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
  redis.call('HDEL', KEYS[1], 'held')
end
return 1
