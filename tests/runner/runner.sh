#!/bin/bash
# check: timeout=120
# runner.sh: the runner of `make check` is itself tried on tests that pass, fail, crash, hang, lie
# about their plan and leave things behind; none may slip through.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

work=$(mktemp -d "${TMPDIR:-/tmp}/holos-runner.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tests/support" "$work/tests/unit/room" "$work/build/release/tests/unit/room" "$work/tmp"
cp tests/run "$work/tests/"
cp tests/support/keep.py "$work/tests/support/"
printf '.PHONY: tests\nall tests torture-build:\n\t@:\n' >"$work/Makefile"
number=0

a_test() { # NAME BODY [STEERING]: puts up a test that prints what BODY prints
    echo "/* ${3:-} */" >"$work/tests/unit/room/$1.t.c"
    printf '#!/bin/bash\n%s\n' "$2" >"$work/build/release/tests/unit/room/$1.t"
    chmod +x "$work/build/release/tests/unit/room/$1.t"
}

clear_tests() {
    rm -f "$work"/tests/unit/room/* "$work"/build/release/tests/unit/room/*
}

# expect NAME STATUS SUMMARY [TEXT]: runs what was put up.
expect() {
    local status=0 out
    number=$((number + 1))
    out=$(TMPDIR="$work/tmp" SEED=1 "$work/tests/run" quick 2>&1) || status=$?
    if [ "$status" = "$2" ] && [ "$(tail -n 1 <<<"$out")" = "holos: $3" ] && [[ $out == *"${4:-}"* ]] &&
        [ -z "$(ls -A "$work/tmp")" ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        printf 'status %s\n%s\n' "$status" "$out" | sed 's/^/# /'
    fi
    clear_tests
}

expect "no test at all is a failure" 1 "1 passed, 1 failed, 0 skipped" "no test was found"

a_test good 'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b"'
expect "passing tests are counted (with the build)" 0 "3 passed, 0 failed, 0 skipped"

a_test bad 'echo 1..2; echo "ok 1 - a"; echo "not ok 2 - its-name"; exit 1'
expect "a failing test is counted and shown" 1 "2 passed, 1 failed, 0 skipped" "its-name"

a_test skips 'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b # SKIP no such program"'
expect "a skipped test is counted with its reason" 0 "2 passed, 0 failed, 1 skipped" "no such program"

a_test absent 'echo "1..0 # SKIP nothing to run it with"'
expect "a program may be skipped whole" 0 "1 passed, 0 failed, 1 skipped" "nothing to run it with"

a_test crash 'echo 1..2; echo "ok 1 - a"; kill -SEGV $$'
expect "a crash is a failure" 1 "2 passed, 1 failed, 0 skipped" "killed-by-signal-11"

a_test short 'echo 1..3; echo "ok 1 - a"'
expect "an incomplete plan is a failure" 1 "2 passed, 1 failed, 0 skipped" "ran-1-of-3"

a_test silent 'exit 0'
expect "no plan is a failure" 1 "1 passed, 1 failed, 0 skipped" "no-plan"

a_test empty 'echo 1..0'
expect "no test in a program is a failure" 1 "1 passed, 1 failed, 0 skipped" "no-test"

a_test status 'echo 1..1; echo "ok 1 - a"; exit 3'
expect "a bad status after good tests is a failure" 1 "2 passed, 1 failed, 0 skipped" "status-3"

a_test hangs 'echo 1..1; echo "ok 1 - a"; sleep 600' 'check: timeout=1'
expect "a hang is a failure" 1 "2 passed, 1 failed, 0 skipped" "out-of-time-after-3s"

a_test leaves 'echo 1..1; sleep 600 >/dev/null 2>&1 & echo "ok 1 - a"'
expect "a process left behind is a failure and is killed" 1 "2 passed, 1 failed, 0 skipped" "left-processes-behind:sleep"

a_test hides 'echo 1..1; (env -i setsid sleep 600 >/dev/null 2>&1 &); echo "ok 1 - a"'
expect "a process that hides in a session of its own is found" 1 "2 passed, 1 failed, 0 skipped" \
    "left-processes-behind:sleep"

a_test litters 'echo 1..1; echo x >"$TMPDIR/litter"; echo "ok 1 - a"'
expect "a file left behind is a failure" 1 "2 passed, 1 failed, 0 skipped" "left-files-behind:litter"

a_test bare 'echo 1..1; [ -z "${HOLOS_DB:-}" ] && echo "ok 1 - a" || echo "not ok 1 - a"'
export HOLOS_DB=/nowhere
expect "the settings of the caller do not reach a test" 0 "2 passed, 0 failed, 0 skipped"
unset HOLOS_DB

a_test groups 'echo 1..1; echo "ok 1 - a"; echo 1..1; echo "ok 1 - b"'
expect "two groups in one program are added" 0 "3 passed, 0 failed, 0 skipped"

printf '.PHONY: tests\nall tests torture-build:\n\t@echo broken here; false\n' >"$work/Makefile"
a_test good 'echo 1..1; echo "ok 1 - a"'
expect "a build that fails is a failure" 1 "0 passed, 1 failed, 0 skipped" "broken here"

echo "1..$number"
