-- Plain GET requests, for what the others are compared with.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    "RESULT %.1f %d %d %d %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout
  ))
end
