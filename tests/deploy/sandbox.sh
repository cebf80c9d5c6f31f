#!/bin/bash
# tools/serve-here with SANDBOX=1: the whole product with stand-ins for every vendor, from a spoken
# call to its end, and nothing left afterwards.
# check: timeout=300
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

have_programs || {
    echo "1..0 # SKIP the programs are not built"
    exit 0
}
cd "$root" || exit 2
export HOLOS_BIN=$programs HOLOS_VAR="$work/the var" HOLOS_PROFILES=$root/profiles TMPDIR=$work WORKERS=1
unset HOLOS_DB HOLOS_CACHE HOLOS_CA_FILE HOLOS_EGRESS ADDRESS
for name in $(env | sed -n 's/^\(\(GOOGLE\|ANTHROPIC\|CLAUDE\|WHISPER\|OPENAI\)_[A-Z0-9_]*\)=.*/\1/p'); do
    unset "$name"
done
server=

start() { # NAME=VALUE...: of the environment
    : >"$work/said" # what the last one said must not be taken for this one's
    env "$HEARING" SANDBOX=1 PORT="$port" "$@" tools/serve-here >"$work/said" 2>"$work/cried" &
    server=$!
    within 60 hears_int "$server"
}
stop_server() {
    [ -z "$server" ] || kill -TERM "$server"
    wait
} 2>/dev/null
cleaners+=(stop_server)

ready() {
    within 120 grep -q 'Ctrl-C' "$work/said"
}
end_with() { # SIGNAL
    kill "-$1" "$server"
    ended "$server"
    local code=$?
    server=
    return "$code"
}
left() {
    pgrep -f -- "$work/the var" || pgrep -f "standins.py.*$work"
}
nothing_left() {
    ! left && [ ! -e "$HOLOS_VAR/holos.db-sandbox" ] && [ ! -e "$HOLOS_VAR/run/sandbox" ] &&
        [ -z "$(find "$work" -name 'holos-standins.*' -print)" ]
}
call() { # ARGS...
    HOLOS_DB=$HOLOS_VAR/holos.db "$programs/holos" call --port "$port" --no-play "$@" >"$work/out" 2>"$work/err"
}
report() {
    curl -s -m 60 "localhost:$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["control"])' "$HOLOS_VAR/holos.db-sandbox")/report" >"$work/report"
}

port=$(free_port)
start
ok "it starts with all stand-ins" ready
ok "it says that these are stand-ins, and for whom" has "$(<"$work/said")" "stand-ins replace google, claude, whisper"
ok "it says what serves each stage" has "$(<"$work/said")" "  hear     google, then whisper
  think    claude, then claude-2, then claude-fallback, then the profile's rules
  speak    google, then espeak-ng
"
ok "what they say of themselves is closed to others" is "$(stat -c %a "$HOLOS_VAR/holos.db-sandbox")" 600

