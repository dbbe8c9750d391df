-- Part of several scripts: the number of the last change of a vault, which an answer must not be older than.
local function vault_sequence(key)
  if SEQUENCES == 0 then
    return -1
  end
  return tonumber(redis.call('HGET', key, 'sequence') or -1)
end
