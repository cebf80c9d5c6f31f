#!/bin/bash
# check: san timeout=300
# sheet.sh: holos-sync and the staff's Google Sheet: what it shows, what staff change there, and what
# becomes of both when the sheet is away, slow, forbidden or changed under it.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
export HOLOS_NOW=2026-12-01T10:00:00+02:00
export PYTHONDONTWRITEBYTECODE=1
sync_bin=${HOLOS_BIN:-$root/build/bin}/holos-sync
profiles=$work/profiles
export HOLOS_PROFILES=$profiles

# ---- a business, a store, a spreadsheet -----------------------------------------------------------

mkdir "$profiles"
profile() { # PYTHON: changes p, the profile, and its book b
    python3 -c 'import json,sys
p = json.load(open(sys.argv[1]))
b = p["book"]
b["horizon_days"] = 3
s = b["specialists"]
exec(sys.argv[3])
json.dump(p, open(sys.argv[2], "w"), ensure_ascii=False)' "$root/tests/profiles/visits-salon.json" "$profiles/salon.json" "${1-}"
}
profile

python3 "$root/tests/vendors/standins.py" --state "$work/vendors" &
vendors=$!
cleaners+=("stop $vendors")
within 60 test -s "$work/vendors"
control=
eval "$(python3 -c 'import json,sys
r = json.load(open(sys.argv[1]))
print("export GOOGLE_APPLICATION_CREDENTIALS=%s GOOGLE_SHEETS_URL=%s HOLOS_CA_FILE=%s GOOGLE_SHEET_ID=%s; control=%d" % (r["credentials"], r["urls"]["sheets"], r["ca"], r["sheet"], r["control"]))' "$work/vendors")"

tell() { # PATH JSON
    curl -sf "http://127.0.0.1:$control$1" -d "$2" >"$work/told" || { cat "$work/told"; false; }
}
staff() { # MEMBERS of an edit: see tests/vendors/staff.py
    tell /sheet "{$1}"
}
misbehave() { # WHAT [MEMBERS]
    tell /misbehave "{\"vendor\":\"sheets\",\"what\":\"$1\"${2:+,$2}}"
}
types() { # RANGE, then the cells
    local range=$1
    shift
    staff "\"do\":\"put\",\"range\":\"$range\",\"values\":[$(python3 -c 'import json,sys; print(json.dumps(sys.argv[1:]))' "$@")]"
}
clears() { # RANGE
    staff "\"do\":\"clear\",\"range\":\"$1\""
}
# sheet EXPRESSION: this Python is true of t, the worksheets by title (lists of rows), and row(title, day,
# time): what stands in D to H there, joined; None without such a row, a list of several.
sheet() {
    curl -sf "http://127.0.0.1:$control/sheet" >"$work/sheet" &&
        python3 -c 'import json,sys
t = {g["title"]: g["values"] for g in json.load(open(sys.argv[1]))["sheets"]}
def row(title, day, time):
    found = ["|".join(str(c) for c in r[3:8]) for r in t[title] if r[1:3] == [day, time]]
    return found[0] if len(found) == 1 else found or None
def at(title, day, time):
    return [i + 1 for i, r in enumerate(t[title]) if r[1:3] == [day, time]][0]
def marked(n):
    return [(title, *r[1:3]) for title, rows in t.items() for r in rows if r[3:4] == ["#%d" % n]]
v = eval(sys.argv[2])
print(v)
sys.exit(0 if v is True or v not in (False, None) and len(sys.argv) > 3 else 1)' "$work/sheet" "$@"
}
number() { # TITLE DAY TIME: the number of that row in the sheet
    sheet "at('$1','$2','$3')" print
}
counts() { # EXPRESSION: this Python is true of v, what the stand-in of the sheet counted
    curl -sf "http://127.0.0.1:$control/report" >"$work/report" &&
        python3 -c 'import json,sys
v = json.load(open(sys.argv[1]))["vendors"].get("sheets", {"requests": 0, "replies": {}, "violations": [], "refusals": []})
print(v["violations"], v["refusals"], v["replies"])
sys.exit(0 if eval(sys.argv[2]) else 1)' "$work/report" "$1"
}
once() { # a round: sets out, err, status
    status=0
    "$sync_bin" --once >"$work/out" 2>"$work/err" </dev/null || status=$?
    out=$(<"$work/out") err=$(<"$work/err")
}
quiet() { # a round that finds nothing to do, and writes nothing
    once
    exits 0 "wrote 0 rows; staff took 0 times, gave back 0, cancelled 0, moved 0, noted 0, wrote over 0"
}
sql() {
    sqlite3 "$HOLOS_DB" "$@"
}
books() { # SPECIALIST "DAY TIME" NAME PHONE
    run book add --service manicure-gel --specialist "$1" --at "$2" --name "$3" --phone "$4"
    [ "$status" = 0 ] || { echo "$err"; false; }
}
state_is() { # BOOKING STATE
    [ "$(sql "SELECT state FROM visit JOIN booking ON visit_id = visit.id WHERE booking.id = $1")" = "$2" ]
}
is_free() { # SPECIALIST "DAYTIME": a visit of the shortest service can begin then
    run book free --service manicure-gel --specialist "$1" --from "${2%T*}" --days 1 --json
    json "any(x['start'].startswith('$2') for x in d)"
}
sound() {
    [ "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')" = ok ]
}
# More than a minute has, so that the tests need not wait.
plenty='"do":"quota","reads":100000,"writes":100000'
anew() { # a new store and a new spreadsheet
    rm -rf "$work/store"
    run migrate
    tell /reset '{}'
    staff "$plenty"
}

