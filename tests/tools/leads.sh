#!/bin/bash
# check: san
# leads.sh: the requests of a day, for the person who calls back; calls and show by number.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
export TZ=Asia/Tokyo # not the business's zone
run migrate

# lead ID AGE_SQL PROFILE STATUS NAME PHONE WISH
now=$(date +%s)
lead() {
    sqlite3 "$HOLOS_DB" "INSERT INTO lead (id, profile, name, phone, wish, status, created_ms) VALUES ($1, '$3', '$5', '$6', '$7', '$4', ${2}000)"
}
midnight=$(TZ=Europe/Kyiv date -d "$(TZ=Europe/Kyiv date +%F) 00:00" +%s)
lead 1 "$((midnight - 1))" salon new Учора +380501111111 стрижка
lead 2 "$midnight" salon new Опівночі +380502222222 манікюр
lead 3 "$now" salon 'done' Зроблено +380503333333 масаж
lead 4 "$now" hotel new Гость +79161234567 '=cmd "x", номер'

ids() { # of the last run's --json
    python3 -c 'import json,sys; print(*sorted(l["id"] for l in json.load(open(sys.argv[1]))["leads"]))' "$work/out"
}
lists() { # IDS ARGS...
    local want=$1
    shift
    run leads --json "$@"
    [ "$status" = 0 ] && [ "$(ids)" = "$want" ]
}

ok "the open ones of today, by the business's own clock" lists "2 4"
ok "all of them" lists "1 2 3 4" --all
ok "open ones since an age" lists "1 2 4" --since 3d
ok "all since an age" lists "1 2 3 4" --since 3d --all
ok "of a business" lists "4" --profile hotel
ok "of a number, however it is written" lists "1" --phone "(050) 111-11-11"
ok "also a Russian one" lists "4" --phone "8 916 123 45 67"
run leads --phone 12
ok "a short number is told" exits 100 "" "--phone is a telephone number of nine digits or more"
run leads
ok "its time is the business's" exits 0 "$(TZ=Europe/Kyiv date +%F) 00:00:00"
ok "nothing is said of sending where nothing sends" lacks "waiting to be sent"
run stats
ok "nor by stats" lacks "waiting to be sent"
sqlite3 "$HOLOS_DB" "INSERT INTO outbox (kind, payload, lead_id, created_ms, due_ms, attempts, state) VALUES ('lead', '{}', 1, 1, 1, 1, 'waiting')"
run leads
ok "where something has tried to send it is said" exits 0 "1 waiting to be sent"

run leads 'done' 2 4 --note "передзвонила, о 15:00"
ok "two are done" exits 0
run leads
ok "then today has none" exits 0 "no open requests; --all shows"
run leads --all --json
ok "the note is kept" json '{l["id"]: (l["status"], l["note"]) for l in d["leads"]}[2] == ("done", "передзвонила, о 15:00")'
run leads reopen 2
ok "one is opened again" lists "2"
ok "with its note" json 'd["leads"][0]["note"].startswith("передзвонила")'
run leads 'done' 99
ok "one that is not there is told" exits 1 "" "there is no request 99"
run leads 'done' 2 99
ok "then nothing is marked" lists "2"
run leads 'done' два
ok "a word is no number" exits 100 "" "is not the number of a request"
run leads finish 2
ok "nor is another verb" exits 100 "" "neither done nor reopen"

run leads --all --csv
ok "a table for a spreadsheet" python3 - "$work/out" <<'P'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert len(rows) == 4, rows
four = {r["request"]: r for r in rows}["4"]
assert four["wish"] == "'=cmd \"x\", номер", four
assert four["phone"] == "+79161234567", four
P

sqlite3 "$HOLOS_DB" "INSERT INTO call (id, source, external_id, caller, called, profile, direction, status, started_ms, active_ms) VALUES
    (1, 'binotel', '777', '0501234567', '', 'salon', 'in', 'initiated', 1000, 1000),
    (2, 'binotel', '778', '+38 (050) 123-45-67', '', 'salon', 'in', 'initiated', 2000, 2000),
    (3, 'binotel', '501234567', '0671111111', '', 'salon', 'in', 'initiated', 3000, 3000)"
run calls +380501234567 --json
ok "the calls from a number" json '[c["id"] for c in d] == [2, 1]'
run calls 050 123-45-67 --json
ok "in any spelling" json '[c["id"] for c in d] == [2, 1]'
run calls abc
ok "a word is no number there, either" exits 100 "" "is not a telephone number"
run show 067 111 11 11 --json
ok "show takes a number" json 'd["id"] == 3'
run show 501234567 --json
ok "but an exchange's id goes before it" json 'd["id"] == 3'
run show 0999999999
ok "a number from which nobody called is told" exits 1 "" "no call has this id, and none came from this number"

# In a terminal of 100 columns.
python3 - "$holos" >"$work/narrow" <<'P'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.environ.pop("COLUMNS", None)
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    os.execv(sys.argv[1], [sys.argv[1], "leads", "--all"])
out = b""
try:
    while chunk := os.read(fd, 65536):
        out += chunk
except OSError:
    pass
os.waitpid(pid, 0)
print(max(len(line) for line in out.decode().splitlines()), "манікюр" in out.decode())
P
ok "a table fits the terminal" eval 'read -r widest whole <"$work/narrow"; [ "$widest" -le 100 ] && [ "$whole" = True ]'
done_testing
