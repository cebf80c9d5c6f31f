-- Each thread talks on calls that were opened before (CALLS of them), one typed turn after another.
local thread = 0
function setup(t) t:set("id", thread); thread = thread + 1 end
function init(args)
    prefix = args[1]; calls = tonumber(args[2]); threads = tonumber(args[3]); n = 0
end
function request()
    n = n + 1
    local call = (n * threads + id) % calls
    local b = "----bench"
    local function part(name, value)
        return "--" .. b .. "\r\nContent-Disposition: form-data; name=\"" .. name .. "\"\r\n\r\n" .. value .. "\r\n"
    end
    local body = part("callID", prefix .. call) .. part("text", "Де ви знаходитесь?")
        .. part("turn", id .. "-" .. n) .. "--" .. b .. "--\r\n"
    return wrk.format("POST", "/telephony/binotel/audio-stream",
        {["Content-Type"] = "multipart/form-data; boundary=" .. b}, body)
end
function done(summary, latency, requests)
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), summary.errors.status + summary.errors.connect
        + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
