#!/bin/bash
# check: san
# sense.sh: `holos check` warns of what a profile may say and what cannot work.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
run migrate
mkdir "$work/profiles"
export HOLOS_PROFILES=$work/profiles

# changed PYTHON: checks the salon's profile, p, after this; the other one stays out.
changed() {
    rm -f "$work/profiles"/*.json
    python3 - "$1" "$work/profiles/salon.json" <<'P'
import json, sys
p = json.load(open("profiles/salon.json"))
exec(sys.argv[1])
json.dump(p, open(sys.argv[2], "w"), ensure_ascii=False)
P
    run check --json
}
warns() { # PART: exactly one warning of the profiles, and it holds this
    json "(lambda w: len(w) == 1 and '''$1''' in w[0]['text'] + w[0]['mend'])([f for f in d['findings'] if f['subject'] == 'profiles' and f['level'] == 'warning'])"
}
silent() {
    json 'not [f for f in d["findings"] if f["subject"] == "profiles" and f["level"] != "ok"]'
}

HOLOS_PROFILES=$root/profiles run check --json
ok "the profiles that ship are without a warning" silent
changed ''
ok "so is a copy" silent
changed 'p["language"] = "ua"'
ok "the language ua: it is told that Ukrainian is uk" json 'any("\"uk\"" in f["mend"] and "ua is the country" in f["mend"] for f in d["findings"])'
changed 'p["numbers"] = ["044-SALON-22"]'
ok "a number with letters" warns 'no exchange sends "044-SALON-22"'
changed 'p["numbers"] = ["+38 (044) 123-45-67", "101"]'
ok "brackets, blanks and a short line are numbers" silent
changed 'p["phone"] = "О501234567"'
ok "a letter for a nought in the phone" warns 'cannot be dialled'
changed 'p["rules"].insert(0, {"when": [["знижк*"]], "say": "Так."})'
ok "a * behind a stem" warns 'a * counts only before a stem'
changed 'p["rules"].insert(0, {"when": [["*знижк"]], "say": "Так."})'
ok "a * before it is allowed" silent
changed 'p["rules"].insert(0, {"when": [["знiжк"]], "say": "Так."})'
ok "a Latin letter among Cyrillic ones" warns 'mixes Latin and Cyrillic'
changed 'p["rules"].insert(0, {"when": [["wifi пароль"]], "say": "Так."})'
ok "words of both alphabets side by side are allowed" silent
changed 'p["rules"].insert(0, {"when": [["зниж"]], "say": "Так."}); p["rules"].insert(1, {"when": [["знижка", "сьогодні"], ["знижки"]], "say": "Ні."})'
ok "a rule that an earlier one covers" warns 'is never reached'
changed 'p["rules"].insert(0, {"when": [["зниж", "сьогодні"]], "say": "Так."}); p["rules"].insert(1, {"when": [["знижка"]], "say": "Ні."})'
ok "one that is covered in part is reached" silent
changed 'p["rules"].insert(0, {"when": [["=зниж"]], "say": "Так."}); p["rules"].insert(1, {"when": [["знижка"]], "say": "Ні."})'
ok "a whole word covers no longer one" silent
changed 'p["rules"].insert(0, {"when": [["графік"]], "say": "Ми працюємо з 10:00 до 20:00."})'
ok "hours in a rule that differ from the business's" warns '10:00 to 20:00'
changed 'p["rules"].insert(0, {"when": [["графік"]], "say": "Ми відчинені з 8 до 22."})'
ok "also whole ones" warns '08:00 to 22:00'
changed 'p["rules"].insert(0, {"when": [["графік"]], "say": "Ми працюємо з 9:00 до 19:00, у суботу з 10:00–18:00."})'
ok "the business's own are allowed" silent
changed 'p["rules"].insert(0, {"when": [["каву"]], "say": "Каву подають з 11:00 до 12:00."})'
ok "hours of something else are allowed" silent
changed 'p["voice"]["espeak"] = "ru"'
ok "a voice of another language" warns 'voice.espeak: "ru" is of another language'
changed 'p["voice"]["google"]["name"] = "ru-RU-Chirp3-HD-Leda"'
ok "a vendor's is a fault" json 'any(f["level"] == "fault" and "voice.google" in f["item"] for f in d["findings"])'
changed 'p["voice"]["espeak"] = "uk+f2"'
ok "a variant of its own is allowed" silent

# ---- the book
changed 'p["book"]["specialists"][1]["stems"] = [["чистк"]]'
ok "a specialist's stem that a service has, too" warns 'book.specialists[1].stems: "чистк" is heard for the service "face-cleaning"'
changed 'p["book"]["specialists"][1]["stems"] = [["=чистки"]]'
ok "a whole word that a service's stem fits" warns '"=чистки" is heard for the service'
changed 'del p["book"]["services"][0]["stems"]; del p["languages"]["ru"]["book"]["services"][0]["stems"]'
ok "a service without stems" warns 'book.services[0].stems: "haircut-women" has none'
changed 'p["book"]["specialists"].append({"id": "new", "name": "Нова", "stems": [["нова"]], "hours": {}})'
ok "a specialist without hours" warns 'book.specialists[4].hours: "new" works on no day'
changed 'p["book"]["specialists"].append({"id": "new", "name": "Нова"})'
ok "a specialist without stems" warns 'book.specialists[4].stems: "new" has none'
changed 'p["book"]["specialists"][0]["off"] = ["2020-01-01..2020-01-05", "2099-01-01"]'
ok "days off that are over" warns 'book.specialists[0].off[0]: these days of "inna" are over'
changed 'p["book"]["specialists"][0]["off"] = ["2020-01-01..2099-01-05"]'
ok "days off that are not over yet are allowed" silent
changed 'p["book"]["specialists"][3]["hours"] = {"mon": ["09:00-09:30"]}; p["book"]["services"] = [s for s in p["book"]["services"] if s["minutes"] <= 30 or s["id"] == "styling"]; p["languages"]["ru"].pop("book")'
ok "one who has no day with room" warns '"taras" has no day with room for "styling"'
changed 'p["book"]["services"][0]["stems"] = [["стрижkа"]]'
ok "a stem of the book in two alphabets" warns 'mixes Latin and Cyrillic'
changed 'p["book"]["services"][2]["minutes"] = 20'
ok "a fault of the book is named by its place" json 'any(f["level"] == "fault" and f["item"] == "salon.json: book.services[2].minutes" for f in d["findings"])'
changed 'p["languages"]["ru"]["book"]["services"][1]["id"] = "haircut"'
ok "also in a further language" json 'any(f["level"] == "fault" and f["item"] == "salon.json: languages.ru.book.services[1].id" for f in d["findings"])'
done_testing
