#!/bin/bash
# check: timeout=120
# whole-call.sh: a call through nginx and the workers, and then as the operator sees it.
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''

unset HOLOS_DB HOLOS_PROFILES HOLOS_CACHE
port=$(free_port)
PORT=$port HOLOS_VAR=$work/var WORKERS=1 tools/serve-here >"$work/service.log" 2>&1 &
cleaners+=("stop $!")
within 10 grep -q "answers on" "$work/service.log"
export HOLOS_DB=$work/var/holos.db HOLOS_PROFILES=$root/profiles HOLOS_CACHE=$work/var/cache

run call --port "$port" --no-play --id whole-1 --from '+380 50 123-45-67' -o "$work/a" \
    --say 'Добрий день' --keys '1' --say 'до побачення' --say 'ще'
ok "a whole call, greeting to goodbye" exits 0 "holos ended the call; hung up"
ok "the greeting is the salon's" exits 0 "Вітаю! Я штучний інтелект салону краси. Чим можу вам допомогти?"
ok "its voice is a telephone's WAV" is_wav "$work/a/00.wav"
run call --port "$port" --no-play --id whole-2 --stream --json -o "$work/b" --say 'Яка у вас адреса?'
ok "a call sentence by sentence" json 'd["ended_by"] == "caller" and d["replies"][1]["sounds"] and d["replies"][1]["message"]'

run calls
ok "calls lists both" exits 0 "whole-1"
run calls --json --limit 1
ok "calls --json, the newest first" json 'len(d) == 1 and d[0]["external_id"] == "whole-2" and d[0]["turns"] == 1 and d[0]["status"] == "completed"'
run calls --json --since 1h
ok "calls --since an age" json 'len(d) == 2'
run calls --json --since 2099-01-01
ok "calls --since a day" json 'd == []'
run calls --masked
ok "numbers can be masked" exits 0 "+380 ** ***-**-67"
ok "and then are not shown" lacks 123-45
run show whole-1
ok "show by the exchange's id" exits 0 "Добрий день"
ok "with the stages' times" exits 0 "(rules)"
run show 1 --json
ok "show by number, --json" json 'd["external_id"] == "whole-1" and [t["n"] for t in d["history"]][:3] == [0, 1, 2] and d["history"][0]["heard"] is None and d["history"][1]["heard"] == "Добрий день" and d["history"][1]["total_us"] > 0'
sqlite3 "$HOLOS_DB" "INSERT INTO vendor_request VALUES (1, 1, 0, 'hear', 'google', 'ok', 200, 0, 1, 0, 2, 3, 4, 5, 1200, 1),
    (1, 1, 1, 'speak', 'google', 'ok', 200, 0, 1, 0, 2, 3, 4, 5, 0, 0), (1, 1, 2, 'speak', 'google', 'PEER', 503, 0, 1, 0, 2, 3, 4, 5, 0, 1)"
run show 1
ok "what a vendor's answer cost is shown" exits 0 "5 B in, \$0.0012"
ok "and of one without a price that it is not known" [ "$(grep -c 'its price is not known' "$work/out")" = 1 ]
run show 1 --json
ok "also to a program" json '[(r["cost_microusd"], r["cost_known"]) for r in d["history"][1]["asked"]] == [(1200, True), (0, False), (0, True)]'
sqlite3 "$HOLOS_DB" 'DELETE FROM vendor_request'
run show last --masked
ok "show last" exits 0 "whole-2"
run stats --json
ok "stats counts them" json 'd["today"]["calls"] == 2 and d["today"]["by_status"]["completed"] == 2 and d["today"]["turns"] >= 3'
run stats
ok "stats for people" exits 0 "completed"
counts() { # what the figures on standard input count
    python3 -c 'import json, sys
d = json.load(sys.stdin)
del d["days_30"]["since"]
print([d[k] for k in ("active_calls", "outbox_waiting", "today", "days_30")])'
}
page=$(curl -s "http://127.0.0.1:$port/telephony/stats" | counts)
for zone in UTC Pacific/Kiritimati Pacific/Niue; do
    TZ=$zone run stats --json
    ok "the page and the command count the same, with a shell in $zone too" [ "$(counts <<<"$out")" = "$page" ]
done
run client 0670000001 --name Олена
ok "a client is given a name" exits 0 "+380670000001 at salon: Олена"
run client 0670000001 --profile hotel --json
ok "which another business does not know" json 'd["name"] == "" and d["profile"] == "hotel"'
run client 0670000001 --forget-name
ok "and it is forgotten" exits 0 "no name"
run leads --json
ok "leads --json" json 'isinstance(d["leads"], list)'
run purge --older-than 1h --json
ok "purge leaves what is young" json 'd["calls"] == 0'
sqlite3 "$HOLOS_DB" 'UPDATE call SET started_ms = 1, answered_ms = 1, active_ms = 1, ended_ms = 1' 2>"$work/sqlite" ||
    sqlite3 "$HOLOS_DB" 'UPDATE calls SET started_ms = 1, answered_ms = 1, active_ms = 1, ended_ms = 1'
run purge --older-than 90d --dry-run --json
ok "a dry run counts what is old" json 'd["calls"] == 2 and d["dry_run"]'
run calls --json
ok "and deletes nothing" json 'len(d) == 2'
run purge --older-than 90d
ok "purge deletes it" exits 0 "2 ended calls"
run calls --json
ok "for good" json 'd == []'
run show whole-1
ok "and it is not found any more" exits 1 "" "no call has this number or id"
run check --deep -q
ok "the store is still sound" exits 0
done_testing
