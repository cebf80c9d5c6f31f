#!/bin/bash
# check: san
# profile.sh: `holos profile new` writes the profile of a new business, which then answers.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
export HOLOS_PROFILES=$work/profiles HOLOS_PROFILE=lily HOLOS_TEXT_PROFILE=lily
mkdir "$work/profiles"

run profile new lily --title 'Салон «Лілея»' --number 0440000202 --number '+380 44 000 02 03' \
    --hours 'mon-fri 9:00-13:00 14:00-19:00, sat 10-18' --address 'вулиця Тиха, 3'
ok "it writes the file and says where" exits 0 "$work/profiles/lily.json: written"
ok "what was given stands in it" python3 - "$work/profiles/lily.json" <<'P'
import json, sys
p = json.load(open(sys.argv[1]))
assert p["business"] == "Салон «Лілея»" and p["address"] == "вулиця Тиха, 3"
assert p["numbers"] == ["0440000202", "+380 44 000 02 03"]
assert p["language"] == "uk" and p["time_zone"] == "Europe/Kyiv" and p["country"] == "380"
assert p["hours"]["mon"] == p["hours"]["fri"] == ["09:00-13:00", "14:00-19:00"]
assert p["hours"]["sat"] == ["10:00-18:00"] and p["hours"]["sun"] == []
P
ok "it is about 25 lines" [ "$(wc -l <"$work/profiles/lily.json")" -le 27 ]
ok "the service may read it: its mode is the umask's" [ "$(stat -c %a "$work/profiles/lily.json")" = "$(printf '%o' $((0666 & ~$(umask))))" ]
run check --json
ok "it has no fault" json 'not [f for f in d["findings"] if f["subject"] == "profiles" and f["level"] != "ok"] and any(f["item"] == "lily" for f in d["findings"])'
kept=$(<"$work/profiles/lily.json")

run profile new lily --title Other --address x --hours 'daily 9-10'
ok "a file that is there is not overwritten" exits 1 "" "lily.json exists already"
ok "it is as it was" [ "$(<"$work/profiles/lily.json")" = "$kept" ]

run profile new hotel --language ru --title 'Отель' --hours 'daily 00:00-24:00' --address 'улица Тихая, 3' -o "$work/other.json"
ok "--output names another file" exits 0 "$work/other.json: written"
ok "in another language" grep -q '"language": "ru"' "$work/other.json"
run profile new rose --json
ok "what nobody told stays open" json 'd["file"].endswith("/rose.json") and d["to_fill_in"][:2] == ["business", "address"] and "hours.mon[0]" in d["to_fill_in"]'
run check --json
ok "and is named by check" json '{"rose.json: business", "rose.json: address", "rose.json: hours.sun[0]"} <= {f["item"] for f in d["findings"] if f["level"] == "fault"}'
ok "the other business is not touched by it" json 'any(f["item"] == "lily" and f["level"] == "ok" for f in d["findings"])'
rm "$work/profiles/rose.json"

for hours in someday 'mon 9' 'mon 9-' 'mon 9:-10' 'mon-xyz 9-10' '9-10-11' 'mon 1-2 2-3 3-4 4-5 5-6'; do
    run profile new rose --title x --address x --hours "$hours"
    ok "hours that are none are refused: $hours" exits 100 "" "neither a day nor hours"
done
run profile new rose --title x --address x --hours 'mon 19-9'
ok "so are hours that close before they open" exits 100 "" "hours.mon[0]: must open before it closes"
run profile new rose --title x --address x --hours 'daily 9-10' --number 7
ok "a number that is none" exits 100 "" "numbers[0]: must be a telephone number"
run profile new Rose --title x --address x --hours 'daily 9-10'
ok "a name that is none" exits 100 "" "Rose: the file's name may hold only"
run profile new rose --language pl
ok "a language without a pack names those there are" exits 100 "" 'no language pack for "pl"; there are: ru uk'
run profile old rose
ok "there is only new" exits 100 "" "there is: new NAME"
ok "nothing of all that was written" [ "$(ls "$work/profiles")" = lily.json ]
HOLOS_PROFILES=$work/nowhere run profile new rose
ok "a folder that is not there is told" exits 1 "" "cannot be read"
# shellcheck disable=SC2016 # the script is python's
ok "on a terminal it asks for what is missing" python3 - "$holos" "$work/profiles/rose.json" <<'P'
import json, os, pty, sys
answers = {b"Name of the business": "Роза", b"Called number": "0440000301", b"Address": "Київ", b"Hours": "daily 9-21"}
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], [sys.argv[1], "profile", "new", "rose"])
seen = b""
while True:
    try:
        got = os.read(fd, 4096)
    except OSError:
        break
    if not got:
        break
    seen += got
    for question in list(answers):
        if question in seen and seen.endswith(b": "):
            os.write(fd, (answers.pop(question) + "\n").encode())
            seen = b""
            break
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
p = json.load(open(sys.argv[2]))
assert p["business"] == "Роза" and p["numbers"] == ["0440000301"] and p["hours"]["sun"] == ["09:00-21:00"]
P
done_testing