# ---- what it shows --------------------------------------------------------------------------------

anew
books inna "2026-12-02 10:00" Олена 0501234567
GOOGLE_SHEET_ID='' once
ok "without a sheet nothing is asked" exits 0 "nothing is sent"
ok "of Google" counts 'v["requests"] == 0'
once
ok "with one a round makes the worksheets" exits 0 "sheet: wrote"
ok "one for each specialist, beside what was there" sheet 'list(t) == ["Аркуш1", "Інна", "Олена", "Марта", "Світлана"]'
ok "with a head" sheet "t['Інна'][0] == ['Дата', 'Повна дата', 'Час', 'Запис', \"Ім'я\", 'Послуга', 'Телефон', 'Підтвердження']"
ok "the day stands in the first row of a day alone" sheet "[r[0] for r in t['Інна'][1:] if r[0]] == ['01.12', '02.12', '03.12', '04.12']"
ok "there is a row for each cell of the hours" sheet "[r[2] for r in t['Інна'] if r[1] == '02.12.2026'] == ['%02d:%02d' % (h, m) for h in range(9, 20) for m in (0, 15, 30, 45)]"
ok "a visit stands in the rows of its time" sheet "row('Інна', '02.12.2026', '10:00') == '#1|Олена|манікюр із гель-лаком|+380501234567|очікування'"
ok "its further rows have dashes" sheet "[row('Інна', '02.12.2026', x) for x in ('10:15', '11:15')] == ['-|-|-|-'] * 2"
ok "the row after it is free" sheet "row('Інна', '02.12.2026', '11:30') == ''"
ok "nothing of it is anywhere else" sheet "marked(1) == [('Інна', '02.12.2026', '10:00')]"
ok "the outbox is empty" eval '[ "$(sql "SELECT count(*) FROM outbox WHERE kind = '\''sheet'\'' AND state <> '\''sent'\''")" = 0 ]'
ok "the next round writes nothing" quiet
ok "a round is two reads" counts 'v["requests"] == 7'

books olena "2026-12-03 12:00" '=IMPORTXML("http://192.0.2.1/";"//a")' 0670000002
once
ok "a name that looks like a formula stays a text" sheet "row('Олена', '03.12.2026', '12:00').startswith('#2|=IMPORTXML(\"http://192.0.2.1/\";\"//a\")|')"
ok "and is no formula for the sheet" eval 'types "Аркуш1!A1" "=1" && sheet "t[\"Аркуш1\"] == [[\"=1\"]]"'

