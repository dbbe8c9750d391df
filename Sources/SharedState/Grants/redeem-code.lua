-- Takes an authorization code, once; what is left says that it was used, and for which grant.
-- KEYS  1 code
-- ARGV  1 how long to know that it was used (s)
-- Reply {0} unknown   {1, what it stands for}   {2, user, grant} used before

local value = redis.call('GET', KEYS[1])
if not value then
  return { 0 }
end
local user, grant = string.match(value, '^used (%S+) (%S+)$')
if user then
  return { 2, user, grant }
end
local code = cjson.decode(value)
redis.call('SET', KEYS[1], 'used ' .. code.user .. ' ' .. code.grant, 'EX', ARGV[1])
return { 1, value }
