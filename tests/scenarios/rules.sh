#!/bin/bash
# rules.sh: scenarios of this folder, by the rules alone, as one test each. `make scenarios` plays all.
# check: timeout=400
. "$(dirname -- "${BASH_SOURCE[0]}")/../support/tap.sh"

bin=${HOLOS_BIN:-$root/build/bin}
[ -x "$bin/holos" ] || {
    echo "1..0 # SKIP the programs are not built"
    exit 0
}
files=()
for name in salon clinic-and-barber at-once changes visits taken; do
    files+=("$root/tests/scenarios/$name.json")
done
python3 -B "$root/tests/scenarios/run" --bin "$bin" --brain rules "${files[@]}" >"$work/out" 2>&1
status=$?
while IFS= read -r line; do
    case $line in
    "ok      "*) tap_n=$((tap_n + 1)) && printf 'ok %d - %s\n' "$tap_n" "${line#ok      }" ;;
    "FAILED  "*) tap_n=$((tap_n + 1)) && printf 'not ok %d - %s\n' "$tap_n" "${line#FAILED  }" ;;
    *) printf '# %s\n' "$line" ;;
    esac
done <"$work/out"
ok "the runner says the same" [ "$status" = "$(grep -q '^FAILED' "$work/out" && echo 1 || echo 0)" ]
done_testing
[ "$status" = 0 ]
