#!/bin/bash
# check: timeout=300
# binotel.sh: what is asked of the exchange: by the operator (holos binotel), and by holos-sync for calls.
. "$(dirname "$0")/lib.sh"
status=0 out='' err='' control=0
export PYTHONDONTWRITEBYTECODE=1
sync_bin=${HOLOS_BIN:-$root/build/bin}/holos-sync
profiles=$work/profiles
export HOLOS_PROFILES=$profiles

mkdir "$profiles"
python3 -c 'import json,sys
p = json.load(open(sys.argv[1]))
p["numbers"] = ["0440000202"]
p["hours"] = {d: ["00:00-24:00"] for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
p["binotel"] = {"transfer": "901", "call_back": "902", "customers": True}
json.dump(p, open(sys.argv[2], "w"), ensure_ascii=False)' "$root/profiles/salon.json" "$profiles/salon.json"

python3 "$root/tests/vendors/standins.py" --state "$work/vendors" &
vendors=$!
cleaners+=("stop $vendors")
within 60 test -s "$work/vendors"
eval "$(python3 -c 'import json,sys
r = json.load(open(sys.argv[1]))
print("export BINOTEL_API_URL=%s/api/4.0 HOLOS_CA_FILE=%s BINOTEL_API_KEY=%s BINOTEL_API_SECRET=%s; control=%d" % (r["urls"]["binotel"], r["ca"], *r["keys"]["binotel"], r["control"]))' "$work/vendors")"
export BINOTEL_API_PAUSE_MS=0

tell() { # PATH JSON
    curl -sf "http://127.0.0.1:$control$1" -d "$2" >"$work/told" || { cat "$work/told"; false; }
}
misbehave() { # WHAT [MEMBERS]
    tell /misbehave "{\"vendor\":\"binotel\",\"what\":\"$1\"${2:+,$2}}"
}
# exchange EXPRESSION: this Python is true of done (what was done there), calls and customers.
exchange() {
    curl -sf "http://127.0.0.1:$control/binotel" >"$work/exchange" &&
        python3 -c 'import json,sys
e = json.load(open(sys.argv[1]))
done, calls, customers = e["done"], e["calls"], e["customers"]
sys.exit(0 if eval(sys.argv[2]) else repr(done) + repr(customers))' "$work/exchange" "$1"
}
anew() {
    tell /reset '{}'
    tell /binotel '{"calls":[{"generalCallID":"6100000007","callType":"0","disposition":"ONLINE",
        "externalNumber":"0500000101","internalNumber":"901","startTime":"1790000000","waitsec":"4","billsec":"38",
        "recordingStatus":"uploading","pbxNumberData":{"number":"0440000202"},"employeeData":{"name":"","email":""}}],
        "customers":[{"id":"5","name":"Інша","numbers":["0671234567"]}]}'
}
anew
run migrate

# ---- the operator ---------------------------------------------------------------------------------

