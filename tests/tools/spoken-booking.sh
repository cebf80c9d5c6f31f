#!/bin/bash
# check: timeout=240
# spoken-booking.sh: a visit is booked by voice in the sandbox, from greeting to goodbye: once with the
# scripted model, once by the rules, while the model's vendor is away. Then it is looked for at every station: the store, the staff's sheet,
# and the calendar as khal reads it, a program that was not written here. By hand it shows the calls:
#
#     make test T=tools/spoken-booking
. "$(dirname "$0")/lib.sh"
status=0 out='' err=''
export HOLOS_NOW=2026-12-01T10:00:00+02:00 PYTHONDONTWRITEBYTECODE=1

var=$work/var port=$(free_port) from='+380 50 123-45-67' control=''
serve() { # the whole service with the stand-ins, as `make run SANDBOX=1` starts it
    env -u HOLOS_DB -u HOLOS_PROFILES -u HOLOS_CACHE HOLOS_VAR="$var" PORT="$port" SANDBOX=1 WORKERS=1 HOLOS_SHEET_S=5 tools/serve-here >"$var.said" 2>&1 &
    service=$!
    cleaners+=("stop $service")
    within 60 grep -q 'answers on' "$var.said" || sed 's/^/# /' "$var.said"
    export HOLOS_DB=$var/holos.db HOLOS_PROFILES=$root/profiles HOLOS_CACHE=$var/cache
    control=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["control"])' "$HOLOS_DB-sandbox")
}
model() { # the sandbox's model keeps a book
    curl -sf "http://127.0.0.1:$control/scenario" >/dev/null \
        -d "{\"claude\":{\"book\":{\"holos\":\"$holos\",\"profiles\":\"$HOLOS_PROFILES\",\"languages\":\"$HOLOS_LANGUAGES\"}}}"
}
calls() { # LINES...: a call whose lines are spoken: the recogniser hears their sound
    local line words=()
    for line; do words+=(--speak "$line"); done
    run call --port "$port" --no-play --from "$from" -o "$work/sounds" "${words[@]}"
    grep -E '^(holos|speech|heard)  ' <<<"$out" | sed 's/^/#   /'
}
thought() { # WHOM: it answered every turn of the last call
    run show last --json
    json "{t['think_rung'] for t in d['history'] if t['n'] > 0} == {'$1'}"
}
row() { # TITLE DAY TIME WANTED: what stands in D to G of that row
    local is
    is=$(curl -sf "http://127.0.0.1:$control/sheet" | python3 -c 'import json,sys
for g in json.load(sys.stdin)["sheets"]:
    for r in g["values"]:
        if g["title"] == sys.argv[1] and r[1:3] == sys.argv[2:4]:
            print("|".join(str(c) for c in r[3:7]))' "${@:1:3}")
    [ "$is" = "$4" ] || { echo "$is"; false; }
}
soon() { # COMMAND...: within two minutes; the sheet is looked at every few seconds
    local until=$((SECONDS + 120))
    while [ "$SECONDS" -lt "$until" ]; do
        "$@" && return
        sleep 1
    done
    return 1
}
khal_of() { # ARGS...: khal, with nothing of this machine's owner
    HOME=$work XDG_CONFIG_HOME=$work XDG_CACHE_HOME=$work XDG_DATA_HOME=$work LC_ALL=C.UTF-8 khal -c "$work/khal.conf" "$@"
}
calendar() { # DAY: what khal shows of it
    rm -rf "$work/khal" "$work/khal.db"
    mkdir "$work/khal"
    cat >"$work/khal.conf" <<CONF
[calendars]
[[book]]
path = $work/khal
[sqlite]
path = $work/khal.db
[locale]
local_timezone = Europe/Kiev
default_timezone = Europe/Kiev
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
CONF
    "$holos" book ics >"$work/book.ics" && khal_of import --batch -a book "$work/book.ics" &&
        khal_of list --day-format '' --format '{start-time}-{end-time}|{title}|{status}' "$1" 1d
}
shows() { # DAY LINE: khal shows this and nothing else
    calendar "$1" >"$work/shown" 2>&1
    [ "$(grep -F '|' "$work/shown" | sed 's/ *$//')" = "$2" ] || { cat "$work/shown" "$work/book.ics"; false; }
}

command -v khal >/dev/null || echo "# khal is not installed: tools/need check installs it"

# ---- with the scripted model ----------------------------------------------------------------------

serve
model
calls 'Добрий день, запишіть мене на манікюр із гель-лаком до Інни на завтра о десятій тридцять' 'мене звати Олена' 'так' 'ні, дякую, до побачення'
ok "a caller books by voice, from greeting to goodbye" exits 0 "holos ended the call"
ok "what was said was heard" has_words "heard   мене звати Олена"
ok "the model answered" thought claude
run book list --json
ok "the visit is in the store" json '[(b["specialist"], b["services"], b["start"], b["end"], b["client"]["name"], b["client"]["phone"], b["by"]) for b in d] == [("inna", ["manicure-gel"], "2026-12-02T10:30:00+02:00", "2026-12-02T12:00:00+02:00", "Олена", "+380501234567", "call")]'
ok "and in the staff's sheet" soon row Інна 02.12.2026 10:30 "#1|Олена|манікюр із гель-лаком|+380501234567"
ok "with dashes in its further rows" row Інна 02.12.2026 11:45 "-|-|-|-"
ok "and in the calendar, as khal reads it" shows 2026-12-02 "10:30-12:00|Олена: манікюр із гель-лаком|CONFIRMED"

# ---- by the rules ---------------------------------------------------------------------------------

curl -sf "http://127.0.0.1:$control/misbehave" -d '{"vendor":"claude","what":"refuse"}' >/dev/null
from='+380 67 000-00-02'
calls 'Добрий день, хочу на манікюр із гель-лаком' 'завтра' 'об одинадцятій до Олени' 'Ганна' 'так' 'до побачення'
ok "by the rules a caller books by voice, too" exits 0 "holos ended the call"
ok "no model answered" thought rules
run book list --json
ok "the visit is in the store" json '[(b["specialist"], b["services"], b["start"], b["client"]["name"], b["client"]["phone"], b["by"]) for b in d if b["id"] == 2] == [("olena", ["manicure-gel"], "2026-12-02T11:00:00+02:00", "Ганна", "+380670000002", "call")]'
ok "and in the sheet" soon row Олена 02.12.2026 11:00 "#2|Ганна|манікюр із гель-лаком|+380670000002"
calls 'перенесіть мій запис на четвер на одинадцяту' 'так' 'до побачення'
ok "moved by voice" exits 0 "holos ended the call"
ok "it stands at its new time in the sheet" soon row Олена 03.12.2026 11:00 "#2|Ганна|манікюр із гель-лаком|+380670000002"
ok "not at the old one" row Олена 02.12.2026 11:00 ""
ok "khal shows the new one" shows 2026-12-03 "11:00-12:30|Ганна: манікюр із гель-лаком|CONFIRMED"
calls 'скасуйте мій запис' 'так' 'до побачення'
ok "cancelled by voice, the row is empty" soon row Олена 03.12.2026 11:00 ""
ok "and khal shows it as cancelled" shows 2026-12-03 "11:00-12:30|Ганна: манікюр із гель-лаком|CANCELLED"
done_testing
