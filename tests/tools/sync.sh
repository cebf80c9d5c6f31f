#!/bin/bash
# check: san timeout=300
# sync.sh: holos-sync, which sends requests for a person to a webhook and to the log.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
run migrate

# ---- the webhook ----------------------------------------------------------------------------------

hook=$work/hook
mkdir "$hook"
# shellcheck disable=SC2034 # the cleaner closes it
exec {hold}> >(exec python3 tests/tools/hook.py "$hook")
cleaners+=('exec {hold}>&-')
within 60 test -s "$hook/port"
port=$(<"$hook/port")

answers() { # "STATUS [RETRY-AFTER]", hold, cut
    printf '%s\n' "$*" >"$hook/answer.new"
    mv "$hook/answer.new" "$hook/answer"
}
got() { # NUMBER: so many requests have come
    [ "$(grep -cs . "$hook/got")" = "$1" ]
}
# posts EXPRESSION: this Python is true of g, the list of requests.
posts() {
    python3 -c 'import hashlib,hmac,json,sys
g = [json.loads(l) for l in open(sys.argv[1])]
sys.exit(0 if eval(sys.argv[2]) else 1)' "$hook/got" "$1"
}
forget_posts() {
    rm -f "$hook/got"
}

# ---- the store ------------------------------------------------------------------------------------

lead() { # ID: a request, and its row with the id 100 more
    sqlite3 "$HOLOS_DB" "INSERT INTO lead (id, profile, name, phone, wish, status, created_ms)
        VALUES ($1, 'salon', 'Олена', '+380501234567', 'манікюр', 'new', $1);
        INSERT INTO outbox (id, kind, payload, lead_id, created_ms, due_ms, state)
        VALUES ($1 + 100, 'lead', '{\"lead\":$1,\"name\":\"Олена\",\"phone\":\"+380501234567\"}', $1, $1, $1, 'waiting')"
}
row() { # ID: "state attempts error" of its row, and the request's status
    sqlite3 "$HOLOS_DB" "SELECT state, attempts, last_error, status FROM outbox JOIN lead ON lead.id = lead_id WHERE lead_id = $1"
}
row_is() { # ID TEXT
    [ "$(row "$1")" = "$2" ] || { row "$1"; false; }
}
due_again() { # ID: as if its time had come
    sqlite3 "$HOLOS_DB" "UPDATE outbox SET due_ms = 1 WHERE lead_id = $1"
}
clear_all() {
    sqlite3 "$HOLOS_DB" "PRAGMA foreign_keys = ON; DELETE FROM lead"
    forget_posts
}
now_ms() {
    date +%s%3N
}

sync_bin=${HOLOS_BIN:-$root/build/bin}/holos-sync
once() { # ARGS...: sets out, err and status
    status=0
    "$sync_bin" "${@:---once}" >"$work/out" 2>"$work/err" </dev/null || status=$?
    out=$(<"$work/out") err=$(<"$work/err")
}
pid=
start() { # in the background, its log in $work/log
    "$sync_bin" >"$work/log" 2>&1 </dev/null &
    pid=$!
    cleaners+=("kill -KILL $pid 2>/dev/null")
}
ended() { # STATUS: it has ended so
    local code=0
    { wait "$pid" || code=$?; } 2>/dev/null
    [ "$code" = "$1" ] || { echo "it ended with $code"; cat "$work/log"; false; }
}

# ---- without a place to send to -------------------------------------------------------------------

lead 1
once
ok "without a channel it says so and sends nothing" exits 0 "nothing is sent: neither HOLOS_LEAD_WEBHOOK_URL nor HOLOS_LEAD_LOG is set"
ok "the request waits untouched" row_is 1 'waiting|0||new'
start
ok "as a service it says so" within 60 grep -q 'holos-sync.* idle .*HOLOS_LEAD_WEBHOOK_URL' "$work/log"
sleep 4 # longer than it sleeps between two looks
ok "once" [ "$(grep -c idle "$work/log")" = 1 ]
kill -TERM "$pid"
ok "and leaves when it is told to" ended 0

# ---- to the log -----------------------------------------------------------------------------------

