#!/bin/bash
# tools/serve-here with stand-ins for the programs, and once with the real ones when they are built.
# check: timeout=600
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

have_programs || {
    echo "1..0 # SKIP the programs are not built"
    exit 0
}
export STANDIN_REAL=$programs
standin "$work/the tree" || exit 1
export HOLOS_BIN="$work/the tree/bin"
unset HOLOS_VAR HOLOS_DB HOLOS_CACHE HOLOS_PROFILES HOLOS_LANGUAGES WORKERS ADDRESS
server=

start() { # STATE PORT
    : >"$work/said" # what the last one said must not be taken for this one's
    HOLOS_VAR=$1 PORT=$2 env "$HEARING" "$root/tools/serve-here" >"$work/said" 2>"$work/cried" &
    server=$!
    within 60 hears_int "$server"
}
stop_server() {
    [ -z "$server" ] || kill -TERM "$server"
    wait
} 2>/dev/null
cleaners+=(stop_server)

replaced() { # PID: gone, and the number of workers is whole
    [ "$(pgrep -fc -- "$HOLOS_BIN/audio-stream$")" = 4 ] && ! kill -0 "$1"
}

url() {
    curl -s -m 60 "$@"
}

ready() {
    within 120 grep -q 'Ctrl-C' "$work/said"
}

# Every process whose command line names this state folder or these programs.
left() {
    pgrep -f -- "$work/the tree" | grep -v "^$$\$"
}

