-- Every request is a new call from one of a thousand numbers.
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
function init() math.randomseed(os.time() + id); n = 0; run = math.random(1, 1000000000) end
function request()
    n = n + 1
    return wrk.format("POST", "/telephony/binotel/incoming-call", {["Content-Type"] = "application/json"},
        string.format('{"callID":"b%d-%d-%d","externalNumber":"067%07d","internalNumber":"0440000202"}',
            run, id, n, n % 1000))
end
function done(summary, latency, requests)
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), summary.errors.status + summary.errors.connect
        + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