ok "a spoken call is made" call --json --id s1 -o "$work/s1" --speak 'Коли ви працюєте?' --speak 'Мене звати Олена' --speak 'До побачення'
ok "what was spoken was heard" holds "$work/out" '[r["transcript"] for r in d["replies"][1:]] == ["Коли ви працюєте?", "Мене звати Олена", "До побачення"]'
ok "every answer has a sound and the time of each stage" holds "$work/out" 'all(r["sounds"] and {"hear", "think", "speak"} <= set(r["took_ms"]) for r in d["replies"][1:])'
ok "and the call was ended by the model" holds "$work/out" 'd["ended_by"] == "holos" and d["unsaid"] == 0'
HOLOS_DB=$HOLOS_VAR/holos.db "$programs/holos" show s1 --json >"$work/out"
ok "it was kept as heard, thought and spoken by the vendors" holds "$work/out" 'all((t["heard_by"], t["think_rung"], t["speak_rung"], t["faults"]) == ("google", "claude", "google", 0) for t in d["history"][1:])'
ok "with its request for a person" holds "$work/out" 'd["leads"][0]["name"] == "Олена"'
ok "each turn with what it asked of the vendors" holds "$work/out" 'all([r["rung"] for r in t["asked"]][0] == "google" and "claude" in [r["rung"] for r in t["asked"]] and all(r["outcome"] == "ok" and r["total_us"] > 0 and r["sent"] > 0 for r in t["asked"]) for t in d["history"][1:])'
ok "whose costs are the turn's" holds "$work/out" 'all(t["cost_microusd"] == sum(r["cost_microusd"] for r in t["asked"]) > 0 for t in d["history"][1:])'
HOLOS_DB=$HOLOS_VAR/holos.db "$programs/holos" show s1 >"$work/shown"
ok "for a person too" grep -qE '^    think claude           ok        at [0-9.]+ (ms|s), took [0-9.]+ (ms|s), first byte .* B out, [0-9]+ B in, [$]0\.' "$work/shown"
report
ok "over TLS, and no vendor had to complain" holds "$work/report" 'd["violations"] == 0 and all(d["vendors"][v]["handshakes"] > 0 for v in ("oauth", "stt", "tts", "claude"))'
ok "in another coding and language it is heard too" call --json --id s2 -o "$work/s2" --coding mulaw --to 0480000000 --speak 'Сколько стоит номер?'
ok "by the digest of the samples" holds "$work/out" 'd["replies"][1]["transcript"] == "Сколько стоит номер?"'
ok "typed lines can be spoken" call -o "$work/s3" --aloud --id s3 <<<'Ви робот?'
ok "and are heard" has "$(<"$work/out")" "heard   Ви робот?"
mv "$HOLOS_VAR/run/audio-stream.sock" "$work/away"
curl -s -i -m 60 -F callID=1 -F text=x "http://127.0.0.1:$port/telephony/binotel/audio-stream" >"$work/excuse"
mv "$work/away" "$HOLOS_VAR/run/audio-stream.sock"
ok "without a worker the caller hears an excuse" has "$(tr -d '\r' <"$work/excuse")" '"audio_data":"UklGR'
ok "with a 503 and when to come again" has "$(tr -d '\r' <"$work/excuse")" $'503 Service Temporarily Unavailable\n'
ok "after a moment" grep -q '^Retry-After: [1-9]' "$work/excuse"
ok "make call SANDBOX=1 does so" has "$(make -n call SANDBOX=1)" "--aloud"
ok "make run SANDBOX=1 has python3 installed, make run has not" has "$(make -n run SANDBOX=1; make -n run)" "tools/need sandbox"

ok "Ctrl-C ends it well" end_with INT
ok "and leaves no process, no folder and no sign of a sandbox" nothing_left

printf '{"control": 9}' >"$HOLOS_VAR/holos.db-sandbox"
start SANDBOX= ANTHROPIC_BASE_URL=http://127.0.0.1:9
ok "without SANDBOX it starts as ever" ready
ok "and takes the sign of one that was killed away" test ! -e "$HOLOS_VAR/holos.db-sandbox"
ok "stand-ins are not spoken of" lacks "$(<"$work/said")" "stand-ins"
end_with TERM

start ANTHROPIC_API_KEY=of-this-person
ok "it starts beside a person's own key" ready
ok "whose vendor is not played" has "$(<"$work/said")" "stand-ins replace google, whisper"
environ='' # of a worker of this service: other tests run the same program
for worker in $(pgrep -f -- "$HOLOS_BIN/audio-stream$"); do
    if grep -qzxF -- "HOLOS_VAR=$HOLOS_VAR" "/proc/$worker/environ" 2>/dev/null; then
        environ=$(tr '\0' '\n' <"/proc/$worker/environ")
    fi
done
ok "its worker is found" test -n "$environ"
ok "nor its address changed" lacks "$environ" "ANTHROPIC_BASE_URL="
ok "the true vendors are still trusted" test "$(grep -c 'BEGIN CERT' "$HOLOS_VAR/run/sandbox/trusted.pem")" -gt 20
standins=$(pgrep -f -- "standins.py.*$HOLOS_VAR")
kill -KILL "$standins"
ended "$server"
ok "stand-ins that die end it with an error" is $? 1
server=
ok "which names them" has "$(<"$work/cried")" "the sandbox stopped by itself"
ok "and nothing is left then either" nothing_left

HOLOS_EGRESS=unix:/nowhere SANDBOX=1 PORT=$port tools/serve-here >"$work/said" 2>&1
ok "it does not hide behind an egress" has "$(<"$work/said")" "remove that setting"
done_testing