HOLOS_LEAD_LOG=true HOLOS_LOG_LEVEL=3 once
ok "the log gets a request" has_words "sent 1, to be tried again 0, given up 0"
log_line() {
    [ "$status" = 0 ] && [ "$(grep -c . <<<"$err")" = 1 ] && [[ $err == *"holos-sync lead outbox=101 lead=1" ]]
}
ok "one line, ids alone, whatever HOLOS_LOG_LEVEL says" log_line
ok "the request is sent" row_is 1 'sent|1||sent'
HOLOS_LEAD_LOG=true once
ok "and is not sent again" exits 0 "sent 0,"
clear_all

# ---- to the webhook -------------------------------------------------------------------------------

export HOLOS_LEAD_WEBHOOK_URL="http://127.0.0.1:$port/leads?of=holos" HOLOS_LEAD_WEBHOOK_KEY='a key, not a real one'
answers 200
lead 1
lead 2
once
ok "the webhook gets two requests" got 2
ok "the first one first, at its address" posts '[x["path"] for x in g] == ["/leads?of=holos"] * 2 and json.loads(g[0]["body"]) == {"lead": 1, "name": "Олена", "phone": "+380501234567"}'
ok "as JSON, with the id of the row" posts '[(x["headers"]["content-type"], x["headers"]["idempotency-key"]) for x in g] == [("application/json", "101"), ("application/json", "102")]'
ok "signed" posts 'all(x["headers"]["x-holos-signature"] == hmac.new(b"a key, not a real one", x["body"].encode(), hashlib.sha256).hexdigest() for x in g)'
ok "both are sent" row_is 1 'sent|1||sent'
ok "the second one too" row_is 2 'sent|1||sent'
ok "the log has them by their ids" eval '[[ $err == *"sent outbox=102 lead=2"* ]]'
ok "and no name, number, key or path" eval '[[ $err != *Олена* && $err != *3805* && $err != *"a key"* && $err != */leads* ]]'
clear_all

lead 1
HOLOS_LEAD_WEBHOOK_KEY='' once
ok "without a key there is no signature" posts 'len(g) == 1 and "x-holos-signature" not in g[0]["headers"]'
clear_all

lead 1
sqlite3 "$HOLOS_DB" "UPDATE lead SET status = 'done'"
once
ok "a request that is done stays done when it is sent" row_is 1 'sent|1||done'
clear_all

answers cut
lead 1
once
ok "an answer that is cut after its 200 has taken it" row_is 1 'sent|1||sent'
clear_all

# ---- what does not take it ------------------------------------------------------------------------

for code in 500 408 425 429 503 301; do
    answers "$code"
    lead 1
    before=$(now_ms)
    once
    ok "$code: it is tried again" row_is 1 "waiting|1|the webhook answered $code|new"
    ok "$code: not at once" [ "$(sqlite3 "$HOLOS_DB" 'SELECT due_ms FROM outbox')" -ge $((before + 10000)) ]
    ok "$code: and --once says so" [ "$status" = 111 ]
    clear_all
done
for code in 400 401 404 410 422; do
    answers "$code"
    lead 1
    once
    ok "$code: it is given up" row_is 1 "failed|1|the webhook answered $code|new"
    ok "$code: loudly" eval '[ "$status" = 111 ] && [[ $err == *"given_up outbox=101 lead=1 attempt=1 again_s=0"*"answered '"$code"'"* ]]'
    clear_all
done
answers 404
lead 1
once
run check
ok "holos check tells of those that were given up" has_words "1 requests could not be sent"
clear_all

answers 503 120
lead 1
lead 2
before=$(now_ms)
once
ok "a webhook that is down is not asked for the next one" got 1
ok "it is left alone as long as it says" [ "$(sqlite3 "$HOLOS_DB" 'SELECT due_ms FROM outbox WHERE lead_id = 1')" -ge $((before + 120000)) ]
answers 200
once
ok "the other one goes meanwhile" row_is 2 'sent|1||sent'
due_again 1
once
ok "and the first one when its time has come" row_is 1 'sent|2||sent'
ok "under the same id" posts '[x["headers"]["idempotency-key"] for x in g] == ["101", "102", "101"]'
clear_all

