#!/bin/bash
# selftest.sh: the runner of the scenarios, against a service and a store that do what they are told, right or wrong.
# Run by hand: bash tests/scenarios/selftest.sh (docs/testing.md).
. "$(dirname -- "${BASH_SOURCE[0]}")/../support/tap.sh"
here=$root/tests/scenarios
fake=$work/fake
mkdir -p "$fake/bin" "$work/profiles"
printf '#!/bin/sh\nexec python3 -B "%s/fake.py" holos "$@"\n' "$here" >"$fake/bin/holos"
chmod +x "$fake/bin/holos"
python3 -B "$here/fake.py" serve "$fake" &
cleaners+=("stop $!")
within 60 test -s "$fake/port"
export HOLOS_DB=$fake/store.json
out='' status=0

tap_details() {
    printf '%s\n' "$out"
}

# play 'MEMBERS' [OPTION...]: one scenario with these members, in an empty store.
play() {
    local told=$1
    shift
    printf '{"name": "a", "profile": "salon", "now": "2026-12-01T10:00:00+02:00", %s}\n' "$told" >"$work/one.json"
    run_it "$@" "$work/one.json"
}

run_it() {
    rm -f "$HOLOS_DB" "$fake/events"
    status=0
    out=$("$here/run" --bin "$fake/bin" --base "http://127.0.0.1:$(<"$fake/port")" "$@" 2>&1) || status=$?
}

passes() { # 'MEMBERS': it must be graded as right
    play "$1"
    [ "$status" = 0 ] && [[ $out == *"1 passed, 0 failed"* ]]
}

fails() { # 'MEMBERS' WORDS: it must be graded as wrong, with these words
    play "$1"
    [ "$status" = 1 ] && [[ $out == *"$2"* ]]
}

refuses() { # 'MEMBERS' WORDS: the file must be refused
    play "$1"
    [ "$status" = 2 ] && [[ $out == *"$2"* ]]
}

happened() { # LINE...: these are the events
    diff <(printf '%s\n' "$@") <(sed 's/ *$//' "$fake/events")
}

want='{"specialist": "inna", "services": ["manicure"], "at": "2026-12-04 10:00", "name": "Олена"}'
right="book inna manicure 2026-12-04T10:00 Олена; end"
told="\"book\": [{\"specialist\": \"olena\", \"services\": [\"brow\"], \"at\": \"2026-12-03 09:00\", \"name\": \"Марія\", \"phone\": \"+380670000001\"}]"

# ---- what is booked
ok "a right booking passes" passes "\"say\": [\"$right\"], \"ends\": {\"booked\": [$want], \"cancelled\": [], \"leads\": 0}"
ok "an hour that is wrong fails" fails "\"say\": [\"book inna manicure 2026-12-04T11:00 Олена; end\"], \"ends\": {\"booked\": [$want]}" "a booking is missing"
ok "and the booking that is there instead is told" fails "\"say\": [\"book inna manicure 2026-12-04T11:00 Олена; end\"], \"ends\": {\"booked\": [$want]}" "not wanted: inna manicure at 2026-12-04 11:00"
ok "another specialist fails" fails "\"say\": [\"book olena manicure 2026-12-04T10:00 Олена; end\"], \"ends\": {\"booked\": [$want]}" "a booking is missing"
ok "another name fails" fails "\"say\": [\"book inna manicure 2026-12-04T10:00 Ольга; end\"], \"ends\": {\"booked\": [$want]}" "a booking is missing"
ok "another service fails" fails "\"say\": [\"book inna pedicure 2026-12-04T10:00 Олена; end\"], \"ends\": {\"booked\": [$want]}" "a booking is missing"
ok "one service too many fails" fails "\"say\": [\"book inna manicure+pedicure 2026-12-04T10:00 Олена; end\"], \"ends\": {\"booked\": [$want]}" "a booking is missing"
ok "no booking fails" fails "\"say\": [\"end\"], \"ends\": {\"booked\": [$want]}" "a booking is missing"
ok "a second booking fails" fails "\"say\": [\"$right; book inna manicure 2026-12-05T10:00 Олена\"], \"ends\": {\"booked\": [$want]}" "a booking that is not wanted"
ok "the same booking twice fails" fails "\"say\": [\"$right; book inna manicure 2026-12-04T10:00 Олена\"], \"ends\": {\"booked\": [$want]}" "a booking that is not wanted"
ok "a booking where none is wanted fails" fails "\"say\": [\"$right\"], \"ends\": {\"booked\": []}" "a booking that is not wanted"
ok "visits that overlap fail whatever is wanted" fails "\"say\": [\"$right; book inna manicure 2026-12-04T10:30 Олена\"], \"ends\": {\"leads\": 0}" "two visits overlap"
ok "names are compared without case" passes "\"say\": [\"book inna manicure 2026-12-04T10:00 ОЛЕНА; end\"], \"ends\": {\"booked\": [$want]}"
ok "services are a set" passes '"say": ["book inna b+a 2026-12-04T10:00 Олена; end"], "ends": {"booked": [{"services": ["a", "b"]}]}'
ok "a member that is not given is not compared" passes "\"say\": [\"$right\"], \"ends\": {\"booked\": [{\"specialist\": \"inna\"}]}"
ok "the number is compared when it is given" fails "\"say\": [\"$right\"], \"ends\": {\"booked\": [{\"phone\": \"+380501234568\"}]}" "a booking is missing"
ok "so is the end" fails "\"say\": [\"$right\"], \"ends\": {\"booked\": [{\"end\": \"2026-12-04 11:15\"}]}" "a booking is missing"
ok "so is the price" fails "\"say\": [\"$right\"], \"ends\": {\"booked\": [{\"price\": {\"from\": 450}}]}" "a booking is missing"
ok "a wide want does not take the booking of a narrow one" passes "\"say\": [\"$right; book inna pedicure 2026-12-05T10:00 Ася\"], \"ends\": {\"booked\": [{\"specialist\": \"inna\"}, $want]}"

