# Shared by tests/tools/*.sh: TAP lines, a folder of its own that vanishes, the operator's command
# with a store and a cache of its own. Sourced, not run.
# shellcheck shell=bash

set -u
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 2
holos=${HOLOS_BIN:-$root/build/bin}/holos
work=$(mktemp -d "${TMPDIR:-/tmp}/holos-tools.XXXXXX")
number=0
bad=0
children=()

at_end() {
    local pid
    for pid in ${children[@]+"${children[@]}"}; do
        kill -TERM "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    rm -rf "$work"
}
trap at_end EXIT

for name in $(env | sed -n 's/^\(\(HOLOS\|BINOTEL\|GOOGLE\)_[A-Z_]*\)=.*/\1/p'); do
    case $name in
    HOLOS_BIN | HOLOS_BUILD) ;;
    *) unset "$name" ;;
    esac
done
export HOLOS_DB=$work/store/holos.db HOLOS_PROFILES=$root/profiles HOLOS_CACHE=$work/cache
export HOLOS_TREE= # not the settings of this tree's owner
export TMPDIR=$work TZ=UTC

# run ARGS...: sets out, err and status.
run() {
    status=0
    "$holos" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    out=$(tr -d '\0' <"$work/out")
    err=$(<"$work/err")
}

# ok NAME COMMAND...: the test holds when the command does.
ok() {
    local name=$1
    shift
    number=$((number + 1))
    if "$@" >"$work/tap" 2>&1; then
        printf 'ok %d - %s\n' "$number" "$name"
    else
        bad=$((bad + 1))
        printf 'not ok %d - %s\n' "$number" "$name"
        sed 's/^/# /' "$work/tap" | head -n 40
        printf 'status %s\nstdout:\n%s\nstderr:\n%s\n' "$status" "$out" "$err" |
            sed 's/^/# /' | head -n 60
    fi
}

# exits STATUS [WANTED IN STDOUT] [WANTED IN STDERR]: how the last run ended; an error is one that
# says something, a success says nothing on standard error.
exits() {
    [ "$status" = "$1" ] || return 1
    [[ $out == *"${2-}"* ]] || return 1
    [[ $err == *"${3-}"* ]] || return 1
    [ "$status" != 0 ] || [ -z "$err" ]
}

# json EXPRESSION: the last run printed one JSON document, d, of which this Python holds.
json() {
    python3 -m json.tool <"$work/out" >/dev/null || return 1
    python3 -c 'import json,sys
d = json.load(open(sys.argv[1]))
sys.exit(0 if eval(sys.argv[2]) else 1)' "$work/out" "$1"
}

lacks() { # PART: nothing of the kind was printed
    [[ $out$err != *"$1"* ]]
}

is_wav() { # FILE
    [[ $(file -b "$1") == *"WAVE audio, Microsoft PCM, 16 bit, mono 8000 Hz"* ]]
}

finish() {
    printf '1..%d\n' "$number"
    [ "$bad" = 0 ]
}
