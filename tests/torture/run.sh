#!/bin/bash
# check: torture
# run.sh [CASE...]: for each case and each kind of call, fails the first call, the second, ... and
# demands: no crash, no hang, no memory kept, the case's own invariants, and that a new process then
# runs the case clean in the same folder. Up to ALL calls of a kind every one is failed, of more an
# even sample. Two cases run at a time; TORTURE_SECONDS bound the whole. The kinds take turns, each
# in an order whose beginnings are even samples too; what does not fit any more is counted.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

build=${HOLOS_BUILD:-build/release}/tests/torture
kinds=(memory arena open read write socket interrupt sync name folder close process lock map)
ALL=${TORTURE_ALL:-80}
limit=${TORTURE_SECONDS:-100}
if [ ! -x "$build/cases" ] || [ ! -f "$build/shim.so" ]; then
    echo "1..0 # SKIP not built: make torture-build"
    exit 0
fi
# In memory where there is such a folder: thousands of stores are made, and each syncs.
place=${TMPDIR:-/tmp}
[ -d /dev/shm ] && [ -w /dev/shm ] && place=/dev/shm
work=$(mktemp -d "$place/holos-torture.XXXXXX")
trap 'rm -rf "$work"' EXIT
export TORTURE_SHARE=$work/share # the voice's sounds; a broken one would show in the next run
mkdir "$TORTURE_SHARE"
cases=("$@")
[ $# -gt 0 ] || mapfile -t cases < <("$build/cases")

# torn KIND N FOLDER [clean|leave]: runs the case with the N-th call of the kind failing.
torn() {
    LD_PRELOAD="$build/shim.so" TORTURE_KIND="$1" TORTURE_N="$2" TORTURE_COUNT="$own/count" \
        "$build/cases" "$case" "$3" ${4:+"$4"} >"$own/out" 2>&1
}

said() { # what the run printed, as a comment
    head -n 10 "$own/out" | sed 's/^/# /'
}

complaint() { # STATUS: what is wrong with it, nothing if all is well
    case $1 in
    0) ;;
    142) echo "it hung" ;;
    1 | 2) echo "its invariants are broken" ;;
    *) echo "it crashed with status $1" ;;
    esac
    grep -qE 'ERROR: AddressSanitizer|runtime error:|free\(\): |corrupted|double free|stack smashing' "$own/out" &&
        echo "it printed a memory fault"
}

once() { # KIND N: 1 and a sentence if anything was wrong
    local folder="$own/store" status=0 wrong pieces how=
    mkdir "$folder"
    # Every other time it is not the same process that takes up what was torn.
    [ $(($2 % 2)) = 1 ] || how=leave
    { torn "$1" "$2" "$folder" "$how" || status=$?; } 2>/dev/null
    wrong=$(complaint "$status")
    if [ -z "$wrong" ] && read -r _ pieces <"$own/count" && [ "$pieces" -gt "$live" ]; then
        wrong="it kept $pieces pieces of memory instead of $live"
    fi
    if [ -z "$wrong" ]; then
        status=0
        { "$build/cases" "$case" "$folder" clean >"$own/out" 2>&1 || status=$?; } 2>/dev/null
        wrong=$(complaint "$status")
        [ -z "$wrong" ] || wrong="afterwards, with nothing failing: $wrong"
    fi
    rm -rf "$folder"
    [ -z "$wrong" ] && return 0
    echo "# $case: call $2 of kind $1 failed: $wrong"
    said
    return 1
}

# Of "COUNT PIECES KIND" lines: "ROUND KIND N", what to fail in which order. Numbers with their bits
# reversed jump about evenly.
rounds() {
    awk -v all="$ALL" '{
        take = $1 < all ? $1 : all
        for (size = 1; size < take; size *= 2) ;
        round = 0
        for (v = 0; v < size; v++) {
            i = 0
            for (bit = 1; bit < size; bit *= 2) i = i * 2 + int(v / bit) % 2
            if (i < take) print ++round, $3, int(i * $1 / take) + 1
        }
    }' | sort -n
}

# "COUNT PIECES KIND" of each kind: its calls, and the pieces of memory held at the end. Fewer lines
# if the case fails though nothing is torn.
counts() {
    local kind status
    for kind in "${kinds[@]}"; do
        status=0
        mkdir "$own/store"
        : >"$own/count"
        torn "$kind" 0 "$own/store" clean || status=$?
        rm -rf "$own/store"
        [ "$status" = 0 ] || return
        echo "$(cat "$own/count") $kind"
    done
}

# one NUMBER CASE UNTIL: the TAP line of a case, and its complaints before.
one() {
    local number=$1 case=$2 until=$3 own="$work/$1" bad=0 tried=0 total=0 left=0
    local list live kind n
    mkdir "$own"
    list=$(counts)
    total=$(awk '{ n += $1 } END { print n + 0 }' <<<"$list")
    live=$(awk '$2 > most { most = $2 } END { print most + 0 }' <<<"$list")
    [ "$(wc -l <<<"$list")" = "${#kinds[@]}" ] || {
        echo "# $case fails though no call was made to fail"
        said
        bad=1
    }
    while [ "$bad" -lt 6 ] && read -r _ kind n; do
        [ "$SECONDS" -ge "$until" ] && left=$((left + 1)) && continue
        once "$kind" "$n" || bad=$((bad + 1))
        tried=$((tried + 1))
    done < <([ "$bad" != 0 ] || rounds <<<"$list")
    [ "$left" = 0 ] || echo "# $case: no time was left for $left of them"
    [ "$tried" -gt 0 ] || bad=$((bad + 1))
    echo "$([ "$bad" = 0 ] || echo 'not ')ok $number - $case survives $tried of $total calls failing"
    rm -rf "$own"
}

number=0
running=0
for case in "${cases[@]}"; do
    [ "$running" -ge 2 ] && wait -n && running=$((running - 1))
    # An even share of the time that is left, of two cases at a time.
    left=$((${#cases[@]} - number))
    until=$((SECONDS + (limit - SECONDS) * 2 / (left + 1) + 1))
    number=$((number + 1))
    one "$number" "$case" "$until" >"$work/$number.tap" &
    running=$((running + 1))
done
wait
for i in $(seq "$number"); do
    cat "$work/$i.tap"
done
echo "# $(cat "$work"/*.tap | sed -n 's/.* survives \([0-9]*\) of .*/\1/p' | paste -sd+ | bc) failures in $SECONDS s"
echo "1..$number"