# ---- what was there before
ok "what was there before is no booking of the calls" passes "$told, \"say\": [\"end\"], \"ends\": {\"booked\": [], \"cancelled\": []}"
ok "a cancelling that is wanted passes" passes "$told, \"say\": [\"cancel 1; end\"], \"ends\": {\"booked\": [], \"cancelled\": [{\"name\": \"марія\"}]}"
ok "a cancelling that is not fails" fails "$told, \"say\": [\"cancel 1; end\"], \"ends\": {\"cancelled\": []}" "a cancellation that is not wanted"
ok "one that is missing fails" fails "$told, \"say\": [\"end\"], \"ends\": {\"cancelled\": [{\"name\": \"Марія\"}]}" "a cancellation is missing"
ok "a booking that vanishes fails" fails "$told, \"say\": [\"drop 1; end\"], \"ends\": {\"leads\": 0}" "a booking has vanished"
ok "a move stands in booked" passes "$told, \"say\": [\"move 1 olena 2026-12-05T12:00; end\"], \"ends\": {\"booked\": [{\"at\": \"2026-12-05 12:00\", \"name\": \"Марія\"}], \"cancelled\": []}"
ok "a move that is not wanted fails" fails "$told, \"say\": [\"move 1 olena 2026-12-05T12:00; end\"], \"ends\": {\"booked\": []}" "a booking that is not wanted"
ok "cancelling and booking anew is no move" fails "$told, \"say\": [\"cancel 1; book olena brow 2026-12-05T12:00 Марія; end\"], \"ends\": {\"booked\": [{\"at\": \"2026-12-05 12:00\"}], \"cancelled\": []}" "a cancellation that is not wanted"
ok "booked and cancelled again is neither" passes '"say": ["book inna manicure 2026-12-04T10:00 Олена; cancel 1; end"], "ends": {"booked": [], "cancelled": []}'

# ---- the rest of the ends
ok "a request for a person is counted" passes '"say": ["lead; end"], "ends": {"leads": 1}'
ok "a doubled request fails" fails '"say": ["lead; lead; end"], "ends": {"leads": 1}' "requests for a person: 2, not 1"
ok "a missing request fails" fails '"say": ["end"], "ends": {"leads": 1}' "requests for a person: 0, not 1"
ok "must_say is looked for without case" passes '"say": ["say У П'\''ятницю; end"], "ends": {"must_say": ["п.ятниц"]}'
ok "must_say that was not said fails" fails '"say": ["say щось; end"], "ends": {"must_say": ["п.ятниц"]}' "nothing that was said matches"
ok "what the caller says is not said" fails '"say": ["п'\''ятниця; end"], "ends": {"must_say": ["п.ятниц"]}' "nothing that was said matches"
ok "must_not_say that was said fails" fails '"say": ["say була Марія; end"], "ends": {"must_not_say": ["марія"]}' 'must not be: "Марія"'
ok "turns at most" passes '"say": ["a", "b; end"], "ends": {"turns_at_most": 2}'
ok "one turn more fails" fails '"say": ["a", "b", "c; end"], "ends": {"turns_at_most": 2}' "3 turns, more than 2"
ok "a further outcome is right, too" passes "\"say\": [\"$right\"], \"ends\": {\"booked\": []}, \"or\": [{\"booked\": [$want]}]"
ok "a third one is not" fails '"say": ["lead; end"], "ends": {"leads": 0}, "or": [{"leads": 2}]' "requests for a person: 1"
ok "a service that fails fails the scenario" fails '"say": ["fail"], "ends": {"leads": 0}' "answered 500"

