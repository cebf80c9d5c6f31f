#!/bin/bash
# check: san timeout=120
# messages.sh: the messages to clients about their visits: a confirmation, a reminder, each once, and
# what becomes of them when the visit is moved, cancelled or answered.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
sync_bin=${HOLOS_BIN:-$root/build/bin}/holos-sync
profiles=$work/profiles
export HOLOS_PROFILES=$profiles
mkdir "$profiles"

profile() { # PYTHON: changes b, the profile's book
    python3 -c 'import json,sys
p = json.load(open(sys.argv[1]))
b = p["book"]
exec(sys.argv[3])
json.dump(p, open(sys.argv[2], "w"), ensure_ascii=False)' "$root/tests/profiles/visits-salon.json" "$profiles/salon.json" "$1"
}
both='b["messages"] = {"booked": {"by": ["webhook"]}, "reminder": {"hours_before": 24, "by": ["webhook", "log"]}}'

hook=$work/hook
mkdir "$hook"
# shellcheck disable=SC2034 # a cleaner closes it by its name
exec {hold}> >(exec python3 tests/tools/hook.py "$hook")
cleaners+=('exec {hold}>&-')
within 60 test -s "$hook/port"
port=$(<"$hook/port")
echo 200 >"$hook/answer"
export HOLOS_LEAD_WEBHOOK_URL=http://127.0.0.1:$port/holos HOLOS_LEAD_WEBHOOK_KEY='a key, not a real one'

# posts EXPRESSION: this Python is true of g, the bodies that came, and of h, their headers.
posts() {
    python3 -c 'import json,sys
try:
    lines = [json.loads(l) for l in open(sys.argv[1])]
except FileNotFoundError:
    lines = []
g, h = [json.loads(x["body"]) for x in lines], [x["headers"] for x in lines]
print(g)
sys.exit(0 if eval(sys.argv[2]) else 1)' "$hook/got" "$1"
}
at() { # "DAY HH:MM": the moment that the programs believe in
    export HOLOS_NOW=${1/ /T}:00+02:00
}
once() {
    status=0
    "$sync_bin" --once >"$work/out" 2>"$work/err" </dev/null || status=$?
    out=$(<"$work/out") err=$(<"$work/err")
    rm -f "$hook/kept"
}
anew() {
    rm -rf "$work/store" "$hook/got"
    run migrate
}
forget_posts() {
    rm -f "$hook/got"
}
sql() {
    sqlite3 "$HOLOS_DB" "$@"
}
books() { # "DAY TIME"
    run book add --service manicure-gel --specialist inna --at "$1" --name Олена --phone 0501234567
    [ "$status" = 0 ] || { echo "$err"; false; }
}

run migrate

# ---- what a profile may say -----------------------------------------------------------------------

faulty() { # PYTHON PATH WORDS
    profile "$1"
    run check
    [ "$status" != 0 ] && [[ $out$err == *"$2"* && $out$err == *"$3"* ]]
}
ok "an unknown way is a fault" faulty 'b["messages"] = {"booked": {"by": ["pigeon"]}}' 'book.messages.booked.by[0]' 'must be "log" or "webhook"'
ok "a reminder without hours is a fault" faulty 'b["messages"] = {"reminder": {"by": ["log"]}}' 'book.messages.reminder.hours_before' 'missing'
ok "no way is a fault" faulty 'b["messages"] = {"booked": {"by": []}}' 'book.messages.booked.by' ''
ok "another message is a fault" faulty 'b["messages"] = {"birthday": {"by": ["log"]}}' 'book.messages.birthday' ''

# ---- booked ---------------------------------------------------------------------------------------

at "2026-12-01 10:00"
profile ''
anew
books "2026-12-03 12:00"
once
ok "without messages in the profile none is sent" posts 'g == []'
profile "$both"
once
ok "a visit that was booked just now is confirmed" posts '[(x["message"], x["visit"], x["bookings"], x["profile"], x["name"], x["phone"], x["start"]) for x in g] == [("booked", 1, [1], "salon", "Олена", "+380501234567", "2026-12-03T12:00:00+02:00")]'
ok "in words that say when, what and who" posts '"вас записано, 03.12.2026 12:00, манікюр із гель-лаком, Інна" in g[0]["text"]'
ok "signed, with an id" posts 'len(h[0]["x-holos-signature"]) == 64 and h[0]["idempotency-key"]'
ok "the log has ids alone" lacks Олена
once
ok "once" posts 'len(g) == 1'
forget_posts
at "2026-12-01 14:00"
books "2026-12-03 15:00"
at "2026-12-01 16:00"
once
ok "one that was booked hours ago is not confirmed any more" posts 'g == []'
run book move 1 --at "2026-12-03 10:00"
once
ok "a moved one is told its new time" posts '[(x["message"], x["start"]) for x in g] == [("moved", "2026-12-03T10:00:00+02:00")] and "тепер 03.12.2026 10:00" in g[0]["text"]'
once
ok "once" posts 'len(g) == 1'
forget_posts

