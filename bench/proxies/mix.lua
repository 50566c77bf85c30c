-- Asks for the paths given as arguments in turn, and prints how many were answered and how many not.
local paths, at = {}, 0

init = function(arguments)
  for index = 1, #arguments do
    paths[index] = wrk.format("GET", arguments[index], {["Accept-Encoding"] = "gzip", ["Host"] = wrk.headers["Host"]})
  end
end

request = function()
  at = at % #paths + 1
  return paths[at]
end

done = function(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format("MIX %d %d\n", summary.requests,
    failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