run book answer 1 yes
once
ok "a visit that its client confirmed is marked" sheet "row('Інна', '02.12.2026', '10:00').endswith('|підтверджено')"
ok "that alone is written" exits 0 "wrote 1 rows"
run book move 1 --at "2026-12-03 09:00"
once
ok "a moved visit stands at its new time alone" sheet "marked(1) == [('Інна', '03.12.2026', '09:00')]"
ok "the old rows are empty" sheet "[row('Інна', '02.12.2026', x) for x in ('10:00', '10:15', '11:15')] == ['', '', '']"
ok "the new ones full" sheet "row('Інна', '03.12.2026', '10:15') == '-|-|-|-'"
run book move 1 --at "2026-12-03 09:30"
once
ok "also over itself" sheet "[row('Інна', '03.12.2026', x).split('|')[0] for x in ('09:00', '09:15', '09:30', '10:45', '11:00')] == ['', '', '#1', '-', '']"
run book move 1 --at "2026-12-03 09:30" --specialist olena
ok "what cannot be moved stays" sheet "marked(1) == [('Інна', '03.12.2026', '09:30')]"
run book cancel 1
once
ok "a cancelled one is taken away" sheet "marked(1) == [] and row('Інна', '03.12.2026', '09:30') == '' and row('Інна', '03.12.2026', '09:45') == ''"
ok "and nothing else to do" quiet

# ---- what staff write -----------------------------------------------------------------------------

at=$(number Інна 02.12.2026 14:00)
is_free inna 2026-12-02T14:00
ok "a time is free" test $? = 0
types "Інна!E$at" "Катя, постійна клієнтка"
once
ok "a text in a free row takes its time" exits 0 "staff took 1 times"
is_free inna 2026-12-02T14:00
ok "it is no longer free" test $? = 1
ok "it is a block by the sheet, with the text" eval '[ "$(sql "SELECT specialist, by, why, to_s - from_s FROM block")" = "inna|sheet|Катя, постійна клієнтка|900" ]'
ok "the text stays as it is" sheet "row('Інна', '02.12.2026', '14:00') == '|Катя, постійна клієнтка'"
ok "it is taken once" quiet
types "Інна!D$at" "12"
once
ok "another text takes it anew" exits 0 "took 1 times, gave back 1"
ok "as one block" eval '[ "$(sql "SELECT why FROM block")" = "12, Катя, постійна клієнтка" ]'
clears "Інна!D$at:G$at"
once
ok "emptied it is given back" exits 0 "gave back 1"
is_free inna 2026-12-02T14:00
ok "and free" test $? = 0
types "Інна!G$at" "380501112233"
types "Інна!D$((at + 1))" "-"
once
ok "a number is a text too, and so is a dash of theirs" exits 0 "took 2 times"
clears "Інна!D$at:G$((at + 1))"
once
ok "both are given back" exits 0 "gave back 2"
run book sheet
ok "the log of changes tells it all" eval '[ "$status" = 0 ] && [[ $out == *blocked*"Катя, постійна клієнтка"* ]]'

books inna "2026-12-02 12:00" Марія 0670000001 # 3
once
at=$(number Інна 02.12.2026 12:00)
types "Інна!E$at" "Марія Іванівна"
once
ok "a name that staff correct is noted" exits 0 "noted 1"
ok "at the visit" eval '[ "$(sql "SELECT note FROM visit WHERE id = 3")" = "#3, Марія Іванівна, манікюр із гель-лаком, +380670000001" ]'
ok "the sheet keeps it" sheet "row('Інна', '02.12.2026', '12:00').startswith('#3|Марія Іванівна|')"
ok "once" quiet
clears "Інна!D$at"
once
ok "a number that they delete comes back" sheet "row('Інна', '02.12.2026', '12:00').startswith('#3|Марія')"
clears "Інна!D$((at + 1)):G$((at + 2))"
once
ok "so do dashes" sheet "row('Інна', '02.12.2026', '12:15') == '-|-|-|-'"
ok "and the visit is booked all the while" state_is 3 booked

