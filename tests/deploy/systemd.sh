#!/bin/bash
# The installed units, run by a systemd: installing, whole calls, secrets, reloading, restarting and
# upgrading under load, workers that die, a store of another version, uninstalling.
#
# In a machine of its own: see machine.sh.
# check: timeout=900
# shellcheck disable=SC2016 # what stands in single quotes is for eval
# shellcheck source=tests/deploy/machine.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/machine.sh"

# ---- installing, as docs/operations.md says ------------------------------------------------------

# On a machine that got its nginx from tools/need its service is off, and Debian's page is on. To change
# both is the operator's part, and must not look like something that make uninstall has left.
ok "nginx is turned on, as on a server" systemctl enable nginx
rm -f /etc/nginx/sites-enabled/default
there >"$work/before"
ok "make install" put
ok "it has made a secret for the exchange, for root alone" is "$(stat -c '%a %U %s' /etc/holos/credentials/HOLOS_WEBHOOK_SECRET)" "600 root 49"
rm /etc/holos/credentials/HOLOS_WEBHOOK_SECRET # this machine needs none; secrets have a part of their own below
ok "the user and the folders are made" eval 'systemd-sysusers && systemd-tmpfiles --create holos.conf'
systemctl daemon-reload
ok "nginx starts, by its own unit" systemctl restart nginx
ok "holos.target starts" systemctl enable --now holos.target
ok "every route is active and has its socket" all_active
ok "nothing failed" is "$(systemctl list-units --failed --plain --no-legend)" ""
ln -s ../sites-available/holos-plain.conf /etc/nginx/sites-enabled/
ok "nginx takes the site" eval 'nginx -t && systemctl reload nginx'
ok "holos check finds no fault" holos check
ok "every timer waits" eval 'systemctl is-active holos-sweep.timer holos-backup.timer holos-purge.timer'
ok "the store is the service's alone" is "$(stat -c '%U %a' /var/lib/holos)" "holos 700"
ok "a socket is nginx's to call and nobody else's" is "$(stat -c '%U %G %a' /run/holos/health.sock /run/holos)" "holos holos 660
holos holos 750"

# ---- whole calls, in the sandbox ----------------------------------------------------------------

(cd "$work" && holos call --port 80 --say "Коли ви працюєте?" --say "До побачення") >"$work/call" 2>&1
called=$?
went_through() {
    cat "$work/call"
    is "$called" 0
}
ok "a whole call goes through" went_through
ok "which was answered by the profile" grep -q 'Ми працюємо у будні з 09:00 до 19:00' "$work/call"
ok "and spoken in the sandbox: espeak-ng runs there" is "$(grep -c 's of sound' "$work/call")" 3
rm -rf /tmp/holos-call-*
ok "the call is kept" is "$(sqlite3 /var/lib/holos/holos.db 'SELECT count(*) FROM call')" 1
worker=$(workers audio-stream | head -n 1)
ok "a worker is nobody in particular, filtered, and without a way up" is \
    "$(awk '/^(Uid|CapEff|CapBnd|NoNewPrivs|Seccomp):/ {print $1 $2}' "/proc/$worker/status" | tr '\n' ' ')" \
    "Uid:$(id -u holos) CapEff:0000000000000000 CapBnd:0000000000000000 NoNewPrivs:1 Seccomp:2 "
ok "it sees a system that it cannot write, and no other's processes" is \
    "$(awk '$5 == "/" {print $6; exit}' "/proc/$worker/mountinfo" | cut -d , -f 1) $(grep -c 'hidepid=\(invisible\|2\)' "/proc/$worker/mounts")" "ro 1"
ok "sweeping and backing up work without a network" systemctl start holos-sweep.service holos-backup.service holos-purge.service
ok "there is a backup" test -s "/var/lib/holos/backup/holos-$(date -u +%F).db"

# ---- leaving ------------------------------------------------------------------------------------

