#!/bin/bash
# check: plain timeout=400
# play.sh: every scenario of this folder ends as it must; and the runner sees what it must see.
. "$(dirname "$0")/../support/tap.sh"
cd "$root" || exit 2
bin=${HOLOS_BIN:-$root/build/bin}
run() { # FILE...
    tests/scenarios/run --bin "$bin" "$@"
}

# ---- the runner ----------------------------------------------------------------------------------

# fails_with WORDS JSON: the scenario is played and fails, for this reason.
fails_with() {
    printf '%s' "$2" >"$work/one.json"
    run "$work/one.json" >"$work/said"
    [ $? = 1 ] && grep -qF -- "$1" "$work/said"
}
refused() { # WORDS JSON: it is no scenario
    printf '%s' "$2" >"$work/one.json"
    run "$work/one.json" >"$work/said" 2>&1
    [ $? = 2 ] && grep -qF -- "$1" "$work/said"
}
head='"profile": "salon", "now": "2026-12-01T10:00:00+02:00", "caller": "+380501234567"'
books='"say": ["манікюр з гель-лаком до Інни в п'"'"'ятницю о п'"'"'ятнадцятій"], "answers": {"name": "Оксана", "confirm": "так", "else": "ні"}'
ok "a booking that is not wanted is a fault" fails_with "a booking that is not wanted: manicure-gel" \
    "{\"name\": \"a\", $head, $books, \"ends\": {\"booked\": []}}"
ok "one at another time is a fault" fails_with "a booking is missing" \
    "{\"name\": \"a\", $head, $books, \"ends\": {\"booked\": [{\"at\": \"2026-12-04 15:15\"}]}}"
ok "so is one that is missing" fails_with "a cancelling is missing" \
    "{\"name\": \"a\", $head, $books, \"ends\": {\"cancelled\": [{\"services\": [\"manicure-gel\"]}]}}"
ok "and a request too few" fails_with "0 requests for a person, not 1" \
    "{\"name\": \"a\", $head, $books, \"ends\": {\"leads\": 1}}"
ok "words that must not be said" fails_with "holds /Оксан/" \
    "{\"name\": \"a\", $head, $books, \"ends\": {\"must_not_say\": [\"Оксан\"]}}"
ok "words that must be said" fails_with "nothing that was said holds /ніколи/" \
    "{\"name\": \"a\", $head, $books, \"ends\": {\"must_say\": [\"ніколи\"]}}"
ok "too many turns" fails_with "turns, more than 1" \
    "{\"name\": \"a\", $head, $books, \"ends\": {\"turns_at_most\": 1}}"
ok "an unknown member is named" refused '"ends_at" is not a known member' \
    "{\"name\": \"a\", $head, \"ends\": {}, \"ends_at\": 1}"
ok "so is an answer to nothing that is asked" refused '"dey" is nothing that a reply asks' \
    "{\"name\": \"a\", $head, \"answers\": {\"dey\": \"a\"}, \"ends\": {}}"
ok "and a profile that is not there" refused 'there is no profile "nails"' \
    '{"name": "a", "profile": "nails", "ends": {}}'
printf '%s' "{\"name\": \"a\", $head, $books, \"ends\": {\"booked\": []}, \"or\": [{\"booked\": [{\"specialist\": \"inna\"}]}]}" >"$work/or.json"
ok "any of several right ends will do" run "$work/or.json"

# ---- the scenarios -------------------------------------------------------------------------------

for file in tests/scenarios/*.json; do
    ok "$(basename "$file")" run "$file"
done
done_testing