once
at=$(number Інна 02.12.2026 12:00)
clears "Інна!D$at:G$at"
once
ok "a visit whose cells they empty is cancelled" exits 0 "cancelled 1"
ok "in the store" state_is 3 cancelled
ok "by the sheet" eval '[ "$(sql "SELECT by FROM booking_history WHERE visit_id = 3 ORDER BY id DESC LIMIT 1")" = sheet ]'
is_free inna 2026-12-02T12:00
ok "its time is free" test $? = 0
ok "a request asks for a call" eval '[[ $(sql "SELECT name, phone, wish FROM lead") == "Марія|+380670000001|Запис прибрали з таблиці"*"#3: 02.12.2026 12:00, Інна, манікюр із гель-лаком" ]]'
once
ok "its dashes are gone" sheet "row('Інна', '02.12.2026', '12:15') == ''"
ok "and that was all" quiet
ok "one request" eval '[ "$(sql "SELECT count(*) FROM lead")" = 1 ]'

books inna "2026-12-02 15:00" Ганна 0670000003 # 4
once
at=$(number Інна 02.12.2026 15:00)
staff "\"do\":\"cut\",\"range\":\"Інна!D$at:H$at\",\"to\":\"Інна!D$((at + 8))\""
quiet
ok "before it was read there, what they move comes back" sheet "marked(4) == [('Інна', '02.12.2026', '15:00')]"
once
staff "\"do\":\"cut\",\"range\":\"Інна!D$at:H$at\",\"to\":\"Інна!D$((at + 8))\""
once
ok "a visit that they cut and paste is moved" exits 0 "moved 1"
once
ok "in the store and in the sheet" sheet "marked(4) == [('Інна', '02.12.2026', '17:00')] and row('Інна', '02.12.2026', '15:15') == '' and row('Інна', '02.12.2026', '17:15') == '-|-|-|-'"
run book list --json
ok "as the book says" json "[b['start'] for b in d if b['id'] == 4] == ['2026-12-02T17:00:00+02:00']"
ok "and that was all" quiet
at=$(number Інна 02.12.2026 17:00)
staff "\"do\":\"cut\",\"range\":\"Інна!D$at:H$at\",\"to\":\"Інна!D$((at + 11))\""
once
ok "where there is no room it is not moved" exits 0 "moved 0"
once
ok "but comes back" sheet "marked(4) == [('Інна', '02.12.2026', '17:00')]"
ok "with a request" eval '[[ $(sql "SELECT wish FROM lead ORDER BY id DESC LIMIT 1") == "Запис перенесли"* ]]'
ok "booked" state_is 4 booked

# A caller books what staff just fill in: neither knows of the other.
books inna "2026-12-04 10:00" Віра 0670000004 # 5
at=$(number Інна 04.12.2026 10:00)
types "Інна!E$at" "Оксана (свої)"
types "Інна!E$((at + 1))" "Оксана далі"
once
ok "the visit stays" exits 0 "wrote over 2"
ok "nobody's words are in the log" lacks Оксана
ok "and is in its row" sheet "row('Інна', '04.12.2026', '10:00').startswith('#5|Віра|') and row('Інна', '04.12.2026', '10:15') == '-|-|-|-'"
ok "what they wrote is in the log of changes" eval 'run book sheet; [[ $out == *overwritten*"Оксана (свої)"* ]]'
ok "and in a request" eval '[[ $(sql "SELECT wish FROM lead ORDER BY id DESC LIMIT 2") == *"Оксана (свої)"* ]]'
ok "booked" state_is 5 booked
ok "no violations so far" counts 'v["violations"] == []'

# ---- rows and worksheets --------------------------------------------------------------------------

