#!/bin/bash
# check: san
# check: timeout=120
# call.sh: `holos call` against a stand-in of the service that checks what it is sent.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

serve() { # NAME [VAR=VALUE...]: starts a stand-in; its port is in $port, its notes in $log
    local name=$1
    shift
    log=$work/$name.log
    : >"$log"
    env "$@" python3 tests/tools/service.py "$work/$name.port" "$log" &
    cleaners+=("stop $!")
    within 5 test -s "$work/$name.port"
    port=$(<"$work/$name.port")
}

ring() { # ARGS...: a call without a player
    : >"$log"
    run call --port "$port" --no-play "$@"
}

noted() { # LINES: exactly this was sent
    [ "$(<"$log")" = "$1" ] || {
        cat "$log"
        return 1
    }
}

serve plain

ring --id c1 --from 0501112233 --to 0440001122 --say 'Добрий день' --keys '1#' --say 'ще' -o "$work/c1"
ok "a call goes greeting, turns in the order given, end" exits 0 "hung up"
ok "the service got what the contract says" noted "ring c1 0501112233 0440001122
turn c1 1 text Добрий день
turn c1 2 digits 1#
turn c1 3 text ще
status c1 completed int"
ok "what holos said and the time it took is shown" exits 0 "holos   Так. Добре."
ok "with the time of each stage" exits 0 "(think 2 ms, speak 20 ms), 200 ms of sound: $work/c1/01.wav"
ok "every sound is saved" [ "$(cd "$work/c1" && echo *)" = "00.wav 01.wav 02.wav 03.wav" ]
ok "as it came" is_wav "$work/c1/02.wav"

ring --id c9 --to hotel --from 0501112233 --say 'ще'
ok "a profile's name is its number" noted "ring c9 0501112233 +380480000000
turn c9 1 text ще
status c9 completed int"
ring --to bakery --say 'ще'
ok "a name that no profile has is told" exits 100 "" 'there is no profile "bakery"'

ring --id c2 --say 'до побачення' --say 'ще' --say 'і ще'
ok "when the service ends the call, the rest is not said" exits 0 "2 of the inputs were not sent"
ok "and it hangs up" noted "ring c2 0670000001 0440000000
turn c2 1 text до побачення
status c2 completed int"
ok "the sounds are in a folder of their own in TMPDIR" exits 0 "sounds are saved in $work/holos-call-"

"$holos" say 'Так' -o "$work/voice.wav" >/dev/null
sum=$(sha256sum "$work/voice.wav" | cut -c1-12)
ring --id c3 --audio "$work/voice.wav"
ok "a sound file is sent whole, as a WAV" noted "ring c3 0670000001 0440000000
turn c3 1 audio voice.wav audio/wav $sum
status c3 completed int"
printf -- '--holos-\r\n\0\377' >"$work/raw.bin"
sum=$(sha256sum "$work/raw.bin" | cut -c1-12)
ring --id c4 --audio "$work/raw.bin"
ok "anything else as bytes" noted "ring c4 0670000001 0440000000
turn c4 1 audio raw.bin application/octet-stream $sum
status c4 completed int"

ring --id c5 --json --say 'так' -o "$work/c5"
ok "--json prints one document" json 'd["id"] == "c5" and d["ended_by"] == "caller" and d["hung_up"] and [r["turn"] for r in d["replies"]] == [0, 1]'
ok "with every answer in it" json 'd["replies"][1]["sent"] == {"words": "так"} and d["replies"][1]["message"] == "Так. Добре." and d["replies"][1]["sounds"][0]["ms"] == 200 and d["replies"][1]["took_us"] > 0 and d["replies"][1]["took_ms"]["speak"] == 20'
ring --id c6 --json --stream --say 'так' -o "$work/c6"
ok "--stream takes the answer sentence by sentence" json 'len(d["replies"][1]["sounds"]) == 2 and d["replies"][1]["message"] == "Так. Добре." and 0 < d["replies"][1]["first_sound_us"] < d["replies"][1]["took_us"]'
ok "each with its sound" is_wav "$work/c6/01-02.wav"
ring --id c7 --stream --say 'так' -o "$work/c7"
ok "and shows it once" [ "$(grep -c '^holos ' "$work/out")" = 3 ]
ring --id c8 --quiet --say 'так'
ok "--quiet prints nothing" [ "$status$out$err" = 0 ]
ring --id mute --say 'так'
ok "an answer without a voice is text" exits 0 "no sound"