# ---- the caller
play '"caller": "anonymous", "say": ["", "KEYS:2", "end"], "ends": {}'
ok "silence is a blank, keys are digits, an end is not reported" happened "incoming-call anonymous 0440000000" "turn 1 text=[ ]" "turn 2 digits=2" "turn 3 text=[end]"
play '"caller": "+380501234567", "say": ["ask name"], "answers": {"name": ["one; ask name", "two; ask name", "end"]}, "ends": {}'
ok "answers are used up one by one" happened "incoming-call +380501234567 0440000000" "turn 1 text=[ask name]" "turn 2 text=[one; ask name]" "turn 3 text=[two; ask name]" "turn 4 text=[end]"
play '"say": ["ask day"], "answers": {"day": ["a; ask day", "b; ask day"]}, "ends": {"turns_at_most": 40}'
ok "the last one repeats, and a circle ends" [ "$(grep -c 'text=\[b; ask day\]' "$fake/events")" = 38 ]
play '"say": ["ask day"], "answers": {"name": "x"}, "ends": {}'
ok "nothing fits: the caller hangs up, which is reported" happened "incoming-call anonymous 0440000000" "turn 1 text=[ask day]" "call-status   completed"
play '"say": ["ask open"], "answers": {"else": "end"}, "ends": {}'
ok "else serves open" [ "$(tail -n 1 "$fake/events")" = "turn 2 text=[end]" ]
play '"say": ["ask open"], "answers": {"else": "lead; end", "open": "end"}, "ends": {"leads": 0}'
ok "but open has its own, if there is one" [ "$status" = 0 ]
play '"say": ["ask nothing", "ask nothing"], "answers": {"open": "end", "else": "end"}, "ends": {}'
ok "null is answered by say alone" happened "incoming-call anonymous 0440000000" "turn 1 text=[ask nothing]" "turn 2 text=[ask nothing]" "call-status   completed"
play '"say": ["end", "a"], "ends": {}'
ok "after the end nothing is said" happened "incoming-call anonymous 0440000000" "turn 1 text=[end]"
play '"calls": [{"caller": "1", "say": ["a"]}, {"caller": "2", "say": ["b; end"]}], "ends": {"turns_at_most": 2}'
ok "calls come one after another" happened "incoming-call 1 0440000000" "turn 1 text=[a]" "call-status   completed" "incoming-call 2 0440000000" "turn 1 text=[b; end]"
play '"calls": [{"caller": "1", "say": ["a", "b; end"]}, {"caller": "2", "say": ["c", "d", "e; end"]}], "together": true, "ends": {}'
ok "or together, a turn each" happened "incoming-call 1 0440000000" "incoming-call 2 0440000000" "turn 1 text=[a]" "turn 1 text=[c]" "turn 2 text=[b; end]" "turn 2 text=[d]" "turn 3 text=[e; end]"

# ---- several times, several files
play "\"say\": [\"flaky; end\"], \"ends\": {\"booked\": [$want]}" --times 3
ok "one that passes two of three times fails" [ "$status" = 1 ]
ok "and pass^3 says so" grep -q 'all  *0 of   1   66.7 %' <<<"$out"
play "\"say\": [\"end\"], \"ends\": {\"leads\": 0}" --times 3
ok "one that always passes passes" [ "$status" = 0 ]
mkdir "$work/some"
printf '[{"name": "a", "kind": "x", "profile": "salon", "say": ["end"], "ends": {"leads": 0}},
 {"name": "b", "kind": "x", "profile": "salon", "say": ["lead; end"], "ends": {"leads": 0}}]' >"$work/some/1.json"
