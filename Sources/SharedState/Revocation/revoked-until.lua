-- Until when a token is known to be revoked.
-- KEYS  1 revoked token
-- Reply milliseconds since 1970; 0 where it is not revoked

local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  return 0
end
local time = redis.call('TIME')
return time[1] * 1000 + math.floor(time[2] / 1000) + left