nothing=' '
typed() { # ID [OPTIONS...]: what is typed comes from standard input
    : >"$log"
    status=0
    "$holos" call --port "$port" --no-play --id "$@" >"$work/out" 2>"$work/err" || status=$?
    out=$(<"$work/out") err=$(<"$work/err")
}
typed t1 <<IN
$(printf '\xef\xbb\xbf')Добрий день

:keys 12
:audio /nonexistent
до побачення
не чути
IN
ok "lines of standard input are what is said, a mark in front is not" [ "$status" = 0 ]
ok "an empty one is silence, a colon begins something else" noted "ring t1 0670000001 0440000000
turn t1 1 text Добрий день
turn t1 2 text ${nothing}
turn t1 3 digits 12
turn t1 4 text до побачення
status t1 completed int"
ok "a file that is not there is said and nothing sent" grep -q "cannot be read" "$work/err"
printf 'так\n:quit\nні' | typed t2
ok ":quit hangs up" noted "ring t2 0670000001 0440000000
turn t2 1 text так
status t2 completed int"
printf 'без кінця рядка' | typed t3
ok "the last line needs no end" noted "ring t3 0670000001 0440000000
turn t3 1 text без кінця рядка
status t3 completed int"
printf '\377\n' | typed t4
ok "bytes that are no text are not sent" noted "ring t4 0670000001 0440000000
status t4 completed int"

sum_of() { # FILE
    sha256sum "$1" | cut -c1-12
}
telephone() { # FILE CODING
    [[ $(file -b "$1") == *"WAVE audio, $2, mono 8000 Hz"* ]]
}
ring --id p1 --say 'Добрий день' --speak 'Коли ви працюєте?' --speak 'Дякую' -o "$work/p1"
ok "--speak makes the caller's voice and sends it, in the order given" noted "ring p1 0670000001 0440000000
turn p1 1 text Добрий день
turn p1 2 audio 01-caller.wav audio/wav $(sum_of "$work/p1/01-caller.wav")
turn p1 3 audio 02-caller.wav audio/wav $(sum_of "$work/p1/02-caller.wav")
status p1 completed int"
ok "as a telephone gateway records it" telephone "$work/p1/01-caller.wav" "ITU G.711 A-law"
ok "the words are shown, and what was heard" exits 0 "speech  Коли ви працюєте?
heard "
ring --id p2 --speak 'Так' --coding pcm16 -o "$work/p2"
ok "--coding pcm16" is_wav "$work/p2/01-caller.wav"
ring --id p3 --speak 'Так' --coding mulaw -o "$work/p3"
ok "--coding mulaw" telephone "$work/p3/01-caller.wav" "ITU G.711 mu-law"
"$holos" say 'Так' -o "$work/own.wav" >/dev/null
ok "it is not the voice of holos" [ "$(sum_of "$work/own.wav")" != "$(sum_of "$work/p2/01-caller.wav")" ]
ring --id p4 --speak 'Так' --coding pcm16 --voice uk+m3 -o "$work/p4"
ok "--voice names another" [ "$(sum_of "$work/p4/01-caller.wav")" != "$(sum_of "$work/p2/01-caller.wav")" ]
ring --id p5 --json --speak 'Так' -o "$work/p5"
ok "--json says what was spoken" json 'd["replies"][1]["sent"] == {"speech": "Так"} and d["replies"][1]["transcript"]'
ring --audio "$work"
ok "a folder is no sound file" exits 1 "" "cannot be read"
ring --speak 'Так' --coding opus
ok "another coding is refused before it rings" exits 100 "" "--coding is pcm16, mulaw or alaw"
ring --speak 'Так' --voice '-x /etc/passwd'
ok "a voice that is no name too" exits 100 "" "--voice is a voice of espeak-ng"
ring --speak ' '
ok "speech without words too" exits 100 "" "--speak wants words"
ring --speak 'Так' --voice nobody
ok "a voice that is not there ends it before it rings" exits 111 "" "voice nobody: espeak-ng"
HOLOS_ESPEAK=$work/nobody ring --speak 'Так'
ok "so does an espeak-ng that is missing" exits 111 "" "nobody is not installed"
ok "nothing was sent" noted ""
ok "and nothing is left" [ -z "$(find "$work" -maxdepth 1 -name 'holos-call-*' -newer "$work/p5" -print | head -n 1)" ]
typed p6 -o "$work/p6" <<'IN'
!Коли ви працюєте?
так
!
IN
ok "a typed line that begins with ! is spoken" noted "ring p6 0670000001 0440000000
turn p6 1 audio 01-caller.wav audio/wav $(sum_of "$work/p6/01-caller.wav")
turn p6 2 text так
status p6 completed int"
ok "but not without words" grep -q "no words to be spoken" "$work/err"
typed p7 --aloud -o "$work/p7" <<'IN'
Коли ви працюєте?

