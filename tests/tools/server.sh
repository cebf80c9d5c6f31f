#!/bin/bash
# server.sh: an installed tool takes the settings of the server: holos.env, the credentials.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

mkdir -p "$work/bin" "$work/etc/credentials" "$work/data" "$work/profiles"
cp "$holos" "$work/bin/holos"
cp -r profiles/. "$work/profiles/"
holos=$work/bin/holos
unset HOLOS_TREE HOLOS_DB HOLOS_PROFILES HOLOS_CACHE
export HOLOS_ETC=$work/etc

value() { # NAME FIELD: of `holos settings --json`
    python3 -c 'import json,sys
print({s["name"]: s for s in json.load(open(sys.argv[1]))}[sys.argv[2]][sys.argv[3]])' "$work/out" "$1" "$2"
}
settings() { # VARIABLES...
    env "$@" "$holos" settings --json >"$work/out" 2>"$work/err"
}

cat >"$work/etc/holos.env" <<ENV
$(printf '\xef\xbb\xbf')HOLOS_DB=$work/data/holos.db
# of the units
; and this
HOLOS_PROFILES=$work/profiles
HOLOS_LANGUAGES=$work/profiles/languages
HOLOS_CACHE="$work/data/cache"
HOLOS_TURN_MS=9000
HOLOS_TURN_MS=9500
BINOTEL_API_SECRET=in-the-file
ENV
printf 'Xy5hook\n' >"$work/etc/credentials/HOLOS_WEBHOOK_SECRET"
printf 'Xy5secret\r\n' >"$work/etc/credentials/BINOTEL_API_SECRET"
printf '\n' >"$work/etc/credentials/OPENAI_API_KEY"

settings
ok "the store is the server's, also behind a byte order mark" [ "$(value HOLOS_DB value)" = "$work/data/holos.db" ]
ok "and it says from where" [ "$(value HOLOS_DB from)" = "$work/etc/holos.env" ]
ok "quotes are dropped" [ "$(value HOLOS_CACHE value)" = "$work/data/cache" ]
ok "of two lines the later one holds, as with systemd" [ "$(value HOLOS_TURN_MS value)" = 9500 ]
ok "a secret is read from its file" [ "$(value HOLOS_WEBHOOK_SECRET from)" = "$work/etc/credentials/HOLOS_WEBHOOK_SECRET" ]
ok "and is not shown" [ "$(value HOLOS_WEBHOOK_SECRET value)" = "(secret)" ]
ok "it wins over the file of settings" [ "$(value BINOTEL_API_SECRET from)" = "$work/etc/credentials/BINOTEL_API_SECRET" ]
ok "an empty one gives nothing" [ "$(value OPENAI_API_KEY from)" = default ]
ok "the rest is by default" [ "$(value HOLOS_HEAR_MS from)" = default ]
settings HOLOS_TURN_MS=8000 HOLOS_WEBHOOK_SECRET=Xy5mine
ok "what the environment says wins" [ "$(value HOLOS_TURN_MS value) $(value HOLOS_TURN_MS from)" = "8000 the environment" ]
ok "also over a secret" [ "$(value HOLOS_WEBHOOK_SECRET from)" = "the environment" ]
settings HOLOS_TREE=
ok "HOLOS_TREE= takes nothing but the environment" [ "$(value HOLOS_TURN_MS from)" = default ]

run migrate
ok "a verb uses them" test -f "$work/data/holos.db"
run check
ok "check says what holds on the server" exits 0 "HOLOS_TURN_MS"
ok "with where each value came from" has_words "9500 ms ($work/etc/holos.env)"
ok "no secret is printed" lacks Xy5

echo 'export HOLOS_HEAR_MS=1' >>"$work/etc/holos.env"
run check --json
ok "a line that systemd ignores is a fault" json 'any(f["level"] == "fault" and "line 10 of " in f["text"] and "is not NAME=VALUE" in f["text"] for f in d["findings"])'
sed -i '$d' "$work/etc/holos.env"
echo 'HOLOS_HEAR_MS=soon' >>"$work/etc/holos.env"
run check --json
ok "a wrong value is named" exits 1 "HOLOS_HEAR_MS=soon: must be a whole number"
ok "and its file, where to fix it" has_words "$work/etc/holos.env, or remove it"
run calls
ok "every other verb names setting and value" exits 1 "" "HOLOS_HEAR_MS=soon: must be"
sed -i '$d' "$work/etc/holos.env"
HOLOS_DB=$work/etc/holos.env/x run show last
ok "a store that cannot be is named with setting, path and reason" exits 111 "" "HOLOS_DB=$work/etc/holos.env/x: cannot be opened: Not a directory"
HOLOS_DB=$work/data run calls
ok "a folder is no store" exits 111 "" "HOLOS_DB=$work/data: cannot be opened: it is a folder"
HOLOS_DB=$work/none.db run show last
ok "nor a file that is not there" exits 1 "" "HOLOS_DB=$work/none.db: cannot be opened: No such file"

if [ "$(id -u)" = 0 ]; then
    chown -R nobody "$work/data"
    chmod 0711 "$work" "$(dirname "$work")"
    chmod -R o+rX "$work/bin" "$work/profiles" "$work/etc"
    chmod 0700 "$work/etc/credentials"
    run check --json
    ok "root looks as the user whose store it is" exits 0 "checks as nobody"
    ok "and has read the secrets before" has_words "a secret ($work/etc/credentials/HOLOS_WEBHOOK_SECRET)"
    chmod 0500 "$work/data"
    run check
    ok "what that user may not do is a fault, for root, too" exits 1 "cannot be written"
    chmod 0700 "$work/data"
    status=0
    setpriv --reuid nobody --clear-groups "$holos" check >"$work/out" 2>"$work/err" || status=$?
    out=$(<"$work/out") err=$(<"$work/err")
    ok "who may not read the secrets is told" exits 0 "run: sudo holos check"
fi
done_testing