once
at=$(number Інна 04.12.2026 10:00)
staff "\"do\":\"delete_rows\",\"title\":\"Інна\",\"row\":$at,\"count\":3"
once
ok "deleted rows are made again where they were" sheet "[r[2] for r in t['Інна'] if r[1] == '04.12.2026'][:9] == ['09:00', '09:15', '09:30', '09:45', '10:00', '10:15', '10:30', '10:45', '11:00']"
ok "with the visit" sheet "row('Інна', '04.12.2026', '10:00').startswith('#5|Віра|')"
ok "which nobody cancelled" state_is 5 booked
ok "and nothing more" quiet
at=$(number Інна 04.12.2026 16:00)
types "Інна!E$at" "навчання"
once
staff "\"do\":\"delete_rows\",\"title\":\"Інна\",\"row\":$at"
once
ok "a deleted row gives nothing back, and its text is written again" sheet "row('Інна', '04.12.2026', '16:00') == '|навчання'"
is_free inna 2026-12-04T16:00
ok "its time is taken still" test $? = 1
staff '"do":"sort","title":"Інна","reverse":true'
ok "the order of rows means nothing" quiet
staff '"do":"insert_rows","title":"Інна","row":5,"count":3'
ok "nor do blank ones" quiet
staff '"do":"order","titles":["Олена","Інна"]'
staff '"do":"rename","title":"Інна","to":"Інна (манікюр)"'
run book cancel 5
once
ok "a renamed worksheet is known" sheet "marked(5) == [] and 'Інна' not in t"
staff '"do":"rename","title":"Інна (манікюр)","to":"Інна"'
staff '"do":"remove","title":"Олена"'
once
ok "a worksheet that was deleted is made again" sheet "row('Олена', '03.12.2026', '12:00').startswith('#2|=IMPORT')"
ok "and nobody's visit is cancelled" state_is 2 booked
clears "Олена!A1:H1000"
once
ok "so are all rows of one that was emptied" sheet "row('Олена', '03.12.2026', '12:00').startswith('#2|=IMPORT')"
ok "and still" state_is 2 booked

anew
for i in 9 11 13 15 17; do books inna "2026-12-03 $i:00" "Клієнт $i" "06700000$((10 + i))"; done
once
once
clears "Інна!D2:H1000"
once
ok "all visits of a worksheet that are gone at once are no decision" exits 0 "cancelled 0"
ok "they are written again" sheet "all(row('Інна', '03.12.2026', '%02d:00' % h).startswith('#') for h in (9, 11, 13, 15, 17))"
ok "with one request" eval '[ "$(sql "SELECT count(*) FROM lead")" = 1 ]'
once
at=$(number Інна 03.12.2026 09:00)
clears "Інна!D$at:H$((at + 31))"
once
ok "four of five are" exits 0 "cancelled 4"

# ---- when Google does not do it -------------------------------------------------------------------

anew
books inna "2026-12-02 10:00" Олена 0501234567
staff '"do":"share","role":null'
once
ok "a sheet that is not shared is told in plain words" exits 111 "" "not shared with the service account as an editor"
run check
ok "by holos check too" has_words "not shared with the service account"
staff '"do":"share","role":"reader"'
once
ok "nor is one that may only be read" exits 111 "" "as an editor"
ok "the visit waits" eval '[ "$(sql "SELECT state FROM outbox WHERE kind = '\''sheet'\''")" = waiting ]'
staff '"do":"share","role":"writer"'
once
ok "shared, all of it goes" sheet "marked(1) == [('Інна', '02.12.2026', '10:00')]"
run check
ok "and holos check is content" has_words "the sheet is up to date"
GOOGLE_SHEET_ID=another once
ok "an id of no spreadsheet is told" exits 111 "" "no spreadsheet"
GOOGLE_SHEET_ID=https://docs.google.com/x once
ok "an address is no id" exits 111 "" "GOOGLE_SHEET_ID"
GOOGLE_APPLICATION_CREDENTIALS='' once
ok "it needs an account" exits 111 "" "GOOGLE_APPLICATION_CREDENTIALS"