# ---- the reminder ---------------------------------------------------------------------------------

at "2026-12-02 09:59"
once
ok "a day and a minute before it nothing is sent" posts 'g == []'
at "2026-12-02 10:00"
once
ok "a day before it the reminder goes" posts '[(x["message"], x["visit"]) for x in g] == [("reminder", 1)] and "1 — так, 2 — скасувати" in g[0]["text"]'
ok "by the log too, with ids alone" eval '[[ $err == *"message outbox="*" visit=1"* && $err != *Олена* && $err != *3805* ]]'
once
ok "once" posts 'len(g) == 1'
forget_posts
run book move 1 --at "2026-12-04 10:00"
once
ok "moved, the visit is told its new time" posts '[x["message"] for x in g] == ["moved"]'
at "2026-12-03 10:00"
once
ok "and reminded of it" posts '[x["message"] for x in g if x["visit"] == 1] == ["moved", "reminder"]'
forget_posts

anew
at "2026-12-01 10:00"
books "2026-12-01 18:00"
once
ok "a visit within the day is confirmed, and not reminded of at once" posts '[x["message"] for x in g] == ["booked"]'

# ---- taken back -----------------------------------------------------------------------------------

anew
forget_posts
books "2026-12-03 12:00"
echo 503 >"$hook/answer"
once
ok "a webhook that is down gets it later" eval '[ "$(sql "SELECT state, attempts FROM outbox WHERE kind = '\''message'\''")" = "waiting|1" ]'
run book cancel 1
echo 200 >"$hook/answer"
forget_posts
at "2026-12-01 10:10"
once
ok "a cancelled visit's message is taken back" posts 'g == []'
books "2026-12-03 12:00" # 2
echo 503 >"$hook/answer"
once
run book move 2 --at "2026-12-03 16:00"
run book move 2 --at "2026-12-03 12:00"
echo 200 >"$hook/answer"
forget_posts
at "2026-12-01 10:30"
once
ok "one that was moved there and back before it was told is told once, as it is" posts '[(x["message"], x["start"][11:16]) for x in g] == [("booked", "12:00")]'
at "2026-12-02 12:00"
echo 503 >"$hook/answer"
once
at "2026-12-03 12:01"
echo 200 >"$hook/answer"
forget_posts
once
ok "a reminder is not sent after the visit" posts 'g == []'
ok "but given up" eval '[ "$(sql "SELECT state FROM outbox WHERE kind = '\''message'\'' ORDER BY id DESC LIMIT 1")" != waiting ]'
anew
at "2026-12-01 10:00"
books "2026-12-03 12:00"
forget_posts
once
run forget +380501234567
forget_posts
at "2026-12-02 12:00"
once
ok "who is forgotten gets no reminder" posts 'g == []'

# ---- the answer -----------------------------------------------------------------------------------

anew
at "2026-12-01 10:00"
books "2026-12-03 12:00"
run book answer 1 perhaps
ok "an answer is yes or no" exits 100 "" "yes or no"
run book answer 9 yes
ok "to a visit that is there" exits 3
run book answer 1 так
ok "yes" exits 0
ok "confirms it" eval '[ "$(sql "SELECT count(*) FROM visit_answer")" = 1 ]'
run book show 1
ok "which the history has" has_words "the client's answer"
run book answer 1 2
ok "no" exits 0
ok "cancels it" eval '[ "$(sql "SELECT state FROM visit")" = cancelled ]'
run book answer 1 yes
ok "what is cancelled cannot be confirmed" exits 3

ok "the store is sound" eval '[ "$(sql "PRAGMA integrity_check; PRAGMA foreign_key_check")" = ok ]'
done_testing
