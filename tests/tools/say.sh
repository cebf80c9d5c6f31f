#!/bin/bash
# check: san
# say.sh: a text spoken into a WAV file.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

run say 'Добрий день' -o "$work/a.wav"
ok "say speaks into a file" exits 0 "of sound"
ok "which is a telephone's WAV" is_wav "$work/a.wav"
ok "with sound in it" [ "$(stat -c %s "$work/a.wav")" -gt 4000 ]
run say 'Добрий день' -o "$work/a.wav" --json
ok "the second time it comes from the cache" json 'd["by"] == "cache" and d["sound_ms"] > 200 and d["bytes"] > 4000'
run say 'Добрий день'
ok "without -o it goes to standard output" cmp "$work/out" "$work/a.wav"
run say 'Ждём вас в 10:30' --profile hotel --spoken
ok "--spoken prints the words of the profile's language" exits 0 "тридцать"
run say 'о 10:30' --spoken --json
ok "--spoken --json" json 'd["profile"] == "salon" and "тридцять" in d["spoken"]'
run say 'Добрий день' -p nobody -o "$work/b.wav"
ok "a profile that is not there" exits 1 "" 'there is no profile "nobody"'
run say '' -o "$work/b.wav"
ok "an empty text cannot be spoken" [ "$status" = 1 -a -n "$err" -a ! -e "$work/b.wav" ]
run say 'Добрий день' --json
ok "a sound is not mixed with JSON" exits 100 "" "-o FILE"
run say 'Ще раз' -o "$work/no/folder/a.wav"
ok "a file that cannot be written is an error" [ "$status" != 0 -a -n "$err" ]
HOLOS_CACHE='' HOLOS_ESPEAK=/nonexistent run say 'Добрий день' -o "$work/b.wav"
ok "without espeak-ng it says so" exits 111 "" "nonexistent"
mkdir "$work/empty"
HOLOS_PROFILES=$work/empty run say 'Добрий день' -o "$work/b.wav"
ok "without profiles there is no voice" [ "$status" = 1 -a -n "$err" ]
done_testing
