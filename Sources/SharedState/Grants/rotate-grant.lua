-- requires: clock
-- Exchanges a refresh token of a grant for the next one.
-- KEYS  1 grant   2 revocation of the grant   3 not-before of the user   4 grants of the user
-- ARGV  1 client id   2 number of the token shown   3 grace (s)   4 lifetime (s)   5 grant id   6 ... scopes wanted
-- Reply {0, number of the next token, scope, client name, created} rotated   {1} no such grant   {2} used before
--       {3} more is wanted than was allowed: nothing has changed

local grant = redis.call('HMGET', KEYS[1], 'client_id', 'number', 'rotated', 'created', 'scope', 'client_name')
if not grant[1] or grant[1] ~= ARGV[1] then
  return { 1 }
end
local ended = redis.call('MGET', KEYS[2], KEYS[3])
if ended[1] or (ended[2] and tonumber(grant[4]) <= tonumber(ended[2])) then
  return { 1 }
end
for index = 6, #ARGV do
  if not string.find(' ' .. grant[5] .. ' ', ' ' .. ARGV[index] .. ' ', 1, true) then
    return { 3 }
  end
end
local number, shown = tonumber(grant[2]), tonumber(ARGV[2])
if shown < number then
  if shown == number - 1 and seconds - tonumber(grant[3]) <= tonumber(ARGV[3]) then
    return { 0, number, grant[5], grant[6], tonumber(grant[4]) }
  end
  return { 2 }
end
redis.call('HSET', KEYS[1], 'number', shown + 1, 'rotated', seconds, 'last_used', seconds)
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('ZADD', KEYS[4], 'XX', seconds, ARGV[5])
redis.call('EXPIRE', KEYS[4], ARGV[4])
return { 0, shown + 1, grant[5], grant[6], tonumber(grant[4]) }
