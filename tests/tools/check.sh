#!/bin/bash
# check: timeout=180 san
# check.sh: `holos check` finds what is wrong and says how to fix it.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

run check
ok "without a store there is a fault, and its mending" exits 1 "holos migrate"
run migrate
run check --deep
ok "a machine in order has no faults" exits 0 "0 faults"
ok "every subject is looked at" [ "$(grep -cE '^(settings|files|profiles|store|vendors|voice|machine)$' "$work/out")" = 7 ]
run check --deep --json
ok "check --json" json 'd["faults"] == 0 and all(f["level"] in ("ok", "warning", "fault") and (f["level"] == "ok" or f["mend"]) for f in d["findings"])'
ok "each profile's voice has spoken" json 'sum(f["subject"] == "voice" and "test word" in f["text"] for f in d["findings"]) == 2'
ok "the store was read to its end" json 'any(f["item"] == "integrity" and "sound" in f["text"] for f in d["findings"])'

HOLOS_TURN_MS=soon HOLOS_CACHE_MB=-1 TELEPHONY_ENABLED=maybe run check --json
ok "every wrong setting is named, not only the first" json '{f["item"] for f in d["findings"] if f["level"] == "fault"} == {"HOLOS_TURN_MS", "HOLOS_CACHE_MB", "TELEPHONY_ENABLED"}'
HOLOS_TURNMS=5 run check --json
ok "a misspelt setting is a warning" json 'd["faults"] == 0 and any(f["item"] == "HOLOS_TURNMS" and f["level"] == "warning" for f in d["findings"])'
BINOTEL_API_SECRET=Xy5secret HOLOS_WEBHOOK_SECRET=Xy5hook run check
ok "a secret is not printed" exits 0
ok "not even partly" lacks Xy5
BINOTEL_ALLOW_IPS=1.2.3.999 run check -q
ok "an address list that cannot be read is a fault" exits 1 "BINOTEL_ALLOW_IPS"

cp -r profiles "$work/profiles"
python3 - "$work/profiles/salon.json" <<'P'
import json, sys
p = json.load(open(sys.argv[1]))
p["colour"] = "red"
del p["language"]
json.dump(p, open(sys.argv[1], "w"), ensure_ascii=False)
P
HOLOS_PROFILES=$work/profiles run check --json
ok "every fault of a profile is found, with its path" json 'sum(f["subject"] == "profiles" and f["level"] == "fault" and ("language" in f["item"] or "colour" in f["item"]) for f in d["findings"]) == 2'
echo '{' >"$work/profiles/salon.json"
HOLOS_PROFILES=$work/profiles run check
ok "a profile with a syntax error is a fault" exits 1 "salon"
ok "which says what its callers hear" has_words "its callers hear an apology"
ok "the other profiles are in order" grep -qE '^ +ok +hotel ' "$work/out"
echo '{"say":{"greting":"x"}}' >"$work/profiles/languages/ru.json"
HOLOS_PROFILES=$work/profiles run check --json
ok "a fault in a pack names its file" json 'any(f["item"] == "languages/ru.json: say.greting" and "did you mean" in f["text"] for f in d["findings"])'
ok "and the shipped pack serves" json 'any(f["item"] == "hotel" and f["level"] == "ok" for f in d["findings"])'
rm -r "$work/profiles/languages"
cp tests/profiles/salon-before.json "$work/profiles/salon.json"
HOLOS_PROFILES=$work/profiles run check --json
ok "a folder of before, without packs, has no fault" json 'not [f for f in d["findings"] if f["subject"] == "profiles" and f["level"] != "ok"]'
cp -r "$work/profiles" "$work/polish"
sed -i 's/"language": "uk"/"language": "pl"/; s/uk-UA/pl-PL/' "$work/polish/salon.json"
HOLOS_PROFILES=$work/polish run check --json
ok "a profile of before in a language without a file is a warning, not a fault" json '[f["text"].split(":")[0] for f in d["findings"] if f["subject"] == "profiles" and f["level"] != "ok"] == ["holos has no language pl (it has ru, uk)"]'
python3 - "$work/profiles/salon.json" <<'P'
import json, sys
p = json.load(open(sys.argv[1]))
del p["goodbye"]
json.dump(p, open(sys.argv[1], "w"), ensure_ascii=False)
P
HOLOS_PROFILES=$work/profiles HOLOS_LANGUAGES=$work/nowhere run check --json
ok "a profile of a language without a pack must be whole, and is told so" json 'any(f["item"] == "salon.json: goodbye" and "there is no language pack for \"uk\"" in f["text"] for f in d["findings"])'
python3 - "$work/profiles/salon.json" <<'P'
import json, sys
p = json.load(open("profiles/salon.json"))
p["prompt"] = {"actions": {"weather": {"about": "x"}, "end_call": {"inputs": {"wish": "x"}}}}
json.dump(p, open(sys.argv[1], "w"), ensure_ascii=False)
P
HOLOS_PROFILES=$work/profiles run check --json
ok "texts for an action or an input that is not there are warnings" json '[f["text"].split("for ")[1].split(",")[0] for f in d["findings"] if f["subject"] == "profiles" and f["level"] == "warning"] == ["weather", "end_call.inputs.wish"]'
mkdir "$work/many"
for ((i = 0; i < 257; i++)); do cp profiles/salon.json "$work/many/p$i.json"; done
HOLOS_PROFILES=$work/many HOLOS_PROFILE=p0 run check
ok "more profiles than fit are a fault, not left out in silence" exits 1 "more than 256 profiles"
HOLOS_PROFILES=$work/nowhere run check
ok "a folder of profiles that is not there is a fault" exits 1 "no profile can be read"
HOLOS_PROFILE=bakery run check
ok "a default profile that is not there is a fault" exits 1 'the default profile "bakery"'
HOLOS_ESPEAK=/nonexistent run check
ok "a missing voice is a fault with the package's name" exits 1 "apt-get install espeak-ng"
chmod o+r "$HOLOS_DB"
run check -q
ok "a store that anybody may read is a warning" exits 0 "chmod o-rwx"
chmod o-r "$HOLOS_DB"
echo '{"type":"service_account"}' >"$work/google.json"
GOOGLE_APPLICATION_CREDENTIALS=$work/google.json run check -q
ok "a credentials file without a key is a fault" exits 1 'the credentials file has no'
GOOGLE_APPLICATION_CREDENTIALS=$work/google.json run check --json
ok "and only holos itself hears and speaks" json '{f["item"]: f["text"] for f in d["findings"] if f["subject"] == "vendors"}["hear"].startswith("typed words and pressed keys; the credentials file has no")'