run binotel call 6100000007
ok "a call is shown" exits 0 "customer     0500000101"
ok "with the line and what became of it" eval '[[ $out == *"line         901"* && $out == *"disposition  ONLINE"* ]]'
run binotel call 6100000007 --json
ok "as JSON" json 'd["called"] == "0440000202" and d["billed_s"] == 38 and d["direction"] == "in"'
run binotel call 77
ok "an unknown call is not found" exits 1 '' 'Binotel knows no such call'
run binotel record 6100000007
ok "a recording that is not there yet is not found" exits 1 '' 'has no recording of this call'
run binotel transfer 6100000007 902
ok "a call is handed over" exits 0 'handed over'
ok "to that line" exchange 'done[-1] == ["calls/attended-call-transfer", {"generalCallID": "6100000007", "externalNumber": "902"}]'
run binotel transfer 6100000007 903
ok "a line whose telephone is off is said in words" exits 1 '' 'its telephone is not registered (150)'
run binotel hangup 6100000007
ok "a call is ended" exits 0 'ended'
run binotel hangup 6100000007
ok "once" exits 1 '' '(104)'
tell /binotel '{"calls":[{"generalCallID":"6100000007","recordingStatus":"uploaded"}]}'
run binotel record 6100000007
ok "the recording's address" exits 0 'https://records.example.org/6100000007.mp3'
ok "and until when it is good" has_words 'until 20'
run binotel dial 901 0500000101 0440000202
ok "a number is dialled" exits 0 'call 61'
run binotel customer 0500000101
ok "who is not in the address book is not found" exits 1 '' 'no customer has this number'
run binotel customer 0500000101 Олена Коваль
ok "a customer is made" exits 0 'kept'
run binotel customer '0500000101' Олена
run binotel customer 0500000101
ok "and renamed" exits 0 ' Олена'
ok "the only one with this number" exchange '[c["name"] for c in customers.values() if "0500000101" in c["numbers"]] == ["Олена"] and customers["5"]["name"] == "Інша"'
run binotel routes
ok "the scenarios" exits 0 '3810'
run binotel lines
ok "the lines" exits 0 '901'
ok "without passwords" lacks sip-password
run binotel dance
ok "what is unknown is refused" exits 100 '' 'is none of call'
run binotel transfer 6100000007
ok "and what lacks an operand" exits 100 '' 'transfer takes CALL LINE'
BINOTEL_API_SECRET=wrong run binotel routes
ok "a wrong secret is said" exits 1 '' 'BINOTEL_API_KEY or BINOTEL_API_SECRET is wrong (121)'
ok "and is not in the words" lacks wrong-secret
BINOTEL_API_KEY='' run binotel routes
ok "a missing key is said" exits 1 '' 'are not set'

wants='binotel wants something of the exchange that nobody can ask for'
BINOTEL_API_KEY='' run check
ok "holos check says what nobody can ask for" has_words "$wants"
run check
ok "and nothing of it when the key is there" lacks "$wants"

# ---- when Binotel is in trouble -------------------------------------------------------------------

misbehave html '"status":200,"times":1'
run binotel call 6100000007
ok "a page instead of JSON is an outage" exits 111 '' 'Binotel is down'
misbehave often '"times":2'
run binotel call 6100000007
ok "asked too often, it waits and asks again" exits 0 ANSWER
misbehave code '"code":120,"times":1'
run binotel call 6100000007
ok "a disabled company is said" exits 1 '' 'the company is disabled there (120)'
tell /binotel '{"calls":[{"generalCallID":"6100000008","disposition":"ONLINE"}]}'
misbehave lost '"times":1'
run binotel transfer 6100000008 901
ok "after an answer that was lost nobody is told to repeat it" exits 1 '' 'it may have been done'
ok "and is not asked for again" exchange '[m for m, b in done if b.get("generalCallID") == "6100000008"] == ["calls/attended-call-transfer"]'

# ---- holos-sync -----------------------------------------------------------------------------------

task() { # ID DO MEMBERS: a call 6200ID that goes on, and what it wants of the exchange
    local now
    now=$(date +%s%3N)
    tell /binotel "{\"calls\":[{\"generalCallID\":\"6200$1\",\"disposition\":\"ONLINE\"}]}"
    sqlite3 "$HOLOS_DB" "INSERT INTO call (id, source, external_id, caller, called, profile, direction, status, started_ms, active_ms, ended_ms, end_reason)
        VALUES ($1, 'binotel', '6200$1', '0500000$1', '0440000202', 'salon', 'in', 'completed', $now, $now, $now, 'transfer');
        INSERT INTO outbox (kind, payload, call_id, created_ms, due_ms, state)
        VALUES ('binotel', '{\"do\":\"$2\"$3}', $1, ${4-$now}, ${4-$now}, 'waiting')"
}
row() { # ID: "state error"
    sqlite3 "$HOLOS_DB" "SELECT state, last_error FROM outbox WHERE call_id = $1"
}
row_is() { # ID PATTERN
    # shellcheck disable=SC2053
    [[ $(row "$1") == $2 ]] || { row "$1"; false; }
}
leads() { # ID N: so many requests of the call
    [ "$(sqlite3 "$HOLOS_DB" "SELECT count(*) FROM lead WHERE call_id = $1 AND wish LIKE '%з''єднати%'")" = "$2" ]
}
once() {
    status=0
    "$sync_bin" --once >"$work/out" 2>"$work/err" </dev/null || status=$?
    out=$(<"$work/out") err=$(<"$work/err")
}

