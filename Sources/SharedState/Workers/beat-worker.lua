-- requires: clock
-- Lists the workers that live, and registers one of them.
-- KEYS  1 workers
-- ARGV  1 worker, or '' to register none   2 its beat   3 how long a worker without a beat is listed (ms)
-- Reply {worker, beat, milliseconds since that ...} of all others

local milliseconds = math.floor(now / 1000)
if ARGV[1] ~= '' then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%.0f', milliseconds))
  redis.call('EXPIRE', KEYS[1], 86400)
end
local reply = {}
local fields = redis.call('HGETALL', KEYS[1])
for index = 1, #fields, 2 do
  local beat, at = string.match(fields[index + 1], '^(%d+) (%d+)$')
  local age = milliseconds - (tonumber(at) or 0)
  if age > tonumber(ARGV[3]) then
    redis.call('HDEL', KEYS[1], fields[index])
  elseif fields[index] ~= ARGV[1] then
    reply[#reply + 1] = fields[index]
    reply[#reply + 1] = tonumber(beat)
    reply[#reply + 1] = age
  end
end
return reply