nothing_left() {
    ! left && ! ls "$1"/run/*.sock 2>/dev/null
}

no_process() {
    ! left
}

nginx_gone() {
    ! pgrep -f -- "^nginx: .*$state"
}

end_with() { # SIGNAL
    kill "-$1" "$server"
    ended "$server"
    local code=$?
    server=
    return "$code"
}

state="$work/the tree/the state"
port=$(free_port)

start "$state" "$port"
ok "it starts in a folder with a space in its name" ready
ok "health answers through nginx" is "$(url -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/health")" 200
ok "it says where it listens" has "$(<"$work/said")" "http://127.0.0.1:$port"
ok "it says what serves each stage and what is missing" has "$(<"$work/said")" "hear     typed words; a recogniser"
ok "it says how to look at the same store" has "$(<"$work/said")" "HOLOS_VAR='$state' "
ok "it says how to call on another port" has "$(<"$work/said")" "make call PORT=$port"
took=$(grep -o 'ready in [0-9]*' "$work/said" | grep -o '[0-9]*$')
ok "it says how long that took" test -n "$took"
ok "each route has the workers it asked for" is "$(pgrep -fc -- "$HOLOS_BIN/audio-stream$" || :)" 4
ok "the sockets are closed to others" is "$(stat -c %a "$state/run/health.sock")" 660
ok "the state is closed to others" is "$(stat -c %a "$state/holos.db")" 600

HOLOS_VAR="$work/other" PORT=$port "$root/tools/serve-here" >"$work/said2" 2>&1
ok "a port in use ends it with an error" is $? 1
ok "it names the port and how to choose another" has "$(<"$work/said2")" "port $port on 127.0.0.1 is already in use; choose another: make run PORT="
HOLOS_VAR="$state" PORT=$(free_port) "$root/tools/serve-here" >"$work/said2" 2>&1
ok "a state folder in use ends it with an error" is $? 1
ok "it names the folder and how to choose another" has "$(<"$work/said2")" "HOLOS_VAR="
HOLOS_VAR="$work/other" ADDRESS=0.0.0.0 PORT=$(free_port) "$root/tools/serve-here" >"$work/said2" 2>&1
ok "an address that others reach is refused while nothing says who may call" is $? 1
ok "it names the settings that say so" has "$(<"$work/said2")" "set HOLOS_WEBHOOK_SECRET, BINOTEL_ALLOW_IPS or BINOTEL_SIGNATURE_KEY"
ok "the first is not disturbed" is "$(url -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/health")" 200

url "http://127.0.0.1:$port/telephony/binotel/audio-stream?sleep=1" >"$work/slow" &
slow=$!
within 120 grep -q 'sleeps' "$state/log/holos.log"
ok "Ctrl-C ends it well" end_with INT
wait "$slow"
ok "the request in hand was answered" has "$(<"$work/slow")" '"route":"audio-stream"'
ok "Ctrl-C leaves no process and no socket" nothing_left "$state"

start "$state" "$port"
ok "a second run at once after works" ready
victim=$(pgrep -f -- "$HOLOS_BIN/audio-stream$" | while read -r p; do grep -q multiwatch "/proc/$p/comm" || echo "$p"; done | head -n 1)
kill -KILL "$victim"
ok "a killed worker is replaced" within 120 replaced "$victim"
kill -KILL "$(pgrep -f -- "multiwatch.*$HOLOS_BIN/health$" | head -n 1)"
ended "$server"
ok "a supervisor that dies ends it with an error" is $? 1
server=
ok "it names what died" has "$(<"$work/cried")" "health stopped by itself"
ok "and leaves no process and no socket" nothing_left "$state"

# Whenever it is stopped, also while it starts.
cycle() { # NUMBER SIGNAL: true, if nothing was left
    start "$state" "$port"
    sleep "0.$(((RANDOM % 40) + 10))"
    kill "-$2" "$server"
    ended "$server"
    if [ $? = 124 ] || ! nothing_left "$state"; then
        echo "cycle $1, $2"
        return 1
    fi
    server=
} 2>/dev/null
cycles() {
    local n
    for n in {1..10}; do
        cycle "$n" TERM && cycle "$n" INT || return 1
    done
}
# nginx is given longer than a cycle may take: one that misses its QUIT would not end in time.
export NGINX_STOP_S=1000
ok "20 quick starts and stops end, and leave no process and no socket" cycles
unset NGINX_STOP_S

start "$state" "$port"
ready
mapfile -t deaf < <(pgrep -f -- "^$HOLOS_BIN/audio-stream$")
kill -STOP "${deaf[0]}"
kill -TERM "$server"
within 120 nginx_gone # so it is stopping, and waits for the worker
kill -INT "$server"
ok "a worker that does not listen holds nobody who insists" within 120 no_process
ended "$server"
server=

start "$state" "$port"
ready
kill -KILL "$server"
ended "$server" 2>/dev/null
server=
ok "killed outright, what it started stops by itself" within 120 no_process

start "$state" "$port"
ok "the next run cleans up and starts" ready
ok "TERM ends it well" end_with TERM
ok "and leaves no process and no socket either" nothing_left "$state"

# As nohup and a script's background job start it. Nothing that was started to ignore a signal can hear it.
start_ignoring() {
    : >"$work/said"
    (
        trap '' INT HUP
        HOLOS_VAR=$state PORT=$port exec "$root/tools/serve-here" >"$work/said" 2>"$work/cried"
    ) &
    server=$!
}
start_ignoring
ok "where INT and HUP are ignored it starts" ready
kill -INT "$server"
kill -HUP "$server"
sleep 0.3
ok "and ignores them" is "$(url -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/health")" 200
ok "TERM ends it there, too" end_with TERM
ok "and leaves no process and no socket there" nothing_left "$state"

STANDIN_MIGRATE_FAILS=1 HOLOS_VAR="$state" PORT=$port "$root/tools/serve-here" >"$work/said2" 2>&1
ok "a store that cannot be migrated ends it with an error" is $? 1
ok "it shows what the tool said" has "$(<"$work/said2")" "the disk is full"
for bad in 0 70000 http 99999999999999999999; do
    HOLOS_VAR="$state" PORT=$bad "$root/tools/serve-here" >"$work/said2" 2>&1
    ok "PORT=$bad is refused" has "$(<"$work/said2")" "PORT=$bad is not a port number"
done

cp -r "$work/the tree/bin" "$work/broken"
printf '#!/bin/sh\necho "<3>the profile is wrong" >&2\nexit 3\n' >"$work/broken/health"
READY_S=10 HOLOS_BIN="$work/broken" HOLOS_VAR="$state" PORT=$port "$root/tools/serve-here" >"$work/said2" 2>&1
ok "a program that cannot start ends it with an error" is $? 1
ok "which shows what the program said" has "$(<"$work/said2")" "    the profile is wrong"
# On a busy machine each try lives longer than 0.1 s: multiwatch goes on, and the time is up first.
ok "and names it" grep -Eq 'health stopped|/health says' "$work/said2"

# Workers that start as slowly as the test wants: not before there is a gate.
cp -r "$work/the tree/bin" "$work/gated"
mv "$work/gated/audio-stream" "$work/gated/audio-stream.real"
printf '#!/bin/bash\nuntil [ -e "%s" ]; do sleep 0.05; done\nexec "%s"\n' "$work/gate" "$work/gated/audio-stream.real" >"$work/gated/audio-stream"
chmod +x "$work/gated/audio-stream"
slow_workers() { # that are no longer multiwatch or env
    pgrep -f -- "^/bin/bash $work/gated/audio-stream$" | sort
}
are_slow() {
    [ "$(slow_workers | wc -l)" = 3 ]
}
HOLOS_BIN="$work/gated" start "$state" "$port"
ready
ok "workers that start slowly are waited for" within 120 are_slow
former=$(slow_workers)
url "http://127.0.0.1:$port/telephony/binotel/audio-stream" >"$work/waited" &
waiting=$!
kill -USR2 "$(pgrep -f -- "^[^ ]*multiwatch .*$work/gated/audio-stream$" | head -n 1)"
sleep 0.3
ok "a worker that is asked to leave while it starts is not killed" is "$(slow_workers)" "$former"
: >"$work/gate"
wait "$waiting"
ok "and serves a caller who waits" has "$(<"$work/waited")" '"route":"audio-stream'
end_with TERM

# The .env is read as data, from a tree of its own.
mkdir -p "$work/own tree/tools"
cp -r "$root/nginx" "$work/own tree/"
cp "$root/tools/serve-here" "$work/own tree/tools/"
cat >"$work/own tree/.env" <<ENV
# a comment
export HOLOS_DB = no
ENV
PORT=$port "$work/own tree/tools/serve-here" >"$work/said2" 2>&1
ok "a line of .env that is no NAME=VALUE is named" has "$(<"$work/said2")" "line 2 of $work/own tree/.env is not NAME=VALUE"
cat >"$work/own tree/.env" <<ENV
HOLOS_CACHE="a \$(touch '$work/owned') cache"
  HOLOS_DB=data.db
VOICE_LANGUAGE=of-the-file
ENV
: >"$work/said"
VOICE_LANGUAGE=of-the-caller PORT=$port "$work/own tree/tools/serve-here" >"$work/said" 2>"$work/cried" &
server=$!
ok "it starts with a good .env" ready
ok "a relative store stands in the tree" test -f "$work/own tree/data.db"
ok "nothing in .env is run" test ! -e "$work/owned"
worker=$(pgrep -f -- "$HOLOS_BIN/health$" | tail -n 1)
ok "what the environment says wins over .env" has "$(tr '\0' '\n' <"/proc/$worker/environ")" "VOICE_LANGUAGE=of-the-caller"
end_with TERM

: >"$work/said"
HOLOS_BIN=$programs HOLOS_VAR="$work/real" PORT=$port HOLOS_PROFILES="$root/profiles" "$root/tools/serve-here" >"$work/said" 2>"$work/cried" &
server=$!
ready
took=$(grep -o 'ready in [0-9]*' "$work/said" | grep -o '[0-9]*$')
ok "with the real programs it says how long that took" test -n "$took"
ok "and says what serves the store" grep -q '^  store' "$work/said"
sed -n '/^## By hand/,/^With/s/^    //p' "$root/README.md" | sed "s/localhost:8000/localhost:$port/" >"$work/by-hand"
for round in once twice; do
    bash -e "$work/by-hand" >"$work/answers" 2>&1
    sleep 1 # the id of a call is the second
    ok "the README's lines work $round" [ "$(grep -c '"success":true' "$work/answers")" = 3 ]
    ok "without a page of base64" eval '! grep -qE "[A-Za-z0-9+/]{200}" "$work/answers"'
done
ok "and ends well" end_with TERM

mkdir "$work/profiles"
echo '{ "business" }' >"$work/profiles/salon.json"
: >"$work/said"
HOLOS_BIN=$programs HOLOS_VAR="$work/real" PORT=$port HOLOS_PROFILES="$work/profiles" "$root/tools/serve-here" >"$work/said" 2>"$work/cried" &
server=$!
ok "with a profile that has a fault it serves" ready
ok "and tells the file, the line and the column" has "$(<"$work/said")" "salon.json: is not valid JSON at line 1, column 14"
end_with TERM

HOLOS_BIN=$programs HOLOS_VAR="$work/real" PORT=$port HOLOS_PROFILES="$work/nowhere" "$root/tools/serve-here" >"$work/said" 2>"$work/cried"
ok "without any profile it does not claim to serve" is $? 1
ok "but tells the folder" has "$(<"$work/cried")" "HOLOS_PROFILES=$work/nowhere: the folder cannot be read"

HOLOS_BIN=$programs HOLOS_VAR="$work/real" PORT=$port HOLOS_DB="$work/said/holos.db" "$root/tools/serve-here" >"$work/told" 2>"$work/cried"
ok "with a store that cannot be it does not start" is $? 1
ok "and names the setting, its value and the reason" has "$(<"$work/cried")" "HOLOS_DB=$work/said/holos.db: "
: >"$work/said"
HOLOS_ESPEAK=$work/no-voice HOLOS_BIN=$programs HOLOS_VAR="$work/real" PORT=$port HOLOS_PROFILES="$root/profiles" "$root/tools/serve-here" >"$work/said" 2>"$work/cried" &
server=$!
ok "without espeak-ng it serves" ready
ok "and says before the first call that nobody will hear it" has "$(<"$work/said")" "HOLOS_ESPEAK=$work/no-voice: no such program"
ok "health says so, too" has "$(curl -s "http://127.0.0.1:$port/telephony/health")" "HOLOS_ESPEAK=$work/no-voice: no such program"
end_with TERM
done_testing
