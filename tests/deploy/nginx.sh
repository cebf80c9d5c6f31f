#!/bin/bash
# nginx/: the installed configuration, plain and with TLS, in front of stand-ins for the programs;
# and the real routes' locations when the programs are built.
# check: timeout=240
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

standin "$work/s" || exit 1
run_as=()
[ "$(id -u)" != 0 ] || run_as=('user root;')

# An installed tree with its outside paths and ports turned to our own folder.
port=$(free_port)
tls_port=$(free_port)
install_into() { # FOLDER BIN
    env DESTDIR="$1" PREFIX=/usr/local BIN="$2" ROUTES="$3" TOOLS=holos "$root/tools/install-holos" put || return 1
    mkdir -p "$1/log" "$1/acme" "$1/run" "$1/temp" "$1/tls"
    find "$1/etc/nginx" -name '*.conf' -exec sed -i \
        -e "s|/var/log/nginx/|$1/log/|; s|/var/lib/holos-acme|$1/acme|; s|/run/holos/|$1/run/|" \
        -e "s|/etc/holos/tls/|$1/tls/|" -e '/listen .*\[::\]/d' \
        -e "s|listen *80;|listen 127.0.0.1:$port;|; s|listen *443 ssl|listen 127.0.0.1:$tls_port ssl|" {} +
    cat >"$1/etc/nginx/nginx.conf" <<CONF
${run_as[*]}
pid $1/nginx.pid;
error_log $1/log/error.log;
events { worker_connections 256; }
http {
    client_body_temp_path $1/temp/body;
    fastcgi_temp_path $1/temp/fastcgi;
    proxy_temp_path $1/temp/proxy;
    scgi_temp_path $1/temp/scgi;
    uwsgi_temp_path $1/temp/uwsgi;
    # Who calls is what a test says.
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Forwarded-For;
    include sites-enabled/*;
}
CONF
}

enable() { # FOLDER SITE
    rm -rf "$1/etc/nginx/sites-enabled"
    mkdir "$1/etc/nginx/sites-enabled"
    ln -s "../sites-available/$2" "$1/etc/nginx/sites-enabled/"
}

check_conf() { # FOLDER
    nginx -t -e stderr -c "$1/etc/nginx/nginx.conf" 2>"$work/nginx.t" || {
        cat "$work/nginx.t"
        return 1
    }
    ! grep -i warn "$work/nginx.t"
}

serving=
serve() { # FOLDER
    nginx -e stderr -c "$1/etc/nginx/nginx.conf" -g 'daemon off;' 2>>"$work/nginx.cry" &
    serving=$!
    within 60 test -s "$1/nginx.pid"
}
unserve() {
    kill -TERM "$serving"
    wait "$serving"
    serving=
}
cleaners+=('stop_everything')
stop_everything() {
    [ -z "$serving" ] || unserve
    [ -z "${route_pid:-}" ] || kill "$route_pid"
    [ -z "${health_pid:-}" ] || kill "$health_pid"
    wait
} 2>/dev/null

url() { # PATH... : body, then the status on a line of its own
    curl -s -m 60 -w '\n%{http_code}' "$@"
}
status() {
    curl -s -m 60 -o /dev/null -w '%{http_code}' "$@"
}

d="$work/d"
install_into "$d" "$work/s/bin" "audio-stream health" || exit 1
here="http://127.0.0.1:$port"
stream=$here/telephony/binotel/audio-stream

# COUNT requests over eight connections at once; how often each status came.
many() { # COUNT URL CURL_OPTION...
    local count=$1 to=$2 i
    shift 2
    for ((i = 0; i < 8; i++)); do
        (
            for ((j = i; j < count; j += 8)); do
                printf 'url = %s\noutput = /dev/null\n' "$to"
            done | curl -s -K - -w '%{http_code}\n' "$@"
        ) &
        callers[i]=$!
    done >"$work/codes"
    wait "${callers[@]}"
    sort "$work/codes" | uniq -c | awk '{print $1, $2}'
}

workers_are() {
    [ "$(pgrep -P "$route_pid" -c)" = "$1" ]
}

# ---- what is written ----------------------------------------------------------------------------

request_names=$(sed -n '/define REQUEST_PARAMS/,/^$/p' "$root/shared/serve/request.h" | grep -o '"[A-Z_]*"' | tr -d '"' | sort)
param_names=$(awk '$1 == "fastcgi_param" && $2 != "HTTP_PROXY" {print $2}' "$root/nginx/params.conf" | sort)
ok "params.conf passes exactly what request.h reads" is "$param_names" "$request_names"
ok "and keeps HTTP_PROXY empty" grep -qE '^fastcgi_param HTTP_PROXY +"";$' "$root/nginx/params.conf"
ok "no connection to a worker is kept" grep -qE '^fastcgi_keep_conn +off;' "$root/nginx/limits.conf"

enable "$d" holos-plain.conf
ok "the plain configuration is good, without a warning" check_conf "$d"
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 \
    -keyout "$d/tls/privkey.pem" -out "$d/tls/fullchain.pem" 2>/dev/null
enable "$d" holos.conf
ok "the TLS configuration is good, without a warning" check_conf "$d"

# ---- TLS ----------------------------------------------------------------------------------------

serve "$d"
ok "http is sent to https, a POST staying a POST" is "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' -X POST "$stream?a=b")" \
    "308 https://127.0.0.1/telephony/binotel/audio-stream?a=b"
mkdir -p "$d/acme/.well-known/acme-challenge"
echo proof >"$d/acme/.well-known/acme-challenge/token"
ok "the certificate authority finds its proof over http" has "$(url "$here/.well-known/acme-challenge/token")" proof
ok "and cannot write there" is "$(status -X PUT -d x "$here/.well-known/acme-challenge/new")" 403
ok "https answers" is "$(status -k "https://127.0.0.1:$tls_port/nothing")" 404
ok "and asks for https from then on" has "$(curl -ski --http1.1 "https://127.0.0.1:$tls_port/nothing")" "Strict-Transport-Security: max-age="
ok "the new HTTP is spoken" is "$(curl -sk -o /dev/null -w '%{http_version}' "https://127.0.0.1:$tls_port/nothing")" 2
unserve

# ---- without the workers ------------------------------------------------------------------------

enable "$d" holos-plain.conf
serve "$d"
answer=$(url -i "$stream")
ok "a route that is not running is 503" has "$answer" "HTTP/1.1 503"
ok "in JSON" has "$answer" "Content-Type: application/json"
ok "with the error in words" has "$answer" '{"error":"The service is'
ok "that says when to try again" has "$answer" "Retry-After:"

# ---- with them ----------------------------------------------------------------------------------

(umask 022 && cd "$d" && exec spawn-fcgi -n -s run/audio-stream.sock -M 0660 -b 1024 -- \
    /usr/bin/multiwatch -f 2 -r 1000 -t 100 -- /usr/bin/env --block-signal "$work/s/bin/audio-stream") 2>/dev/null &
route_pid=$!
(cd "$d" && exec spawn-fcgi -n -s run/health.sock -M 0660 -- "$work/s/bin/health") 2>/dev/null &
health_pid=$!
within 60 test -S "$d/run/health.sock"
within 60 test -S "$d/run/audio-stream.sock"

ok "each path reaches its own route" has "$(url "$stream")" '"route":"audio-stream"'
ok "and no other" has "$(url "$here/health")" '"route":"health"'
told=$(url -H 'Proxy: evil' -H 'X-Else: 1' -H 'Cookie: c=1' -H 'Accept: a/b' -d 'x=1' "$stream" |
    sed -n 's/.*"told":"\([^"]*\) ".*/\1/p' | tr ' ' '\n' | grep -vE '^(FCGI_ROLE|HTTP_PROXY)$' | sort)
ok "a route is told what request.h reads and nothing else" is "$told" "$request_names"
ok "a header named Proxy does not arrive" lacks "$(url -H 'Proxy: evil' "$stream")" evil
ok "the body arrives whole" has "$(head -c 90000 /dev/zero | url --data-binary @- "$stream")" '"bytes":90000'
ok "so does a chunked one" has "$(head -c 90000 /dev/zero | url -H 'Transfer-Encoding: chunked' --data-binary @- "$stream")" '"bytes":90000'

for path in / /x /telephony /health/ /telephony/binotel/audio-stream/ /telephony/binotel/audio-streamx \
    /HEALTH /.env /index.html /nginx_status /@holos_broken /telephony/binotel/ \
    /.holos/bad_request; do
    ok "nothing is at $path" is "$(status --path-as-is "$here$path")" 404
done
ok "a path that climbs out is refused" is "$(status --path-as-is "$here/%2e%2e/etc/passwd")" 400
answer=$(url -i "$here/nothing")
ok "an unknown path is told in JSON" has "$answer" '{"error":"There is nothing at this path."}'
ok "nginx does not tell its version" lacks "$answer" "nginx/"
ok "the request's id is told" has "$answer" "X-Request-Id: "
answer=$(url -i "$stream?own404")
ok "a route's own error passes through" has "$answer" '{"route":"audio-stream"'
ok "with its own status" has "$answer" "HTTP/1.1 404"
answer=$(head -c 200000 /dev/zero | url -i -H 'Expect:' --data-binary @- "$stream")
ok "a body that is too large is 413 in JSON" has "$answer" '413 Request Entity Too Large'
ok "which says so" has "$answer" '{"error":"The body is larger'
answer=$(url -i "$here/hasty?sleep=4")
ok "an answer that does not come in time is 504 in JSON" has "$answer" '{"error":"No answer came in time'
ok "a header that is too large is refused in JSON" has "$(url -H "X: $(head -c 9000 /dev/zero | tr '\0' a)" "$here/health")" '{"error":'
ok "a request that is none is refused in JSON" has "$(printf 'nonsense\r\n\r\n' | timeout 60 python3 -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(sys.stdin.buffer.read())
print(s.makefile().read())' "$port")" '{"error":'

# As much as a sender likes of a body, and then what is no HTTP.
torn_body() { # BYTES
    python3 -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
n = int(sys.argv[2])
s.sendall(b"POST /telephony/binotel/audio-stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % n)
s.sendall(b"x" * n + b"\r\nnonsense\r\n")
print(s.makefile().read())' "$port" "$1"
}
answer=$(torn_body 70000)
ok "a body that breaks off after 64 KB is not called too large" has "$answer" "HTTP/1.1 400"
ok "and refused in JSON" has "$answer" '{"error":"This is no readable HTTP request'

# ---- many ---------------------------------------------------------------------------------------

codes=$(many 600 "$here/health")
ok "a program on this machine is not counted" is "$codes" "600 200"
url "$stream?secret=verysecret" -d 'phone=0671234567' >/dev/null
url "$here/0671234567" >/dev/null
unserve

silent() { # connects, says one byte, and how many whole seconds it was let
    python3 -c '
import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.settimeout(60)
s.sendall(b"G")
began = time.monotonic()
while s.recv(4096):
    pass
print(int(time.monotonic() - began))' "$1"
}
serve "$d"
ok "who connects and says no more than a byte is let go soon" test "$(silent "$port")" -lt 8
unserve
enable "$d" holos.conf
serve "$d"
ok "so it is at the door to https" test "$(silent "$port")" -lt 8
ok "and at https, before anything is agreed" test "$(silent "$tls_port")" -lt 8
unserve
enable "$d" holos-plain.conf

# As shipped, but that what was used up comes back so slowly that no test can see it.
sed -i -e 's/rate=120r/rate=1r/' -e 's/rate=50r\/s/rate=1r\/m/' "$d/etc/nginx/holos/zones.conf"
sed -i -e 's/# 192.0.2.1 1;/192.0.2.1 1;/' "$d/etc/nginx/holos/senders.conf"
serve "$d"
from() { # ADDRESS COUNT [URL...]: how often each status came
    many "$2" "${3:-$stream}" -d x=1 -H "X-Forwarded-For: $1"
}
ok "a stranger is let in for a conversation, not for a flood" is "$(from 203.0.113.7 100)" "61 200
39 429"
answer=$(url -i -H 'X-Forwarded-For: 203.0.113.7' "$stream")
ok "what is too much is 429" has "$answer" "HTTP/1.1 429"
ok "in JSON" has "$answer" '{"error":"Too many requests'
ok "that says when to try again" has "$answer" "Retry-After: 1"
ok "his neighbour is another" is "$(from 203.0.113.8 20)" "20 200"
ok "a gateway that shows the secret has room for all its calls" is "$(from 203.0.113.9 150 "$stream?secret=verysecret")" "150 200"
ok "so has one that signs" is "$(many 150 "$stream" -d x=1 -H 'X-Forwarded-For: 203.0.113.10' -H 'X-Binotel-Signature: x')" "150 200"
ok "and one that is in senders.conf" is "$(from 192.0.2.1 150)" "150 200"
ok "but not for a flood" is "$(from 192.0.2.1 100)" "51 200
49 429"
ok "what is shown where nobody asks for it gives no room" is "$(from 203.0.113.11 100 "$here/health?secret=x")" "61 200
39 429"
refused() { # ADDRESS COUNT: so many requests of it, or more
    [ "$(grep -F "\"addr\":\"$1\"" "$d/log/holos.log" | grep -c '"status":429')" -ge "$2" ]
}
# The workers stand still meanwhile, so that nothing is answered before all have come.
at_once() { # COUNT ADDRESS
    local i
    # shellcheck disable=SC2046 # they are words
    kill -STOP $(pgrep -P "$route_pid")
    for ((i = 0; i < $1; i++)); do
        printf 'url = %s\noutput = /dev/null\n' "$stream"
    done | curl -s -Z --parallel-immediate --parallel-max "$1" -K - -w '%{http_code}\n' -d x=1 \
        -H "X-Forwarded-For: $2" >"$work/crowd" 2>/dev/null &
    within 50 refused "$2" 10
    # shellcheck disable=SC2046 # they are words
    kill -CONT $(pgrep -P "$route_pid")
    wait $!
    sort "$work/crowd" | uniq -c | awk '{print $1, $2}'
}
ok "a stranger has 40 requests at the same time" is "$(at_once 50 203.0.113.12)" "40 200
10 429"
ok "an address of IPv6 is counted" is "$(from 2001:db8:1:2::1 50)" "50 200"
ok "together with all of its 64 bits" is "$(from 2001:db8:1:2:a:b:c:d 50)" "11 200
39 429"
ok "and with no other" is "$(from 2001:db8:1:3::1 20)" "20 200"
unserve
sed -i -e 's/burst=60/burst=3/' -e 's/burst=200/burst=30/' "$d/etc/nginx/holos/limits.conf"

sed -i -e 's/# "~/"~/' "$d/etc/nginx/holos/senders.conf"
serve "$d"
ok "with the list of senders on, a stranger is 403" has "$(url "$stream")" '{"error":"This address may not call here."}'
ok "but not at the other routes" is "$(status "$here/health")" 200
unserve
sed -i -e 's/    192.0.2.1 1;/127.0.0.1 1;/' "$d/etc/nginx/holos/senders.conf"
serve "$d"
ok "and a sender on the list comes in" is "$(status "$stream")" 200
unserve

logs=$(cat "$d"/log/*)
ok "every line of the access log is one JSON object" python3 -c '
import json, sys
lines = [json.loads(l) for l in open(sys.argv[1])]
assert len(lines) > 600
assert all(len(l["id"]) == 32 and isinstance(l["status"], int) for l in lines)' "$d/log/holos.log"
ok "no query string is in a log" lacks "$logs" verysecret
ok "no path that is no route is in a log" lacks "$logs" 0671234567

# ---- a rolling restart --------------------------------------------------------------------------

sed -i -e 's/burst=30/burst=20000/' -e 's/limit_conn  .*//' "$d/etc/nginx/holos/limits.conf"
serve "$d"
rolling() {
    local roll
    for ((roll = 0; roll < 30; roll++)); do
        kill -USR2 "$route_pid"
        sleep 0.05
    done
}
rolling &
roller=$!
codes=$(many 3000 "$stream" -d x=1)
wait "$roller"
ok "30 rolling restarts under load lose none of 3000 requests" is "$codes" "3000 200"
ok "and the workers are all there" within 60 workers_are 2

# ---- the real routes ----------------------------------------------------------------------------

name="every path of every route has one location and reaches its own program's socket"
if have_programs; then
    unserve
    r="$work/r"
    routes=$(cut -f 1 <<<"$("$programs/holos" routes)")
    install_into "$r" "$programs" "$(tr '\n' ' ' <<<"$routes")" || exit 1
    enable "$r" holos-plain.conf
    ok "the real routes' configuration is good, without a warning" check_conf "$r"
    wanted=$(for f in "$root"/handlers/*.c; do basename "$f" .c; done | sort)
    ok "holos routes names every file in handlers/" is "$(sort <<<"$routes")" "$wanted"
    paths=$("$programs/holos" routes | cut -f 4 | tr ', ' '\n' | grep / | sort)
    located=$(sed -n 's/^ *location = \([^ ]*\) {.*/\1/p' "$r/etc/nginx/holos/routes.conf" | grep -v '^/\.holos/' | sort)
    ok "$name" is "$located" "$paths"
    ok "no path twice" is "$(uniq -d <<<"$located")" ""
else
    skip "$name" "the programs are not built"
fi
done_testing
