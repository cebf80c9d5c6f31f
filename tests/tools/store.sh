#!/bin/bash
# check: san
# store.sh: migrate, backup, purge, sweep, calls, leads, stats and show of a store without calls.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

for verb in calls leads stats "show 1" "purge --older-than 90d" sweep "backup $work/b"; do
    # shellcheck disable=SC2086
    run $verb
    ok "without a store, $verb says how to make one" exits 1 "" "holos migrate"
done

run migrate
ok "migrate makes the store and its folder" exits 0 "from version 0 to"
ok "the store is nobody else's to read" [ "$(stat -c %a "$HOLOS_DB" | cut -c3)" = 0 ]
run migrate
ok "migrating again does nothing" exits 0 "nothing to do"
run migrate --json
ok "migrate --json" json 'd["from"] == d["to"] > 0'

run calls
ok "calls of an empty store" exits 0 "no calls"
run calls --json
ok "calls --json is a list" json 'd == []'
run leads
ok "leads of an empty store" exits 0 "no open requests"
run leads --json
ok "leads --json" json 'd == {"waiting": 0, "leads": []}'
run stats
ok "stats of an empty store" exits 0 "0 active now"
run stats --json
ok "stats --json" json 'd["today"]["calls"] == 0 and d["days_30"]["stages"]["total"]["n"] == 0 and "completed" in d["today"]["by_status"]'
run show last
ok "show last without calls" exits 1 "" "there is no call yet"
run show 7
ok "show of a number that is not there" exits 1 "" "no call has this number or id"
run show no-such-id
ok "show of an id that is not there" exits 1 "" "no call has this number or id"
run sweep
ok "sweep counts" exits 0 "calls expired      0"
run sweep --json
ok "sweep --json" json 'd["calls_expired"] == 0 and d["deliveries_deleted"] == 0 and d["cache_bytes"] == 0'
# B8: a sound that was made for a call went only when it had not been used for HOLOS_KEEP_DAYS.
hash=$(printf 'a%.0s' {1..64})
for verb in sweep "purge --older-than 90d" "forget 0501111111"; do
    mkdir -p "$HOLOS_CACHE/aa" && : >"$HOLOS_CACHE/aa/$hash-0" && : >"$HOLOS_CACHE/aa/$hash-7"
    # shellcheck disable=SC2086 # a verb and its options
    run $verb
    ok "$verb deletes the sounds of calls that have ended" [ "$(cd "$HOLOS_CACHE/aa" && echo *)" = "$hash-0" ]
done
rm -r "$HOLOS_CACHE/aa"
HOLOS_CACHE='' run sweep --json
ok "sweep without a cache" json 'd["cache_bytes"] is None'
run client 0501234567
ok "client of a number that never called" exits 1 "" "no client has this number"
run client anonymous
ok "client wants a telephone number" exits 1 "" "is not a telephone number"
run client 0501234567 --name '<b>Оля</b>'
ok "client takes no markup for a name" exits 100 "" "a name is one to three words"
run purge --older-than 90d --json
ok "purge --json" json 'd["calls"] == 0 and d["dry_run"] is False'

run purge --due --json
ok "purge --due takes its age from HOLOS_KEEP_DAYS" json 'd["calls"] == 0 and len(d["before"]) == 20'
HOLOS_KEEP_DAYS=0 run purge --due
ok "and with 0 days nothing is too old" exits 0 "for ever"
run forget "+380 50 111 11 11" --json
ok "forget says what it removed" json 'd["phone"] == "+380501111111" and d["calls"] == 0 and d["dry_run"] is False'
run forget nonsense
ok "forget wants a telephone number" exits 100 "" "not a telephone number"

run backup "$work/copy.db"
ok "backup makes a copy" exits 0 "a complete copy of"
ok "that is a sound store" [ "$(sqlite3 "$work/copy.db" 'PRAGMA integrity_check')" = ok ]
run backup "$work/copy.db"
ok "backup overwrites nothing" exits 1 "" "exists"
run backup "$work/no/folder/copy.db"
ok "backup into a folder that is not there fails" [ "$status" != 0 ]
HOLOS_DB=$work/copy.db run calls
ok "the copy can be used" exits 0 "no calls"

cp "$work/copy.db" "$work/other.db"
sqlite3 "$work/other.db" 'PRAGMA user_version = 9999'
HOLOS_DB=$work/other.db run calls
ok "a store of another version is refused" exits 1 "" "version"
HOLOS_DB=$work/other.db run migrate
ok "and not touched by migrate" exits 1 "" "version"
head -c 4096 /dev/urandom >"$work/noise.db"
HOLOS_DB=$work/noise.db run calls
ok "what is no store is refused" [ "$status" != 0 -a -n "$err" ]

exec 9>>"$HOLOS_DB-writer"
flock 9
HOLOS_STORE_WAIT_MS=50 run purge --older-than 90d
ok "a store that another writes is a trouble that passes" exits 111
exec 9>&-
done_testing
