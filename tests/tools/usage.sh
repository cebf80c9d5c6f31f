#!/bin/bash
# The programs of the sanitizer build are tried by check.sh, call.sh and store.sh.
# usage.sh: what the operator's command says when it is asked wrongly, or asked what it can.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
verbs="check call say calls show leads stats sweep migrate backup client purge forget profile routes settings env urls excuse"

run
ok "without a verb it says what there is, and that it was not understood" exits 100 "" "usage: holos VERB"
run help
ok "help lists the verbs" exits 0 "usage: holos VERB"
run --help
ok "--help is help" exits 0 "usage: holos VERB"
run --version
ok "--version names the version of the tree" exits 0 "holos $(cat VERSION)"
run help nonsense
ok "help of an unknown verb names those that are there" exits 100 "" 'there is no verb "nonsense"; there are: check call say'
run nonsense
ok "so does an unknown verb" exits 100 "" 'there are: check call say'

for verb in $verbs; do
    run help "$verb"
    ok "help $verb" exits 0 "usage: holos $verb"
    kept=$out
    run "$verb" --help
    ok "$verb --help says the same" [ "$status$out" = "0$kept" ]
    run "$verb" --nonsense
    ok "$verb refuses an unknown option and names its own" exits 100 "" "there is no option --nonsense; there are:"
    case $verb in env | calls | show | leads | client | forget) continue ;; esac # they take several words
    run "$verb" one two three
    ok "$verb refuses a word too many" exits 100 "" "one word too many"
done

for verb in show say backup profile client; do
    run "$verb"
    ok "$verb wants its operand" exits 100 "" "is missing"
done
run calls --limit
ok "an option wants its value" exits 100 "" "--limit needs its N"
run calls --limit=0
ok "a number has bounds" exits 100 "" "--limit must be a whole number from 1 to"
run calls --limit=1x
ok "a number is a number" exits 100 "" "--limit must be a whole number"
run calls --since yesterday
ok "--since wants a day or an age" exits 100 "" "--since is a day (2026-11-20) or an age"
run calls --masked=yes
ok "an option without value takes none" exits 100 "" "--masked takes no value"
run purge
ok "purge wants to know how old" exits 100 "" "--older-than 90d"
for age in 90 d 0d -1d 1y 99999999d 1dd; do
    run purge --older-than "$age"
    ok "purge refuses the age $age" exits 100 "" "is not a duration"
done
run settings --man --json
ok "settings --man is no JSON" exits 100 "" "exclude each other"
run routes --nginx run --json
ok "routes --nginx is no JSON" exits 100 "" "exclude each other"

HOLOS_TURN_MS=soon run calls
ok "a wrong setting stops a verb that needs it" exits 1 "" "HOLOS_TURN_MS=soon: must be a whole number"

"$holos" settings >/dev/full 2>"$work/err"
status=$? out='' err=$(<"$work/err")
ok "output that cannot be written is an error" exits 111 "" "standard output cannot be written"
"$holos" settings 2>"$work/err" | true
err=$(<"$work/err")
ok "a reader that goes away does not kill it" [ "${PIPESTATUS[0]}" != 141 ]

ok "the manual page is in order" mandoc -T lint -W warning docs/man/holos.1 docs/man/holos-settings.5
for verb in $verbs; do
    ok "the manual page knows $verb" grep -q "^.It Cm $verb" docs/man/holos.1
done
done_testing
