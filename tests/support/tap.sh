# Shared by the scripts of tests/*/: TAP lines, a folder of its own that vanishes ($work), what is
# done at the end (cleaners), free ports, waiting. Sourced, not run.
# shellcheck shell=bash

set -u
# shellcheck disable=SC2034 # it is for the scripts that source this
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/holos-script.XXXXXX")
tap_n=0
tap_bad=0
cleaners=() # commands, the last one first
export HOLOS_TREE= # not the settings of this tree's owner

at_end() {
    local i
    for ((i = ${#cleaners[@]} - 1; i >= 0; i--)); do
        eval "${cleaners[i]}"
    done
    rm -rf "$work"
}
trap at_end EXIT

# What else a person should see of a failed test; a lib.sh may say it in its own way.
tap_details() { :; }

# ok NAME COMMAND...: the test holds when the command does.
ok() {
    local name=$1
    shift
    tap_n=$((tap_n + 1))
    if "$@" >"$work/tap.out" 2>&1; then
        printf 'ok %d - %s\n' "$tap_n" "$name"
    else
        tap_bad=$((tap_bad + 1))
        printf 'not ok %d - %s\n' "$tap_n" "$name"
        sed -e 's/^/# /' "$work/tap.out" | head -n 40
        tap_details | sed -e 's/^/# /' | head -n 60
    fi
}

skip() { # NAME REASON
    tap_n=$((tap_n + 1))
    printf 'ok %d - %s # SKIP %s\n' "$tap_n" "$1" "$2"
}

done_testing() {
    printf '1..%d\n' "$tap_n"
    [ "$tap_bad" = 0 ]
}

free_port() {
    python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'
}

# within SECONDS COMMAND...: tries until it holds; after the first second five times a second: what is
# tried costs a process or two each time.
within() {
    local until=$((SECONDS + $1 + 1)) tries=0
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$until" ] || return 1
        if [ $((tries++)) -lt 20 ]; then sleep 0.05; else sleep 0.2; fi
    done
}

# stop PID: ends a process that this script started.
stop() {
    kill -TERM "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}