leave() {
    ok "holos.target stops" systemctl disable --now holos.target
    ok "and leaves no process and no socket" within 120 eval '[ -z "$(pgrep -u holos)$(find /run/holos -type s)" ]'
    rm -f /etc/nginx/sites-enabled/holos-plain.conf /etc/holos/credentials/*
    ok "make uninstall" make -s -C "$root" uninstall PREFIX=/usr/local
    systemctl daemon-reload
    there >"$work/after"
    ok "nothing that was installed is left" diff "$work/before" "$work/after"
    ok "nor any unit" is "$(systemctl list-unit-files --no-legend 'holos*' | grep -v override)" ""
    ok "but the calls" test -s /var/lib/holos/holos.db
    done_testing
}
# tests/deploy/bare.sh asks for no more than this.
[ -z "${HOLOS_BRIEF:-}" ] || {
    leave
    exit
}

answers() {
    is "$(status /health)" 200
}

# ---- under load ---------------------------------------------------------------------------------

# What does COMMAND do, TIMES times, to the callers of that time? HOW none: nobody is turned away;
# again: who is told to come again does, and is served. Each call is kept once either way.
under_load() { # HOW TIMES COMMAND...
    local i how=$1 times=$2 ringing bad=0
    shift 2
    : >"$work/ring"
    python3 "$root/tests/deploy/callers.py" 4 "$work/ring" >"$work/rang" &
    ringing=$!
    sleep 0.5
    for ((i = 0; i < times; i++)); do
        "$@" || bad=1
    done
    all_active
    rm "$work/ring"
    wait "$ringing" && [ "$bad" = 0 ] && python3 - "$work/rang" "$how" <<'PY'
import json, sqlite3, sys
rang = json.load(open(sys.argv[1]))
print(rang["answers"], "again:", rang["again"], "slowest:", rang["slowest"])
lost = {k: n for k, n in rang["answers"].items() if not k.endswith(" 200")}
db = sqlite3.connect("file:/var/lib/holos/holos.db?mode=ro", uri=True)
kept = {c: turns for c, turns in db.execute(
    "SELECT external_id, (SELECT count(*) FROM turn t WHERE t.call_id = call.id AND t.n > 0) FROM call")}
wrong = [c for c in rang["calls"] if kept.get(c) != 1]
assert not lost, f"not answered well: {lost}"
assert rang["calls"], "nobody called"
assert sys.argv[2] == "again" or not rang["again"], "somebody was turned away"
assert not wrong, f"calls without exactly one turn: {wrong[:5]}"
PY
}
fresh_workers() { # no worker runs a program that was replaced
    local one pid
    for one in $routes; do
        for pid in $(workers "$one"); do
            case $(readlink "/proc/$pid/exe") in
            "/usr/local/libexec/holos/$one") ;;
            *) return 1 ;;
            esac
        done
    done
}
installs() { # and does what `make install` says of upgrades
    local said
    said=$(put | sed -n 's/^As an upgrade: //p') && [ -n "$said" ] && eval "$said"
}
restart_routes() {
    # shellcheck disable=SC2086 # they are words
    systemctl restart $services
}
as_readme_says() { # BEGINNING: the commands below the line of README that begins so
    eval "$(awk -v from="$1" 'index($0, from) == 1 {on = 1; next} on && /^[^ ]/ {exit} on' \
        /usr/local/share/holos/socket-held/README | sed 's/^ *//; s/^./set -e; &/')"
}
# A route whose workers have not finished what they hold: they are stopped as one stops a clock.
hold() { # ROUTE
    # shellcheck disable=SC2046 # they are words
    kill -STOP $(workers "$1")
}
let_go() { # PIDS...
    kill -CONT "$@"
}
before=$(workers health)
ok "3 reloads of the target lose nobody and turn nobody away" under_load none 3 systemctl reload holos.target
ok "and every reload was heard" is "$(journalctl -o cat | grep -c 'Reload failed')" 0
ok "the workers are other ones" lacks " $(workers health | tr '\n' ' ') " " $before "
ok "2 restarts of every route lose nobody who comes again" under_load again 2 restart_routes
ok "nor does one of the target" under_load again 1 systemctl restart holos.target
ok "an upgrade loses nobody and turns nobody away" under_load none 1 installs
ok "and every worker is the new program's" within 120 fresh_workers
# shellcheck disable=SC2046 # they are words
held=$(workers health) && hold health
systemctl restart --no-block holos@health.service
within 120 test ! -e /run/holos/health.sock
curl -s -m 60 -i http://127.0.0.1/health >"$work/told"
ok "while a restart waits for what a worker holds, callers are told to come again" grep -q "^HTTP/1.1 503" "$work/told"
ok "and when" grep -qi '^Retry-After: [1-9]' "$work/told"
# shellcheck disable=SC2086 # they are words
let_go $held
ok "and are served after it" within 120 answers

# ---- with sockets that systemd holds ------------------------------------------------------------

