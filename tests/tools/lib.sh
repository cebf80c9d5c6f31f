# Shared by tests/tools/*.sh: the operator's command with a store and a cache of its own, beside
# what tests/support/tap.sh has. Sourced, not run.
# shellcheck shell=bash
# shellcheck source=tests/support/tap.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../support/tap.sh"
cd "$root" || exit 2
holos=${HOLOS_BIN:-$root/build/bin}/holos

for name in $(env | sed -n 's/^\(\(HOLOS\|BINOTEL\|GOOGLE\)_[A-Z_]*\)=.*/\1/p'); do
    case $name in
    HOLOS_BIN | HOLOS_BUILD) ;;
    *) unset "$name" ;;
    esac
done
export HOLOS_DB=$work/store/holos.db HOLOS_PROFILES=$root/profiles HOLOS_LANGUAGES=$root/profiles/languages HOLOS_CACHE=$work/cache
export HOLOS_TREE= # not the settings of this tree's owner
export TMPDIR=$work TZ=UTC

# run ARGS...: sets out, err and status.
run() {
    status=0
    "$holos" "$@" >"$work/out" 2>"$work/err" </dev/null || status=$?
    out=$(tr -d '\0' <"$work/out")
    err=$(<"$work/err")
}

tap_details() {
    printf 'status %s\nstdout:\n%s\nstderr:\n%s\n' "$status" "$out" "$err"
}

# exits STATUS [WANTED IN STDOUT] [WANTED IN STDERR]: how the last run ended; an error is one that
# says something, a success says nothing on standard error.
exits() {
    [ "$status" = "$1" ] || return 1
    [[ $out == *"${2-}"* ]] || return 1
    [[ $err == *"${3-}"* ]] || return 1
    [ "$status" != 0 ] || [ -z "$err" ]
}

# json EXPRESSION: the last run printed one JSON document, d, and this Python is true of it.
json() {
    python3 -m json.tool <"$work/out" >/dev/null || return 1
    python3 -c 'import json,sys
d = json.load(open(sys.argv[1]))
sys.exit(0 if eval(sys.argv[2]) else 1)' "$work/out" "$1"
}

has_words() { # PART: it was printed
    [[ $out == *"$1"* ]]
}

lacks() { # PART: nothing of the kind was printed
    [[ $out$err != *"$1"* ]]
}

is_wav() { # FILE
    [[ $(file -b "$1") == *"WAVE audio, Microsoft PCM, 16 bit, mono 8000 Hz"* ]]
}