:say так
IN
ok "with --aloud every line is, but what :say says" noted "ring p7 0670000001 0440000000
turn p7 1 audio 01-caller.wav audio/wav $(sum_of "$work/p7/01-caller.wav")
turn p7 2 text ${nothing}
turn p7 3 text так
status p7 completed int"

mkdir -p "${HOLOS_DB%/*}"
python3 tests/vendors/standins.py --state "$HOLOS_DB-sandbox" &
standins=$!
cleaners+=("stop $standins")
within 10 test -s "$HOLOS_DB-sandbox"
known() { # how many recordings the stand-ins know, this one of its own included
    curl -s "localhost:$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["control"])' "$HOLOS_DB-sandbox")/transcript" \
        -d "{\"sha256\":\"$(printf '0%.0s' {1..64})\",\"text\":\"-\"}" | python3 -c 'import json,sys; print(json.load(sys.stdin)["known"])'
}
ring --speak 'Так' --speak 'Ні' --audio "$work/p1/01-caller.wav"
ok "beside a sandbox each recording's words are told to its recogniser" [ "$(known)" = 3 ]
ok "which is nothing to speak of" exits 0 "hung up"
stop "$standins"
ring --id p8 --speak 'Так' --speak 'Ні'
ok "a sandbox that was killed is no obstacle" [ "$status" = 0 ]
ok "and is told once" [ "$(grep -c 'does not answer' "$work/err")" = 1 ]
rm "$HOLOS_DB-sandbox"

# interrupted WAIT_FOR ID ARGS...: a call that gets SIGINT once the log has a line that begins so
interrupted() {
    local wait_for=$1 id=$2 pid
    shift 2
    : >"$log"
    status=0
    mkfifo "$work/$id.in"
    exec 8<>"$work/$id.in"
    # A background child of a script would ignore SIGINT.
    python3 -c 'import signal,os,sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$holos" call --port "$port" --no-play --id "$id" "$@" \
        <"$work/$id.in" >"$work/out" 2>"$work/err" &
    pid=$!
    for _ in $(seq 100); do
        grep -q "^$wait_for" "$log" && break
        sleep 0.05
    done
    sleep 0.2
    kill -INT "$pid"
    wait "$pid" || status=$?
    exec 8>&-
    out=$(<"$work/out") err=$(<"$work/err")
}
interrupted ring i1
ok "Ctrl-C while a line is awaited hangs up properly" noted "ring i1 0670000001 0440000000
status i1 completed int"
ok "which is no error" exits 0 "hung up"
interrupted turn slow --say 'так'
ok "Ctrl-C while an answer is awaited hangs up properly" noted "ring slow 0670000001 0440000000
turn slow 1 text так
status slow completed int"