staff '"do":"quota","reads":1,"writes":0'
run book cancel 1
once
ok "a used up quota ends a round" exits 111 "" "asked too often"
staff '"do":"quota","reads":9,"writes":0'
once
ok "also that of writes" exits 111 "" "asked too often"
staff "$plenty"
once
ok "when it is there again the round is done" sheet "marked(1) == []"
tell /misbehave '{"vendor":"oauth","what":"expired"}'
ok "a token that is no longer taken is asked for anew" quiet

books inna "2026-12-02 10:00" Олена 0501234567
once
once
books inna "2026-12-03 10:00" Марія 0501234568
at=$(number Інна 02.12.2026 10:00)
misbehave status '"status":503,"path":"values:batchUpdate"'
once
ok "a write that is refused is no write" exits 111
clears "Інна!D$at:G$at"
misbehave well
once
ok "what staff emptied meanwhile is cancelled" exits 0 "cancelled 1"
run book cancel "$(sql 'SELECT max(id) FROM booking')"
once

for what in hangup silent_ refuse; do
    books inna "2026-12-02 10:00" Олена 0501234567
    case $what in
    silent_) misbehave status '"status":503,"path":"values"' ;;
    *) misbehave "$what" ;;
    esac
    once
    ok "$what: the round fails" exits 111
    ok "$what: the visit is booked all the same" eval '[ "$(sql "SELECT count(*) FROM visit WHERE state = '\''booked'\''")" = 1 ]'
    misbehave well
    once
    once
    ok "$what: the next one does it" sheet "row('Інна', '02.12.2026', '10:00').startswith('#') and sum(r[4:5] == ['Олена'] for r in t['Інна']) == 1"
    run book cancel "$(sql 'SELECT max(id) FROM booking')"
    once
done

books inna "2026-12-02 10:00" Олена 0501234567
misbehave cut '"times":1,"after":0,"path":"values:batchUpdate"'
once
ok "a write whose answer is cut off fails" exits 111
ok "though it was done" sheet "row('Інна', '02.12.2026', '10:00').split('|')[1] == 'Олена'"
once
ok "the next round looks first" exits 0 "wrote 0 rows"
ok "nothing is doubled" sheet "sum(r[4:5] == ['Олена'] for r in t['Інна']) == 1"
ok "and the outbox knows" eval '[ "$(sql "SELECT count(*) FROM outbox WHERE kind = '\''sheet'\'' AND state <> '\''sent'\''")" = 0 ]'
misbehave lost '"times":1,"path":":batchUpdate"'
staff '"do":"remove","title":"Олена"'
once
once
ok "a worksheet whose making was not answered is made once" sheet "sorted(t) == sorted(set(t)) and 'Олена' in t"
ok "no violations" counts 'v["violations"] == []'

# ---- an outage of a whole run, and its return -----------------------------------------------------

anew
books inna "2026-12-02 10:00" Олена 0501234567 # 1
books inna "2026-12-02 12:00" Марія 0501234568 # 2
once
once
misbehave refuse
at=$(number Інна 02.12.2026 10:00)
clears "Інна!D$at:G$at"
types "Інна!E$(number Інна 03.12.2026 09:00)" "у відпустці"
run book move 2 --at "2026-12-02 18:00"
books inna "2026-12-03 15:00" Ганна 0501234569 # 3
for _ in 1 2 3; do once; done
ok "while it is away every round fails" exits 111
misbehave well
once
once
ok "then what staff emptied is cancelled" state_is 1 cancelled
is_free inna 2026-12-03T09:00
ok "what they took is taken" test $? = 1
ok "what moved has moved" sheet "marked(2) == [('Інна', '02.12.2026', '18:00')] and row('Інна', '02.12.2026', '12:00') == ''"
ok "what is new is there" sheet "marked(3) == [('Інна', '03.12.2026', '15:00')]"
ok "and that was all" quiet

# ---- killed in the middle -------------------------------------------------------------------------

