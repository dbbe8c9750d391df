-- requires: clock
-- What has changed in a vault since a sequence number.
-- KEYS  1 vault   2 changes
-- ARGV  1 sequence
-- Reply {sequence or -1, now (ms), 1 if the list has all changes, time of the last gap (ms) or 0, entries of the list}

local vault = redis.call('HMGET', KEYS[1], 'sequence', 'gap')
local sequence, milliseconds = tonumber(vault[1] or -1), math.floor(now / 1000)
local gap = tonumber(vault[2] or 0)
if sequence <= tonumber(ARGV[1]) then
  return { sequence, milliseconds, 1, gap, {} }
end
local first = string.format('%.0f', tonumber(ARGV[1]) + 1)
local entries = redis.call('XRANGE', KEYS[2], first, '+')
local complete = 0
if entries[1] and string.sub(entries[1][1], 1, #first + 1) == first .. '-' then
  complete = 1
end
return { sequence, milliseconds, complete, gap, entries }
