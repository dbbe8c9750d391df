-- requires: clock
-- Restores the sequence number of a vault after Redis has lost it, or an older one has come back; never moves it back.
-- KEYS  1 vault   2 changes
-- ARGV  1 sequence
-- Reply sequence

local last = tonumber(redis.call('HGET', KEYS[1], 'sequence') or -1)
if last >= tonumber(ARGV[1]) then
  return last
end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], 'sequence', ARGV[1], 'gap', string.format('%.0f', math.floor(now / 1000)))
redis.call('EXPIRE', KEYS[1], KEPT)
return tonumber(ARGV[1])
