#!/bin/bash
# day.sh: a full day of 20 visits, booked, asked for, moved and cancelled by telephone; by hand 200
# (tests/scenarios/day). And the program sees a book that is not what it must be.
# check: timeout=120
. "$(dirname -- "${BASH_SOURCE[0]}")/../support/tap.sh"

bin=${HOLOS_BIN:-$root/build/bin}
[ -x "$bin/holos" ] || {
    echo "1..0 # SKIP the programs are not built"
    exit 0
}
day() {
    python3 -B "$root/tests/scenarios/day" --bin "$bin" --bookings 20 "$@" >"$work/out" 2>&1
}
rightly() {
    day || { cat "$work/out"; false; }
}
ok "a day of 20 visits is booked, found, moved and cancelled without a wrong word" rightly
ok "in 81 calls" grep -q '^20 bookings: 81 calls, .*; 0 wrong' "$work/out"

# A service that tells and books the wrong thing: the pack says another hour, and a name too many.
mkdir "$work/languages"
for one in uk ru; do
    sed -e 's/"mine": "[^"]*"/"mine": "У вас і в Павла є запис о сьомій, до Інни."/' "$root/profiles/languages/$one.json" >"$work/languages/$one.json"
done
day --languages "$work/languages"
ok "a wrong word is found" test $? = 1
ok "a wrong hour" grep -q '^wrong: .*the hour of' "$work/out"
ok "and somebody else's name" grep -q '^wrong: Павло is named' "$work/out"
done_testing
