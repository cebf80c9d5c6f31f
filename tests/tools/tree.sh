#!/bin/bash
# The programs of the sanitizer build are tried by check.sh, call.sh and store.sh.
# tree.sh: in a source tree the tool takes the tree's settings: .env, var/, profiles/.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

tree="$work/a tree"
mkdir -p "$tree/build/bin" "$tree/tools" "$work/elsewhere"
cp "$holos" "$tree/build/bin/holos"
cp -r profiles "$tree/profiles"
touch "$tree/tools/serve-here"
built=$holos
holos="$tree/build/bin/holos"
unset HOLOS_TREE HOLOS_DB HOLOS_CACHE HOLOS_PROFILES
cd "$work/elsewhere" || exit 2

got() { # NAME VALUE: what a command of `holos env` finds in its environment
    [ "$("$holos" env printenv "$1")" = "$2" ]
}
dotenv() { # the tree's .env, from standard input
    cat >"$tree/.env"
}

ok "the store is the tree's" got HOLOS_DB "$tree/var/holos.db"
ok "so is the cache" got HOLOS_CACHE "$tree/var/cache"
ok "so are the profiles" got HOLOS_PROFILES "$tree/profiles"
run migrate
ok "a verb uses them without being told" exits 0
ok "the store is there" test -f "$tree/var/holos.db"
run calls
ok "another finds it, from any folder" exits 0
run settings --json
ok "settings shows them" json '{s["name"]: s for s in d}["HOLOS_DB"]["value"].endswith("/a tree/var/holos.db")'

dotenv <<'ENV'
# a comment

export VOICE_LANGUAGE=de-DE
  BINOTEL_COMPANY_ID = 7
ENV
run calls
ok "a line that is no NAME=VALUE is named" exits 1 "" "line 4 of $tree/.env is not NAME=VALUE"
for line in 'BINOTEL_API_KEY' '1A=b' '=x' 'A-B=c' 'export =x'; do
    dotenv <<<"$line"
    run calls
    ok "so is: $line" exits 1 "" "line 1 of $tree/.env is not NAME=VALUE"
done
printf 'BINOTEL_API_KEY Xy5secret\n' >"$tree/.env"
run check
ok "but never what stands in it" lacks Xy5
printf 'VOICE_LANGUAGE=a\0b\n' >"$tree/.env"
run calls
ok "a .env with a NUL is not a text" exits 1 "" "is not a text file"
head -c 70000 /dev/zero | tr '\0' '#' >"$tree/.env"
run calls
ok "one that is too long is refused" exits 1 "" "$tree/.env"

printf '%s\r\n' '# made elsewhere' ' export  VOICE_LANGUAGE="de DE" ' "HOLOS_CACHE='\$(touch x)/c'" \
    'HOLOS_DB=data/h.db' 'BINOTEL_API_KEY=a=b"c' 'HOLOS_PROFILE=' >"$tree/.env"
printf 'LAST=without an end' >>"$tree/.env"
ok "export and quotes are dropped" got VOICE_LANGUAGE "de DE"
ok "nothing is run, a path is meant from the tree" got HOLOS_CACHE "$tree/\$(touch x)/c"
ok "also the store's" got HOLOS_DB "$tree/data/h.db"
ok "a value may hold = and a quote" got BINOTEL_API_KEY 'a=b"c'
ok "and may be empty" got HOLOS_PROFILE ""
ok "the last line needs no end" got LAST "without an end"
export VOICE_LANGUAGE=of-the-caller HOLOS_DB=mine.db HOLOS_CACHE=
ok "what the environment says wins" got VOICE_LANGUAGE of-the-caller
ok "its path is meant from here" got HOLOS_DB "$work/elsewhere/mine.db"
ok "no cache stays no cache" got HOLOS_CACHE ""
unset VOICE_LANGUAGE HOLOS_DB HOLOS_CACHE
rm "$tree/.env"
export HOLOS_VAR=state
ok "with another state folder the store is there" got HOLOS_DB "$work/elsewhere/state/holos.db"
unset HOLOS_VAR

run env
ok "env wants a command" exits 100 "" "COMMAND... is missing"
run env no-such-command
ok "it says which cannot be run" exits 1 "" '"no-such-command" cannot be run: No such file'
run env -- sh -c 'exit 7'
ok "the command's status is its own" [ "$status" = 7 ]
run env -- sh -c 'kill -PIPE $$'
ok "and no signal is ignored in it" [ "$status" = 141 ]
HOLOS_TURN_MS=soon run env true
ok "a wrong setting stops it" exits 1 "" "HOLOS_TURN_MS=soon: must be"

HOLOS_TREE='' run settings --json
ok "HOLOS_TREE= means no tree" json '{s["name"]: s for s in d}["HOLOS_DB"]["value"] == "/var/lib/holos/holos.db"'
rm "$tree/tools/serve-here"
run settings --json
ok "a folder that is no source tree is none" json '{s["name"]: s for s in d}["HOLOS_DB"]["value"] == "/var/lib/holos/holos.db"'
holos=$built
HOLOS_TREE="../a tree" run settings --json
ok "HOLOS_TREE names one" json '{s["name"]: s for s in d}["HOLOS_DB"]["value"].endswith("/a tree/var/holos.db")'
HOLOS_TREE=nowhere run settings
ok "which must be there" exits 1 "" "HOLOS_TREE names a folder that is not there"
done_testing