HOLOS_LADDER='hear=whisper think=claude,rules speak=google,espeak' WHISPER_URL=http://127.0.0.1:9/inference ANTHROPIC_API_KEY=Xy5key GOOGLE_API_KEY=Xy5key run check --json
ok "the ladder says who serves each stage" json '[{f["item"]: f["text"] for f in d["findings"] if f["subject"] == "vendors"}[s] for s in ("HOLOS_LADDER", "hear", "think", "speak")] == ["hear=whisper think=claude,rules speak=google,espeak", "whisper; HOLOS_LADDER leaves out google", "claude, then the profile\u0027s rules; HOLOS_LADDER leaves out claude-fallback", "google, then espeak-ng"]'
ok "no key is printed" lacks Xy5
HOLOS_LADDER='sing=google' run check
ok "a ladder written wrong is a fault" exits 1 '"sing" is not a stage'
GOOGLE_API_KEY=key GOOGLE_STT_API=v2 run check
ok "settings that do not go together are a fault" exits 1 "GOOGLE_STT_API=v2 takes no API key"
OPENAI_API_KEY=key WHISPER_API=telepathy run check
ok "an API that is none too" exits 1 "WHISPER_API"
CLAUDE_EFFORT=heroic run check
ok "a setting of the model too" exits 1 "CLAUDE_EFFORT"
ANTHROPIC_API_KEY=key CLAUDE_MODEL=oracle-1 run check -q
ok "a model whose price is not known is a warning" exits 0 "the price of oracle-1 is not known"
OPENAI_API_KEY=key WHISPER_MODEL=ears-9 run check -q
ok "of a recogniser too" exits 0 "the price of ears-9 is not known"
GOOGLE_TTS_URL=http://example.org run check
ok "an address without TLS is a fault" exits 1 "GOOGLE_TTS_URL"
HOLOS_CA_FILE=$work/google.json run check
ok "authorities without a certificate are a fault" exits 1 "it has no certificate"
HOLOS_CA_FILE=/nonexistent run check
ok "authorities that cannot be read too" exits 1 "certificate authorities cannot be read"
HOLOS_EGRESS=unix:/nonexistent run check
ok "a way out that is not there too" exits 1 "no socket is there"
HOLOS_EGRESS=nowhere run check
ok "or is written wrong" exits 1 "HOLOS_EGRESS"
sqlite3 "$HOLOS_DB" "INSERT INTO rung (name, failures, trips, until_ms, reason) VALUES ('hear-whisper', 2, 1, (strftime('%s', 'now') + 800) * 1000, 'it is deaf')"
WHISPER_URL=http://127.0.0.1:9/inference run check -q
ok "a vendor that is skipped now is a warning" exits 0 "it is skipped by all workers now, after 2 failures: it is deaf"
run stats
ok "stats names it" exits 0 "after 2 failures in a row: it is deaf"
run stats --json
ok "stats --json too" json '(s := d["skipped"][0]) and s.pop("until")[:2] == "20" and d["skipped"] == [{"rung": "hear-whisper", "failures": 2, "reason": "it is deaf"}]'
sqlite3 "$HOLOS_DB" 'DELETE FROM rung'
HOLOS_CACHE='' run check -q
ok "no cache is a warning" exits 0 "no phrase cache"
sqlite3 "$HOLOS_DB" 'PRAGMA user_version = 9999'
run check -q
ok "a store of another version is a fault" exits 1 "version"
done_testing