ok "sockets are given to systemd as README says" as_readme_says 'To put it to use'
ok "all are active" all_active
ok "each socket is systemd's" is "$(systemctl is-active holos@{health,audio-stream,stats}.socket | sort -u)" active
ok "and nginx's to call" is "$(stat -c '%U %G %a' /run/holos/health.sock)" "holos holos 660"
ok "a restart of every route loses nobody and turns nobody away" under_load none 1 restart_routes
ok "nor does one of the target" under_load none 1 systemctl restart holos.target
ok "nor a reload" under_load none 1 systemctl reload holos.target
held=$(workers health) && hold health
systemctl restart --no-block holos@health.service
within 120 eval '[ "$(systemctl is-active holos@health.service)" = deactivating ]'
status /health >"$work/waited" &
waiting=$!
sleep 0.5
ok "who calls while a restart waits for what a worker holds, waits" is "$(<"$work/waited")" ""
# shellcheck disable=SC2086 # they are words
let_go $held
wait "$waiting"
ok "and is served by the next worker" is "$(<"$work/waited")" 200
systemctl stop holos@health.service 2>/dev/null # it says that a call could start it; it cannot
ok "a route that was stopped is an answer at once" is "$(status /health)" 503
ok "and no call starts it" eval '! systemctl is-active holos@health.service holos@health.socket'
systemctl start holos@health.service
all_active

# As it was installed before spawn-fcgi opened the sockets.
as_before() {
    local lib=/usr/local/lib/systemd/system
    mkdir -p "$lib/holos@.service.d" &&
        mv /etc/systemd/system/holos@.socket "$lib/" &&
        mv /etc/systemd/system/holos@.service.d/socket-held.conf "$lib/holos@.service.d/" &&
        printf '%s\t-\t%s\n' folder "$lib/holos@.service.d" file "$lib/holos@.socket" \
            file "$lib/holos@.service.d/socket-held.conf" >>/usr/local/share/holos/installed &&
        systemctl daemon-reload && all_active
}
ok "an installation whose sockets systemd holds" as_before
ok "becomes one of spawn-fcgi by an upgrade, and loses nobody who comes again" under_load again 1 installs
ok "no socket is systemd's any more" is "$(systemctl list-units --all --plain --no-legend 'holos@*.socket')" ""
ok "all are active, each worker with spawn-fcgi's socket" eval 'all_active && ! grep -l LISTEN_FDS= $(workers health | sed "s|.*|/proc/&/environ|")'
ok "sockets are given to systemd again" as_readme_says 'To put it to use'
ok "and taken back as README says" as_readme_says 'To go back'
ok "all are active" all_active
ok "no socket is systemd's" is "$(systemctl list-units --all --plain --no-legend 'holos@*.socket')" ""
ok "a whole restart afterwards" eval 'systemctl restart holos.target && all_active'
ok "no stop had to be forced" is "$(journalctl -o cat | grep -cE 'timed out\. (Killing|Terminating)')" 0

# ---- workers ------------------------------------------------------------------------------------

kill_workers() { # ROUTE
    # shellcheck disable=SC2046 # they are words
    kill -KILL $(workers "$1")
}
other_worker() { # FORMER
    local now
    now=$(workers health) && [ -n "$now" ] && [ "$now" != "$1" ]
}
former=$(workers health)
kill_workers health
ok "a worker that is killed comes back" within 120 other_worker "$former"
ok "and answers" answers
kill -KILL "$(of holos@health.service MainPID)"
ok "so does the whole unit" within 120 eval 'other_worker "$former" && answers'
# Restarts in a row lost callers: each ended workers that were still starting. Here they start as
# slowly as the test wants: not before there is a gate.
program=/usr/local/libexec/holos/incoming-call
mv "$program" "$program.real"
printf '#!/bin/bash\nuntil [ -e /run/holos/gate ]; do sleep 0.05; done\nexec %s\n' "$program.real" >"$program"
chmod 0755 "$program"
starting() { # they are no longer multiwatch or env
    local pid
    for pid in $(workers incoming-call); do
        [ "$(<"/proc/$pid/comm")" = incoming-call ] || return 1
    done
}
systemctl restart holos@incoming-call.service
ok "workers that start slowly are waited for" within 60 starting
former=$(workers incoming-call)
status /telephony/binotel/incoming-call >"$work/waited" &
waiting=$!
systemctl reload holos@incoming-call.service
sleep 0.5
ok "a worker that is asked to leave while it starts is not killed" is "$(workers incoming-call)" "$former"
touch /run/holos/gate
wait "$waiting"
ok "and serves a caller who waits" is "$(<"$work/waited")" 405
ok "before it leaves" within 120 eval '[ -z "$(comm -12 <(sort <<<"$former") <(workers incoming-call | sort))" ]'
mv "$program.real" "$program"
rm /run/holos/gate
systemctl restart holos@incoming-call.service
all_active
mkdir -p /etc/systemd/system/holos@health.service.d
printf '[Service]\nEnvironment=WORKERS=3\n' >/etc/systemd/system/holos@health.service.d/override.conf
systemctl daemon-reload
systemctl restart holos@health.service
ok "a drop-in says how many workers a route has" within 120 eval '[ "$(workers health | wc -l)" = 3 ]'
systemctl stop holos@health.service
ok "a route that was stopped is an answer at once" is "$(status /health)" 503
ok "and nobody's call starts it" eval '! systemctl is-active holos@health.service'
systemctl start holos@health.service
all_active

