#!/bin/bash
# check: san
# lists.sh: routes and settings, for people, scripts, nginx and the manual.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

run routes
ok "routes: name, workers, methods, paths" exits 0 $'audio-stream\t'
ok "four fields in every line" [ "$(grep -cvP '^[a-z-]+\t[1-9][0-9]*\t(GET|POST)(,POST)?\t/[^\t]*$' "$work/out")" = 0 ]
ok "one line for each file in handlers/" [ "$(cut -f1 "$work/out" | sort)" = "$(basename -s .c handlers/*.c | sort)" ]
run routes --json
ok "routes --json" json 'any(r["name"] == "health" and "/health" in r["paths"] and r["methods"] == ["GET"] for r in d)'
run routes --nginx /run/holos
ok "routes --nginx" exits 0 "location = /health"
ok "each location leads to its socket" exits 0 "/run/holos/audio-stream.sock"

HOLOS_WEBHOOK_SECRET=open-1 HOLOS_PUBLIC_URL=https://voice.example.org/ run urls
ok "urls: the four addresses for the exchange, with the secret" [ "$(sort "$work/out")" = "$(
    printf 'https://voice.example.org/telephony/binotel/%s/open-1\n' audio-stream call-status incoming-call webhook
)" ]
ok "and nothing to complain of" [ -z "$err" ]
run urls --json
ok "urls --json, without a secret" json 'len(d) == 4 and all(u.startswith("https://YOUR-HOST/telephony/binotel/") for u in d)'
ok "it says that only this machine may call" grep -q "only this machine may call" "$work/err"

run settings
ok "settings: value and where it comes from" exits 0 "HOLOS_DB"
HOLOS_TURN_MS=7000 BINOTEL_API_KEY=Xy5key run settings --json
ok "settings --json" json '{s["name"]: s for s in d}["HOLOS_TURN_MS"]["value"] == "7000" and {s["name"]: s for s in d}["HOLOS_TURN_MS"]["given"]'
ok "a secret is not shown" json '{s["name"]: s for s in d}["BINOTEL_API_KEY"]["value"] == "(secret)"'
ok "in no form" lacks Xy5
HOLOS_TURN_MS=soon run settings --json
ok "a wrong value shows the default" json '{s["name"]: s for s in d}["HOLOS_TURN_MS"]["value"] == "12000"'
run settings --man
ok "the manual page of the settings is made from the table" cmp "$work/out" docs/man/holos-settings.5
ok "it is in order" mandoc -T lint -W warning docs/man/holos-settings.5
ok "it names every setting" [ "$(grep -c '^.It Ev ' "$work/out")" = "$(grep -cE '^(TEXT|NUMBER|SWITCH)\(' shared/base/settings.def)" ]
done_testing
