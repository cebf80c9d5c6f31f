#!/bin/bash
# check: timeout=150
# run.sh: for each case and each kind of call, fails the first call, the second, ... and demands: no
# crash, no hang, the case's own invariants, and that the case then runs clean in the same folder.
# Up to ALL calls every one is failed, of more an even sample; TORTURE_SECONDS (80) bound the whole.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

build=${HOLOS_BUILD:-build/release}/tests/torture
kinds=(memory open read write interrupt sync name process lock map)
ALL=${TORTURE_ALL:-400}
limit=${TORTURE_SECONDS:-80}
work=$(mktemp -d "${TMPDIR:-/tmp}/holos-torture.XXXXXX")
trap 'rm -rf "$work"' EXIT
if [ ! -x "$build/cases" ] || [ ! -f "$build/shim.so" ]; then
    echo "1..0 # SKIP not built: make torture-build"
    exit 0
fi
mapfile -t cases < <("$build/cases")

# torn CASE KIND N FOLDER: runs it with the N-th call of the kind failing.
torn() {
    timeout -s KILL 15 env LD_PRELOAD="$build/shim.so" TORTURE_KIND="$2" TORTURE_N="$3" \
        TORTURE_COUNT="$work/count" "$build/cases" "$1" "$4" ${5:+"$5"} >"$work/out" 2>&1
}

said() { # what the run printed, as a comment
    sed 's/^/# /' "$work/out" | head -n 10
}

complaint() { # STATUS: what is wrong with it, nothing if all is well
    case $1 in
    0) ;;
    137 | 124) echo "it hung or was killed" ;;
    1 | 2) echo "its invariants are broken" ;;
    *) echo "it crashed with status $1" ;;
    esac
    grep -qE 'ERROR: AddressSanitizer|runtime error:|free\(\): |corrupted|double free|stack smashing' "$work/out" &&
        echo "it printed a memory fault"
}

once() { # CASE KIND N: 1 and a sentence if anything was wrong
    local folder="$work/store" status=0 wrong
    mkdir "$folder"
    torn "$1" "$2" "$3" "$folder" || status=$?
    wrong=$(complaint "$status")
    if [ -z "$wrong" ]; then
        status=0
        timeout -s KILL 15 "$build/cases" "$1" "$folder" clean >"$work/out" 2>&1 || status=$?
        wrong=$(complaint "$status")
        [ -z "$wrong" ] || wrong="afterwards, with nothing failing: $wrong"
    fi
    rm -rf "$folder"
    [ -z "$wrong" ] && return 0
    echo "# $1: call $3 of kind $2 failed: $wrong"
    said
    return 1
}

# The numbers to fail of COUNT calls, at most ALL of them, evenly.
numbers() {
    awk -v count="$1" -v all="$ALL" 'BEGIN {
        take = count < all ? count : all
        for (i = 0; i < take; i++) print int(i * count / take) + 1 }'
}

count_of() { # CASE KIND: nothing if the case fails though nothing is made to fail
    local folder="$work/count-store" status=0
    mkdir "$folder"
    : >"$work/count"
    torn "$1" "$2" 0 "$folder" clean || status=$?
    rm -rf "$folder"
    [ "$status" != 0 ] || cat "$work/count"
}

number=0
struck=0
for case in "${cases[@]}"; do
    bad=0 tried=0 total=0 from=$SECONDS
    for kind in "${kinds[@]}"; do
        count=$(count_of "$case" "$kind")
        if [ -z "$count" ]; then
            echo "# $case fails though no call was made to fail"
            said
            bad=$((bad + 1))
            break
        fi
        total=$((total + count))
        # An even share of the time is left for the cases that come.
        share=$(((limit - SECONDS) / (${#cases[@]} - number) + 1))
        for n in $(numbers "$count"); do
            [ $((SECONDS - from)) -gt "$share" ] && break
            once "$case" "$kind" "$n" || bad=$((bad + 1))
            tried=$((tried + 1))
            [ "$bad" -gt 5 ] && break 2
        done
    done
    number=$((number + 1))
    struck=$((struck + tried))
    verdict=ok
    [ "$bad" = 0 ] || verdict="not ok"
    [ "$tried" -gt 0 ] || verdict="not ok"
    echo "$verdict $number - $case survives $tried of $total calls failing"
done
echo "# $struck failures in $SECONDS s"
echo "1..$number"