: >"$log"
run call --port 1 --no-play --say 'так'
ok "a service that is not there is a trouble that passes" exits 111 "" "no program listens there"
ok "and the way to start it is said" exits 111 "" "make run"
run call --port 1 --no-play --json --say 'так'
ok "with --json too, without half a document" [ "$status" = 111 -a -z "$out" ]
ring --id busy --say 'так'
ok "a service in trouble is a trouble that passes" exits 111 "" "the service answers 503: the store is locked"
ring --id html --say 'так'
ok "nginx without workers is told from a service" exits 111 "" "nginx reaches no worker"
ring --id garbage --say 'так'
ok "an answer that is none is told" exits 111 "" "not a JSON object"
ring --id notwav --say 'так'
ok "a sound that is none is told" exits 111 "" "not a WAV"
ring --id lost --say 'так'
ok "a refusal in the middle is an error" exits 1 "" "the service answers 404: Call session not found"
ok "after which it hangs up" noted "ring lost 0670000001 0440000000
turn lost 1 text так
status lost completed int"
ring --id cut --say 'так'
ok "an answer cut short is a trouble that passes" exits 111 "" "cut its answer short"
ring --id endless --stream --say 'так'
ok "a stream without its end is told" exits 111 "" "the answer is incomplete"
HOLOS_TURN_MS=500 ring --id slow --say 'так'
ok "a service that says nothing is not waited for for ever" exits 111 "" "did not answer in time"
ring --id unkind --say 'так'
ok "an end that was not taken is an error" exits 111 "" "it could not be stored"

: >"$log"
run call --port "$port" --audio "$work/none.wav"
ok "a sound file that is not there stops before it rings" exits 1 "" "cannot be read"
run call --port "$port" --keys abc
ok "keys are a telephone's" exits 100 "" "0-9"
run call --url http://example.com
ok "plain http goes to this machine only" exits 100 "" "plain http goes to this machine only"
run call --url "http://127.0.0.1:$port" --port 1
ok "--url and --port exclude each other" exits 100 "" "leave --port out"
run call --port 99999
ok "a port has bounds" exits 100 "" "--port must be"
run call --port "$port" --id ''
ok "an id is not empty" exits 100
ok "none of these rang" noted ""
run call --url "http://localhost:$port/" --no-play --id u1 --say 'так'
ok "--url with a slash at its end" noted "ring u1 0670000001 0440000000
turn u1 1 text так
status u1 completed int"

mkdir "$work/players"
export PLAYED=$work/played
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$*" >>"$PLAYED"\n' >"$work/players/aplay"
chmod +x "$work/players/aplay"
PATH=$work/players:$PATH run call --port "$port" --id p1 --stream --say 'так' -o "$work/p1"
ok "a player is used if there is one" exits 0 "played by aplay"
ok "it gets each sound in its order" [ "$(<"$PLAYED")" = "-q $work/p1/00.wav
-q $work/p1/01-01.wav
-q $work/p1/01-02.wav" ]
printf '#!/bin/sh\nexit 1\n' >"$work/players/aplay"
PATH=$work/players:$PATH run call --port "$port" --id p2 --say 'так' -o "$work/p2"
ok "a player that fails is no failure of the call" [ "$status" = 0 ]
ok "it is said once" [ "$(grep -c 'the player failed' "$work/err")" = 1 ]
ok "and the sounds are there" is_wav "$work/p2/01.wav"

serve guarded "WANT_SECRET=a b&c" WANT_KEY=k1
ring --id g1 --say 'так'
ok "a service that wants a secret refuses without" exits 1 "" "403"
export HOLOS_WEBHOOK_SECRET='a b&c' BINOTEL_SIGNATURE_KEY=k1
ring --id g2 --say 'так'
ok "with the settings it is let in" exits 0 "hung up"
ok "and the secret is not shown" lacks 'a b'
ok "in no form" lacks 'a%20b'
done_testing