printf '{"name": "c", "profile": "salon", "say": ["end"], "ends": {"leads": 0}}' >"$work/some/two.json"
run_it "$work/some"
ok "a folder: each file, arrays too" grep -q '2 passed, 1 failed' <<<"$out"
ok "counted by kind" grep -q '^x  *1 of   2' <<<"$out"
ok "of which a file's name is one" grep -q '^two  *1 of   1' <<<"$out"
ok "what was said in one that failed is printed" grep -q '^ *caller  lead; end' <<<"$out"
run_it --kind two "$work/some"
ok "one kind alone" grep -q '1 passed, 0 failed' <<<"$out"
mkdir "$work/some/profiles"
sed 's/"numbers": \[\]/"numbers": ["0449999999"]/' "$root/profiles/salon.json" >"$work/some/profiles/own.json"
sed 's/salon/own/' "$work/some/two.json" >"$work/some/3.json"
sed 's|salon|profiles/own.json|' "$work/some/two.json" >"$work/some/4.json"
run_it "$work/some/3.json"
ok "a profile of the folder beside, whose number is called" happened "incoming-call anonymous 0449999999" "turn 1 text=[end]"
run_it "$work/some/4.json"
ok "a profile by its path" happened "incoming-call anonymous 0449999999" "turn 1 text=[end]"
mv "$work/some/3.json" "$work/3.json"
run_it --profiles "$work/some/profiles" "$work/3.json"
ok "a profile of --profiles" [ "$status" = 0 ]
run_it "$work/3.json"
ok "a profile that is nowhere is refused" grep -q 'there is no profile "own"' <<<"$out"
play '"now": "2026-12-02T10:00:00+02:00", "say": ["end"], "ends": {}'
ok "a member that is there twice is refused" [ "$status" = 2 ]
printf '{"name": "a", "profile": "salon", "now": "2026-12-02T10:00:00+02:00", "say": ["end"], "ends": {}}' >"$work/one.json"
run_it "$work/one.json"
ok "a running service at another time is no place for it" grep -q 'start it with HOLOS_NOW=2026-12-02T10:00:00+02:00' <<<"$out"

# ---- files that are wrong: each error names its place
ok "an unknown member" refuses '"says": [], "ends": {}' 'one.json: "says" is not a known member; did you mean "say"?'
ok "an unknown member of ends" refuses '"ends": {"lead": 1}' 'one.json.ends: "lead" is not a known member'
ok "an unknown member of a booking" refuses '"ends": {"booked": [{"time": "10:00"}]}' 'one.json.ends.booked[0]: "time" is not a known member'
ok "an unknown member of or" refuses '"ends": {}, "or": [{}, {"x": 1}]' 'one.json.or[1]: "x" is not'
ok "an answer to nothing" refuses '"answers": {"daytime": "x"}, "ends": {}' 'one.json.answers: "daytime" is not'
ok "an answer that is no text" refuses '"answers": {"day": 5}, "ends": {}' 'one.json.answers.day: must be a text'
ok "an empty list of answers" refuses '"answers": {"day": []}, "ends": {}' 'one.json.answers.day: must be a list that is not empty'
ok "say that is no list" refuses '"say": "x", "ends": {}' 'one.json.say: must be a list'
ok "keys that no telephone has" refuses '"say": ["x", "KEYS:1a"], "ends": {}' 'one.json.say[1]: after KEYS:'
ok "calls beside say" refuses '"calls": [{"say": []}], "say": [], "ends": {}' 'calls stand in place of'
ok "an unknown member of a call" refuses '"calls": [{"who": "x"}], "ends": {}' 'one.json.calls[0]: "who" is not'
ok "no ends" refuses '"say": []' '"ends" is missing'
ok "a brain that is none" refuses '"brain": ["rule"], "ends": {}' 'one.json.brain[0]: must be "rules" or "model"'
ok "a pattern that is none" refuses '"ends": {"must_say": ["("]}' 'one.json.ends.must_say[0]: must be a regular expression'
ok "a time that is none" refuses '"ends": {"booked": [{"at": "2026-13-02 10:00"}]}' 'one.json.ends.booked[0].at: must be a local time'
ok "leads that are no number" refuses '"ends": {"leads": true}' 'one.json.ends.leads: must be a whole number'
ok "a booking without a service" refuses '"book": [{"at": "2026-12-02 10:00"}], "ends": {}' 'one.json.book[0]: "services" is missing'
printf '[{"name": "a",\n "profile": }]' >"$work/one.json"
run_it "$work/one.json"
ok "what is no JSON, with its line" grep -q 'one.json: .*line 2' <<<"$out"
printf '[]' >"$work/one.json"
run_it "$work/one.json"
ok "a file without a scenario" [ "$status" = 2 ]
mkdir "$work/none"
run_it "$work/none"
ok "a folder without one" grep -q 'there is no \*.json in this folder' <<<"$out"
run_it "$work/nothing.json"
ok "a file that is not there" [ "$status" = 2 ]

# ---- the scenarios that ship
for one in "$here"/*.json; do
    python3 -B -c 'import sys; sys.path.insert(0, sys.argv[1]); import read; read.read(sys.argv[2], [sys.argv[3]])' \
        "$here" "$one" "$root/profiles" 2>"$work/err" || { cat "$work/err" && break; }
done >"$work/read"
ok "every file of this folder is right" [ ! -s "$work/read" ]
unset HOLOS_DB
out=$("$here/run" --bin "$work" "$here" 2>&1)
ok "programs that are not there" grep -q 'there is no program holos' <<<"$out"
done_testing
