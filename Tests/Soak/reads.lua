-- Reads of one user's notes at a bounded pace. BODIES names a file with one request a line, TOKEN the bearer token,
-- OWNER the user: every answer must name the owner and no other user. CONNECTION is keep-alive or close.
local bodies = {}
for line in io.lines(os.getenv("BODIES")) do
  bodies[#bodies + 1] = line
end
local owner = os.getenv("OWNER")
local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json, text/event-stream",
  ["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Connection"] = os.getenv("CONNECTION") }

local prepared = {}
local turn = 0
local threads = {}
answered, wrong, s502, s503, other = 0, 0, 0, 0, 0

function setup(thread)
  threads[#threads + 1] = thread
end

function init()
  math.randomseed(os.time())
  for index, body in ipairs(bodies) do
    prepared[index] = wrk.format("POST", "/mcp", headers, body)
  end
end

function delay()
  return math.random(20, 80)
end

function request()
  turn = turn % #prepared + 1
  return prepared[turn]
end

function response(status, _, body)
  if status == 200 then
    answered = answered + 1
    local is_own = body:find(owner, 1, true) and not body:find('"isError":true', 1, true)
    for user in body:gmatch("user%d%d") do
      is_own = is_own and user == owner
    end
    if not is_own then
      wrong = wrong + 1
    end
  elseif status == 502 then
    s502 = s502 + 1
  elseif status == 503 then
    s503 = s503 + 1
  else
    other = other + 1
  end
end

function done(summary)
  local sums = { answered = 0, wrong = 0, s502 = 0, s503 = 0, other = 0 }
  for _, thread in ipairs(threads) do
    for name in pairs(sums) do
      sums[name] = sums[name] + thread:get(name)
    end
  end
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\n", sums.answered, sums.wrong, sums.s502, sums.s503, sums.other,
    errors.connect + errors.read + errors.write + errors.timeout))
end