# ---- a store of another version -----------------------------------------------------------------

version=$(sqlite3 /var/lib/holos/holos.db 'PRAGMA user_version')
sqlite3 /var/lib/holos/holos.db 'PRAGMA user_version = 99'
since=$(date '+%F %T')
systemctl restart holos@health.service
ok "with a store of another version a route says 503" within 120 eval '[ "$(status /health)" = 503 ]'
ok "its log says why" within 120 eval 'journalctl -u holos@health.service --since "$since" -o cat | grep -q "version 99"'
ok "so does the unit that migrates" eval 'systemctl is-failed holos-migrate.service && journalctl -u holos-migrate.service -o cat | grep -q "version 99"'
sleep 2
ok "nothing is restarted over and over" is "$(of holos@health.service NRestarts) $(journalctl -u holos@health.service --since "$since" -o cat | grep -cE 'respawn|next try')" "0 0"
ok "a reload is refused" eval '! systemctl reload holos@health.service'
sqlite3 /var/lib/holos/holos.db "PRAGMA user_version = $version"
ok "once it is mended the same workers answer" within 120 answers
systemctl reset-failed

# ---- secrets ------------------------------------------------------------------------------------

sed -n 's/^LoadCredential=\([A-Z0-9_]*\):.*/\1/p' "$root"/systemd/*.d/secrets.conf | sort -u | while read -r one; do
    install -m 0600 /dev/stdin "/etc/holos/credentials/$one" <<<"hush-$one"
done
rm /etc/holos/credentials/BINOTEL_SIGNATURE_KEY
restart_routes
all_active
gets() { # ROUTE: the secrets that its workers can read
    grep -l '^hush-' "/run/credentials/holos@$1.service/"* 2>/dev/null | sed 's|.*/||' | tr '\n' ' '
}
for one in $routes; do
    wanted=$(sed -n 's/^LoadCredential=\([A-Z0-9_]*\):.*/\1/p' "$root/systemd/holos@$one.service.d/secrets.conf" 2>/dev/null |
        grep -v BINOTEL_SIGNATURE_KEY | sort | tr '\n' ' ')
    ok "$one is handed its own secrets and no other: ${wanted:-none}" is "$(gets "$one")" "$wanted"
done
form=(-d callID=secret-1 -d externalNumber=0671234567 -d internalNumber=0443334455)
ok "without the secret a caller is refused" is "$(status /telephony/binotel/incoming-call "${form[@]}")" 403
ok "with it let in" is "$(status '/telephony/binotel/incoming-call?secret=hush-HOLOS_WEBHOOK_SECRET' "${form[@]}")" 200
ok "and refused after a reload, too" eval 'systemctl reload holos.target && sleep 1 && is "$(status /telephony/binotel/incoming-call "${form[@]}")" 403'
ok "no secret is in a unit's properties or a worker's environment" eval \
    '! systemctl show $services | grep hush- && ! grep -l hush- /proc/[0-9]*/environ'

# ---- the journal --------------------------------------------------------------------------------

journalctl -o json >"$work/journal"
ok "each request is one line, of its route, with its priority" python3 - "$work/journal" <<'PY'
import json, sys
seen = {}
for line in open(sys.argv[1], encoding="utf-8"):
    j = json.loads(line)
    text = j.get("MESSAGE")
    if isinstance(text, str) and " request id=" in text:
        status = int(text.split(" status=")[1].split()[0])
        high = status >= 500 or "err=FORBIDDEN" in text
        assert j["PRIORITY"] == ("4" if high else "6"), line
        assert text.startswith(j["SYSLOG_IDENTIFIER"] + " request "), line
        assert j["_SYSTEMD_UNIT"] == f"holos@{j['SYSLOG_IDENTIFIER']}.service", line
        seen[j["SYSLOG_IDENTIFIER"]] = seen.get(j["SYSLOG_IDENTIFIER"], 0) + 1
print(seen)
assert {"incoming-call", "audio-stream", "call-status", "process-voice", "health"} <= set(seen)
PY
{ journalctl -o cat; cat /var/log/nginx/holos*.log; } >"$work/logs"
for one in hush- 0671234567 671234567 0443334455 працюєте 'secret='; do
    ok "no log has $one" eval '! grep -F -m 1 -e "$one" "$work/logs"'
done

leave
