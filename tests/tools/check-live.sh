#!/bin/bash
# check: san
# check: timeout=120
# check-live.sh: `holos check --live` asks every vendor, here their stand-ins.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

run migrate
run check --live
ok "with nothing configured nobody is asked" exits 0 "none is configured; none was asked"

python3 tests/vendors/standins.py --state "$HOLOS_DB-sandbox" &
cleaners+=("stop $!")
within 10 test -s "$HOLOS_DB-sandbox"
control=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["control"])' "$HOLOS_DB-sandbox")
while read -r _ setting; do
    export "${setting?}"
done < <(python3 tests/vendors/settings.py "$HOLOS_DB-sandbox")
tell() { # PATH JSON
    curl -s -m 10 -o /dev/null "localhost:$control/$1" -d "$2"
}
misbehave() { # VENDOR WHAT [MORE]
    tell misbehave "{\"vendor\":\"$1\",\"what\":\"$2\"${3:+,$3}}"
}
live() { # EXPRESSION: of the rows {item: finding} that --live added, and of all, d
    json "(lambda r: $1)({f['item']: f for f in d['findings'] if f['subject'] == 'live'})"
}

tell scenario '{"claude":{"match":[{"any":true,"answer":{"text":"Так"}}]}}'
run check --live
ok "when everything works it says so" exits 0 "heard \"раз, два\""
ok "and shows no key" lacks "$ANTHROPIC_API_KEY"
run check --live --json
ok "every vendor was asked" live 'sorted(r) == ["cost", "google account", "hear-google", "hear-whisper", "speak-google (hotel)", "speak-google (salon)", "think-claude", "think-claude-2", "think-claude-fallback"]'
ok "each answer has its time" live 'all(f["level"] == "ok" and f["took_us"] > 0 for i, f in r.items() if i != "cost")'
ok "Claude's have their cost, of one token" live 'all(0 < r[k]["cost_microusd"] < 1000 and "1 out" in r[k]["text"] for k in ("think-claude", "think-claude-2", "think-claude-fallback"))'
ok "a second of recognition costs what the list says" live 'r["hear-google"]["cost_microusd"] in (400, 800)'
ok "eight characters of a Chirp voice too" live 'r["speak-google (salon)"]["cost_microusd"] == r["speak-google (hotel)"]["cost_microusd"] == 8 * 30'
ok "a token and a server of this machine cost nothing" live 'r["google account"]["cost_microusd"] == r["hear-whisper"]["cost_microusd"] == 0'
ok "the sum is all of it" live '"$%.6f" % (sum(f["cost_microusd"] or 0 for i, f in r.items() if i != "cost") / 1e6) == r["cost"]["text"]'
curl -s "localhost:$control/report" >"$work/report"
ok "no vendor had to complain" python3 -c 'import json,sys; sys.exit(json.load(open(sys.argv[1]))["violations"])' "$work/report"

openai=$(python3 -c 'import json,sys; print("https://127.0.0.1:%d" % json.load(open(sys.argv[1]))["ports"]["openai"])' "$HOLOS_DB-sandbox")
openai_key=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["keys"]["openai"][0])' "$HOLOS_DB-sandbox")
WHISPER_URL=$openai WHISPER_API=openai OPENAI_API_KEY=$openai_key run check --live --json
ok "OpenAI is paid by the second" live 'r["hear-whisper"]["cost_microusd"] in (100, 200)'
WHISPER_URL=$openai WHISPER_API=openai OPENAI_API_KEY=$openai_key WHISPER_MODEL=gpt-4o-mini-transcribe run check --live --json
ok "and its newer models by the token" live '0 < r["hear-whisper"]["cost_microusd"] < 100'

ANTHROPIC_API_KEY_2=sk-ant-bad run check --live --json
ok "a bad key is a fault" [ "$status" = 1 ]
ok "of that key alone, with the reason" live 'r["think-claude-2"]["level"] == "fault" and r["think-claude-2"]["mend"] and r["think-claude"]["level"] == "ok"'
ok "which is not printed" lacks sk-ant-bad
misbehave stt badcert '"kind":"expired"'
run check --live --json
ok "an expired certificate is a fault, the rest is asked" live 'd["faults"] == 1 and "certificate" in r["hear-google"]["text"] and r["hear-whisper"]["level"] == "ok"'
misbehave stt well
misbehave claude refuse
WHISPER_URL=http://127.0.0.1:9/inference run check --live --json
ok "a port where nobody listens is a fault" live '[k for k in r if r[k]["level"] == "fault"] == ["think-claude", "think-claude-2", "think-claude-fallback", "hear-whisper"]'
ok "named by host and port" live '"127.0.0.1:9" in r["hear-whisper"]["text"].replace(" port ", ":")'
misbehave claude well
misbehave oauth invalid_grant
run check --live --json
ok "an account that is refused is a fault, and nobody asks with it" live 'r["google account"]["level"] == "fault" and "hear-google" not in r and r["think-claude"]["level"] == "ok"'
misbehave oauth well
misbehave tts silence
run check --live --json
ok "a voice without sound is a fault" live 'r["speak-google (salon)"]["level"] == "fault"'
misbehave tts well
misbehave whisper silent
HOLOS_HEAR_MS=300 run check --live --json
ok "who says nothing is given up in time" live 'r["hear-whisper"]["level"] == "fault" and r["hear-whisper"]["took_us"] < 3000000'
misbehave whisper well
tell scenario '{"voices_gone":["uk-UA-Chirp3-HD-Leda"],"claude":{"match":[{"any":true,"answer":{"text":"Так"}}]}}'
run check --live --json
ok "a voice that is gone is a warning that names who speaks instead" live 'd["faults"] == 0 and r["speak-google (salon)"]["level"] == "warning" and "there is no voice uk-UA-Chirp3-HD-Leda; uk-UA-" in r["speak-google (salon)"]["text"]'
echo '{}' >"$work/google.json"
GOOGLE_APPLICATION_CREDENTIALS=$work/google.json run check --live --json
ok "credentials that cannot be read are told there too" live 'r["google account"]["level"] == "fault"'
key=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["keys"]["google"][0])' "$HOLOS_DB-sandbox")
GOOGLE_APPLICATION_CREDENTIALS='' GOOGLE_API_KEY=$key run check --live --json
ok "an API key is tried without a token" live '"google account" not in r and r["hear-google"]["level"] == "ok"'
run check --json
ok "without --live nobody is asked" json 'not any(f["subject"] == "live" for f in d["findings"])'
done_testing
