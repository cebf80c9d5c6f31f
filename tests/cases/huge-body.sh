#!/bin/bash
# check: timeout=120
# huge-body.sh: a body of 200 MB, announced or in chunks, is refused at once in holos's words, is
# not written to the disk, and does nobody else harm.
# shellcheck source=tests/support/tap.sh
. "$(dirname "$0")/../support/tap.sh"
cd "$root" || exit 1

port=$(free_port)
url=http://127.0.0.1:$port/telephony/binotel/audio-stream
PORT=$port HOLOS_VAR=$work/var WORKERS=1 tools/serve-here >"$work/service.log" 2>&1 &
cleaners+=("stop $!")
within 20 grep -q "answers on" "$work/service.log"

post() { # CURL-ARGUMENTS: the status into $status, the body into $work/reply
    status=$(head -c 209715200 /dev/zero | curl -s -o "$work/reply" -w '%{http_code}' --max-time 60 \
        -H 'Content-Type: multipart/form-data; boundary=b' -H 'Expect:' -X POST "$@" --data-binary @- "$url")
}

is_json_error() {
    python3 -c 'import json, sys; sys.exit(not json.load(open(sys.argv[1]))["error"])' "$work/reply"
}

post
ok "200 MB are refused with 413" [ "$status" = 413 ]
ok "in holos's words" is_json_error
post -H 'Transfer-Encoding: chunked'
ok "in chunks too" [ "$status" = 413 ]
ok "in the same words" is_json_error
ok "nothing of it stays on the disk" [ "$(du -sm "$work/var" | cut -f1)" -lt 20 ]
ok "and the service is well" curl -sf "http://127.0.0.1:$port/health"
done_testing
