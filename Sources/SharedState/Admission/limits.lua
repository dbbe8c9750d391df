-- requires: clock
-- Part of several scripts: rate limits by GCRA, in microseconds.
-- The theoretical arrival time may run ahead of the clock by one whole period.
local function arrival(tat, limit, period, count)
  tat = tonumber(tat or 0)
  if tat < now then
    tat = now
  end
  return tat + count * period / limit
end

local function keep(key, tat)
  redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1)
end

-- How far ahead of the clock a limit is, in whole microseconds; -1 without a limit.
local function ahead(tat, limit)
  if limit == 0 then
    return -1
  end
  return math.max(0, math.ceil(tonumber(tat or 0) - now))
end

-- Charges bytes that were read and written already, which may pass the limit: what comes next waits then. Gives
-- {3, class, microseconds to wait} meanwhile, otherwise how far ahead the limit is; nothing where no bytes are given.
local function count_bytes(key, bytes)
  if not bytes then
    return
  end
  bytes = tonumber(bytes)
  local tat = redis.call('GET', key)
  if bytes > 0 then
    tat = arrival(tat, BYTES_LIMIT, BYTES_PERIOD, bytes)
    keep(key, tat)
  end
  local wait = tonumber(tat or 0) - BYTES_PERIOD - now
  if wait > 1 then
    return { 3, 3, math.ceil(wait) }
  end
  return nil, ahead(tat, BYTES_LIMIT)
end

-- Counts a request against both limits, all or nothing: gives {3, class, microseconds to wait} when one is passed,
-- otherwise how far ahead each is then. A negative number of requests only asks whether so many would pass.
local function count_request(requests_key, writes_key, known_requests, known_writes, requests, writes)
  local asks = requests < 0
  requests = math.abs(requests)
  local request_tat, write_tat = known_requests, known_writes
  -- One microsecond of slack: a period that does not divide evenly must not cost the last request.
  if REQUESTS_LIMIT > 0 and requests > 0 then
    request_tat = arrival(known_requests, REQUESTS_LIMIT, REQUESTS_PERIOD, requests)
    if request_tat - REQUESTS_PERIOD - now > 1 then
      return { 3, 1, math.ceil(request_tat - REQUESTS_PERIOD - now) }
    end
  end
  if WRITES_LIMIT > 0 and writes > 0 then
    write_tat = arrival(known_writes, WRITES_LIMIT, WRITES_PERIOD, writes)
    if write_tat - WRITES_PERIOD - now > 1 then
      return { 3, 2, math.ceil(write_tat - WRITES_PERIOD - now) }
    end
    if not asks then
      keep(writes_key, write_tat)
    end
  end
  if REQUESTS_LIMIT > 0 and requests > 0 and not asks then
    keep(requests_key, request_tat)
  end
  return nil, ahead(request_tat, REQUESTS_LIMIT), ahead(write_tat, WRITES_LIMIT)
end