start() { # a service, its log in $work/log
    "$sync_bin" >"$work/log" 2>&1 </dev/null &
    pid=$!
    cleaners+=("kill -KILL $pid 2>/dev/null")
}
for where in 'values:batchGet' 'values:batchUpdate'; do
    anew
    once
    books inna "2026-12-02 10:00" Олена 0501234567
    misbehave delay "\"ms\":60000,\"path\":\"$where\""
    start
    within 60 counts "any('$where' in q['path'] for q in v['last'])"
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    misbehave well
    once
    once
    ok "killed in $where: it stands there once" sheet "marked(1) == [('Інна', '02.12.2026', '10:00')]"
    ok "killed in $where: and is booked" state_is 1 booked
done
anew
once
books inna "2026-12-02 10:00" Олена 0501234567
misbehave late '"ms":60000,"path":"values:batchUpdate"'
start
within 60 sheet "marked(1) != []"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
misbehave well
once
ok "killed before the answer: nothing is written twice" exits 0 "wrote 0 rows"
ok "it stands there once" sheet "marked(1) == [('Інна', '02.12.2026', '10:00')]"
start
ok "as a service it looks by itself" within 60 counts "sum('batchGet' in q['path'] for q in v['last']) > 1"
kill -TERM "$pid"
wait "$pid"
ok "and leaves when it is told to" test $? = 0

# ---- clocks and profiles --------------------------------------------------------------------------

anew
profile 'for x in s: x["hours"] = {"sun": ["00:00-06:00"], "mon": ["10:00-12:00"]}; x["breaks"] = {}'
HOLOS_NOW=2026-10-24T10:00:00+03:00 once
ok "the night when clocks go back has each hour once, but that which is twice" sheet "[r[2] for r in t['Інна'] if r[1] == '25.10.2026'] == ['%02d:%02d' % (h, m) for h in (0, 1, 2, 4, 5) for m in (0, 15, 30, 45)]"
export HOLOS_NOW=2026-10-24T10:00:00+03:00
run book add --service manicure-gel --specialist inna --at "2026-10-25 02:30" --name Ніч --phone 0501234567
once
ok "a visit over it ends when it ends" sheet "[row('Інна', '25.10.2026', x).split('|')[0] for x in ('02:30', '02:45', '04:00')] == ['#1', '-', '']"
quiet
ok "and that was all" test $? = 0

anew
export HOLOS_NOW=2026-12-01T10:00:00+02:00
profile
books inna "2026-12-02 10:15" Олена 0501234567
once
types "Інна!E$(number Інна 02.12.2026 14:00)" "нарада"
once
profile 'b["cell_minutes"] = 5; s[0]["hours"] = {"wed": ["12:00-16:00"]}; s[1]["sheet"] = "Друга"'
once
ok "after a change of the profile the visit is still there" sheet "marked(1) == [('Інна', '02.12.2026', '10:15')]"
ok "booked" state_is 1 booked
is_free inna 2026-12-02T14:00
ok "and what staff took is taken" test $? = 1
ok "a new title is another worksheet" sheet "'Друга' in t and 'Олена' in t"
profile 'del s[0]; [x.pop("by", None) for x in b["services"]]'
once
ok "a specialist who left keeps the worksheet" sheet "marked(1) == [('Інна', '02.12.2026', '10:15')]"
ok "and the visit" state_is 1 booked

profile
anew
books inna "2026-12-02 10:00" Олена 0501234567
once
run forget +380501234567
ok "forgetting" exits 0
once
ok "who is forgotten is forgotten by the sheet" sheet "marked(1) == [] and not any('Олена' in r for rows in t.values() for r in rows)"
ok "whole" sheet "row('Інна', '02.12.2026', '10:15') == ''"
books inna "2026-12-02 10:00" Олена 0501234567
once
once
tell /reset '{}'
once
ok "a new, empty spreadsheet cancels nobody" state_is "$(sql 'SELECT max(id) FROM booking')" booked
ok "and gets everything" sheet "marked($(sql 'SELECT max(id) FROM booking')) == [('Інна', '02.12.2026', '10:00')]"

ok "no request was one that Google refuses" counts 'v["violations"] == []'
ok "the store is sound" sound
done_testing