task 101 transfer ',"line":"901"'
task 102 customer ',"number":"0500000102","name":"Марія"'
task 103 call_back ',"line":"902","number":"0500000103","called":"0440000202"'
once
ok "what calls want is asked for" has_words "exchange: done 3, to be tried again 0, given up 0"
ok "the call is handed over" exchange '["calls/attended-call-transfer", {"generalCallID": "6200101", "externalNumber": "901"}] in done'
ok "the customer is kept" exchange '[c["numbers"] for c in customers.values() if c["name"] == "Марія"] == [["0500000102"]]'
ok "the lost call is called back" exchange '["calls/internal-number-to-external-number", {"internalNumber": "902", "externalNumber": "0500000103", "pbxNumber": "0440000202"}] in done'
ok "the rows are out" row_is 101 'sent|'
once
ok "and nothing is asked for twice" exchange 'len([m for m, b in done if b.get("generalCallID") == "6200101" or b.get("externalNumber") == "0500000103"]) == 2'

task 104 transfer ',"line":"903"'
once
ok "a caller who cannot be put through" row_is 104 'failed|*not registered*'
ok "becomes a request" leads 104 1
task 105 transfer ',"line":"901"'
misbehave lost '"times":1'
once
once
ok "a transfer whose answer was lost is not repeated" exchange 'len([m for m, b in done if b.get("generalCallID") == "6200105"]) == 1'
ok "a person is told" leads 105 1
task 106 transfer ',"line":"901"' 1000
once
ok "a caller who waited too long is called instead" row_is 106 'failed|the caller has not waited so long'
ok "by a person" leads 106 1
task 107 transfer ',"line":"901"'
sqlite3 "$HOLOS_DB" "UPDATE outbox SET state = 'failed', last_error = 'it is being asked for' WHERE call_id = 107"
once
ok "what a holos-sync that died was at is not asked for again" row_is 107 'failed|*it may have been done'
ok "and a person is told, once" leads 107 1
once
ok "really once" leads 107 1
task 108 customer ',"number":"0500000108","name":"Ольга"'
misbehave status '"status":503,"times":1'
once
ok "a name for the address book is tried again" row_is 108 'waiting|Binotel answered 503'
sqlite3 "$HOLOS_DB" "UPDATE outbox SET due_ms = 1 WHERE call_id = 108"
once
ok "until it is there" row_is 108 'sent|'
task 109 call_back ',"line":"902","number":"0500000109","called":"0440000202"' 1000
once
ok "nobody is called back for a call of long ago" row_is 109 'failed|the call was missed too long ago'
task 110 dance ''
once
ok "what nobody knows how to do is given up" row_is 110 'failed|nobody knows how to do*'
task 111 transfer ',"line":"901"'
BINOTEL_API_KEY='' once
ok "without a key a person calls" leads 111 1
ok "and the row says why" row_is 111 'failed|*are not set'
ok "no name or number is in the log" lacks 0500000
"$sync_bin" >"$work/log" 2>&1 </dev/null &
pid=$!
cleaners+=("kill -KILL $pid 2>/dev/null")
task 112 transfer ',"line":"902"'
ok "as a service it does so, too" within 60 row_is 112 'sent|'
kill -TERM "$pid"
wait "$pid"

# ---- the stand-in had nothing to complain of -------------------------------------------------------

curl -sf "http://127.0.0.1:$control/report" >"$work/report"
ok "the exchange has no complaint" python3 -c 'import json,sys
v = json.load(open(sys.argv[1]))["vendors"]["binotel"]["violations"]
sys.exit(repr(v) if v else 0)' "$work/report"
done_testing
