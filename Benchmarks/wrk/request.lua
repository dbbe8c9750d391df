-- Requests whose arguments rotate over 100 values.
-- BODIES names a file with one body a line, TOKEN the bearer token, SESSION a session id or nothing. With EXPECT every
-- answer is looked at and must contain that text; without it only the status counts, and wrk itself has less to do.
local bodies = {}
for line in io.lines(os.getenv("BODIES")) do
  bodies[#bodies + 1] = line
end
local expect = os.getenv("EXPECT")
local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json, text/event-stream",
  ["Authorization"] = "Bearer " .. os.getenv("TOKEN") }
if (os.getenv("SESSION") or "") ~= "" then
  headers["Mcp-Session-Id"] = os.getenv("SESSION")
end

local prepared = {}
local turn = 0
local threads = {}
wrong = 0

function setup(thread)
  threads[#threads + 1] = thread
end

function init()
  for index, body in ipairs(bodies) do
    prepared[index] = wrk.format("POST", "/mcp", headers, body)
  end
end

function request()
  turn = turn % #prepared + 1
  return prepared[turn]
end

if expect then
  function response(status, _, body)
    if status ~= 200 or not body:find(expect, 1, true) or body:find('"isError":true', 1, true) then
      wrong = wrong + 1
    end
  end
end

function done(summary, latency)
  local mistaken = 0
  for _, thread in ipairs(threads) do
    mistaken = mistaken + thread:get("wrong")
  end
  local errors = summary.errors
  io.write(string.format(
    "RESULT %.1f %d %d %d %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50), latency:percentile(99), mistaken + errors.status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