answers 500
lead 1
lead 2
once
ok "a request that it cannot take keeps no other waiting" got 2
sqlite3 "$HOLOS_DB" "UPDATE outbox SET attempts = 20, due_ms = 1 WHERE lead_id = 1"
before=$(now_ms)
once
ok "in the end it is tried every hour" [ "$(sqlite3 "$HOLOS_DB" 'SELECT due_ms FROM outbox WHERE lead_id = 1')" -ge $((before + 3600000)) ]
sqlite3 "$HOLOS_DB" "UPDATE outbox SET attempts = 31, due_ms = 1 WHERE lead_id = 1"
once
ok "after a day it is given up" row_is 1 'failed|32|the webhook answered 500|new'
clear_all

lead 1
HOLOS_LEAD_WEBHOOK_URL=http://127.0.0.1:$(free_port)/secret once
ok "where nothing listens it is tried again" eval '[[ $(row 1) == "waiting|1|"*"127.0.0.1"*"|new" && $(row 1) != *secret* ]]'
clear_all

for wrong in http://192.0.2.1/x ftp://127.0.0.1/x nonsense https://user:word@localhost/; do
    HOLOS_LEAD_WEBHOOK_URL=$wrong once
    ok "$wrong is refused" exits 100 "" "HOLOS_LEAD_WEBHOOK_URL"
done
HOLOS_LEAD_WEBHOOK_URL=http://192.0.2.1/x run check
ok "by holos check, too" eval '[ "$status" = 1 ] && [[ $out == *HOLOS_LEAD_WEBHOOK_URL* ]]'
HOLOS_DB=$work/none once
ok "without a store --once says what to do" exits 111 "" "holos migrate"
once --twice
ok "another argument is refused" exits 100 "" "--once"
once --help
ok "--help helps" exits 0 "usage: holos-sync"

# ---- as a service ---------------------------------------------------------------------------------

answers hold
lead 1
start
ok "the service finds a request by itself" within 60 got 1
kill -TERM "$pid"
answers 200
ok "told to stop, it finishes the one that it is at" ended 0
ok "which is sent" row_is 1 'sent|1||sent'
ok "once" got 1
clear_all

answers hold
lead 1
start
within 60 got 1
sqlite3 "$HOLOS_DB" "PRAGMA foreign_keys = ON; DELETE FROM lead" # holos forget
answers 200
lead 2
ok "a request that is forgotten while it is sent is no fault" within 60 row_is 2 'sent|1||sent'
kill -TERM "$pid"
ok "and it leaves" ended 0
ok "without an error" eval '! grep -q "err=" "$work/log"'
clear_all

# Killed between sending and noting: the webhook has answered, and the commit waits for the writer's lock.
answers hold
lead 1
HOLOS_STORE_WAIT_MS=60000 start
within 60 got 1
exec {lock}>>"$HOLOS_DB-writer"
flock "$lock"
answers 200
waits_for_lock() { # it has the answer: it sleeps in no poll of the network
    grep -qs "^sent\|sent outbox=101" "$work/log"
}
ok "it was taken, and cannot be noted" within 60 waits_for_lock
kill -KILL "$pid"
ok "killed" ended 137
exec {lock}>&-
ok "the store does not know that it was taken" row_is 1 'waiting|0||new'
once
ok "so it is sent again, as the same" posts 'len(g) == 2 and g[0]["body"] == g[1]["body"] and [x["headers"]["idempotency-key"] for x in g] == ["101", "101"]'
ok "and is sent" row_is 1 'sent|1||sent'
once
ok "no third time" got 2
clear_all

answers hold
lead 1
start
within 60 got 1
kill -KILL "$pid"
ok "killed before the answer" ended 137
answers 200
once
ok "it is sent again, too" posts '[x["headers"]["idempotency-key"] for x in g] == ["101", "101"]'
ok "and noted" row_is 1 'sent|1||sent'
clear_all

# What was taken and cannot be noted does not go out with every round.
answers hold
lead 1
HOLOS_STORE_WAIT_MS=100 start
within 60 got 1
exec {lock}>>"$HOLOS_DB-writer"
flock "$lock"
answers 200
within 60 waits_for_lock
sleep 5 # it looks every 3 s
exec {lock}>&-
ok "what could not be noted is noted later" within 60 row_is 1 'sent|1||sent'
ok "without being sent again" got 1
kill -TERM "$pid"
ok "and it leaves in the end" ended 0
clear_all

done_testing
