#!/bin/bash
# The way out, live: the routes without a network of their own, and calls all the same, through
# holos-egress.service as it is installed, to stand-ins of the vendors. Set up as docs/operations.md
# says; nothing of nginx/egress*.conf is changed but what an operator adds.
#
# In a machine of its own: see machine.sh. Its name server leads every name to the stand-ins
# (names.py), which port 443 reaches there, and whose authority the machine trusts.
# check: timeout=600
# shellcheck disable=SC2016 # what stands in single quotes is for eval
needs=(update-ca-certificates espeak-ng /lib/systemd/systemd-socket-proxyd /usr/lib/nginx/modules/ngx_stream_module.so)
# shellcheck source=tests/deploy/machine.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/machine.sh"

state=/var/lib/holos/holos.db-sandbox # where `holos call --speak` looks for it
vendors=/run/vendors

told() { # EXPRESSION: of what the stand-ins say of themselves, d
    python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
print(eval(sys.argv[2]))' "$state" "$1"
}
control() { # PATH [JSON]
    curl -s -f -m 60 ${2:+-d "$2"} "http://127.0.0.1:$(told 'd["control"]')$1"
}
requests() { # VENDOR
    control /report >"$work/report" &&
        python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["vendors"].get(sys.argv[2], {}).get("requests", 0))' "$work/report" "$1"
}
call() { # ID ARGS...: what the caller got into $work/call, what was kept into $work/kept
    rm -f "$work/call" "$work/kept"
    if ! (cd "$work" && holos call --port 80 --no-play --json --id "$1" -o "$work/sounds-$1" "${@:2}") >"$work/call" 2>"$work/cried"; then
        cat "$work/cried"
        return 1
    fi
    holos show "$1" --json >"$work/kept"
}
by_vendors() {
    holds "$work/kept" 'all((t["heard_by"], t["think_rung"], t["speak_rung"], t["faults"]) == ("google", "claude", "google", 0) for t in d["history"][1:]) and len(d["history"]) > 1'
}
# A call about something that nobody has spoken of yet, so that the answer is no kept one.
n=0
answered_by_vendors() {
    n=$((n + 1))
    call "matter-$n" --speak "Розкажіть про справу $n." && by_vendors &&
        holds "$work/kept" "d['history'][1]['said'].startswith('Справа $n вже готова')"
}
# A request as a handler makes it; the status and what the way out says of itself.
by_egress() { # URL
    setpriv --reuid holos --regid holos --clear-groups curl -s -m 60 --unix-socket /run/holos-egress/egress.sock \
        -o /dev/null -w '%{http_code} %header{x-holos-egress}' "$1"
}

# ---- the world around the machine ---------------------------------------------------------------

begin_world() {
    printf 'nameserver 127.0.0.1\n' >"$work/resolv.conf" && mv -f "$work/resolv.conf" /etc/resolv.conf &&
        systemd-run -q --unit=test-names -p Type=notify python3 "$root/tests/deploy/names.py" &&
        mkdir -p /var/lib/holos &&
        systemd-run -q --unit=test-vendors python3 "$root/tests/vendors/standins.py" --stay \
            --scenario sandbox.json --dir "$vendors" --state "$state" &&
        within 120 test -s "$state" &&
        systemd-run -q --unit=test-https --socket-property=ListenStream=127.0.0.1:443 \
            /lib/systemd/systemd-socket-proxyd "127.0.0.1:$(told 'd["ports"]["shared"]')"
}
trust_vendors() { # as one trusts an authority of one's own
    install -D -m 0644 "$vendors/ca.pem" /usr/local/share/ca-certificates/holos-test.crt &&
        update-ca-certificates
}
secret() { # NAME VALUE
    install -m 0600 /dev/stdin "/etc/holos/credentials/$1" <<<"$2"
}
set_up() { # keys and settings; the service account as its vendor hands it out
    secret ANTHROPIC_API_KEY "$(told 'd["keys"]["claude"][0]')" &&
        secret ANTHROPIC_API_KEY_2 "$(told 'd["keys"]["claude"][1]')" &&
        sed "s|\"token_uri\": .*|\"token_uri\": \"https://oauth2.googleapis.com/token\",|" "$vendors/credentials.json" |
        install -o holos -g holos -m 0400 /dev/stdin /etc/holos/google.json &&
        printf '%s\n' GOOGLE_APPLICATION_CREDENTIALS=/etc/holos/google.json \
            "WHISPER_URL=$(told 'd["urls"]["whisper"]')/inference" >>/etc/holos/holos.env
}
# Every route says what it can reach, from within all that its unit is shut in.
let_routes_try() {
    install -D -m 0755 "$root/tests/deploy/reach.py" /usr/local/lib/holos-test/reach.py &&
        mkdir -p /etc/systemd/system/holos@.service.d &&
        printf '[Service]\nExecStartPost=/usr/local/lib/holos-test/reach.py 443 %s\n' "$(told 'd["ports"]["stt"]')" \
            >/etc/systemd/system/holos@.service.d/reach.conf
}
tried() { # SINCE: what each route said then, "ROUTE reach ..."
    journalctl --since "$1" -o json | python3 -c 'import json, sys
for line in sys.stdin:
    j = json.loads(line)
    if str(j.get("MESSAGE")).startswith("reach "):
        print(j["SYSLOG_IDENTIFIER"], j["MESSAGE"])' | sort -u
}
all_tried() { # SINCE
    [ "$(tried "$1" | wc -l)" -ge "$(wc -l <<<"$routes")" ]
}
expected() { # WHAT: said by every route
    local one
    for one in $routes; do echo "$one $1"; done | sort
}

ok "make install" put
rm /etc/holos/credentials/HOLOS_WEBHOOK_SECRET # all callers are this machine's
ok "the users and the folders are made" eval 'systemd-sysusers && systemd-tmpfiles --create holos.conf'
ok "stand-ins play every vendor, under the vendors' names" begin_world
chown holos:holos /var/lib/holos && chmod 700 /var/lib/holos
ok "their authority is trusted by this machine" trust_vendors
ok "keys and settings" set_up
let_routes_try
systemctl daemon-reload
port=$(told 'd["ports"]["stt"]')

# ---- with a network, to know that the attempts can succeed ---------------------------------------

ok "the way out starts" systemctl enable --now holos-egress
since=$(date '+%F %T')
ok "holos.target starts" systemctl enable --now holos.target
ok "every route is active" all_active
within 120 all_tried "$since"
ok "with a network of the machine's every route could reach a vendor's port" is \
    "$(tried "$since" | cut -d ' ' -f 1-4)" "$(expected "reach 443:yes $port:yes")"
ln -s ../sites-available/holos-plain.conf /etc/nginx/sites-enabled/
ok "nginx takes the site" eval 'systemctl enable nginx && nginx -t && systemctl restart nginx'

# ---- without one --------------------------------------------------------------------------------

install -D -m 0644 /usr/local/share/holos/no-network.conf /etc/systemd/system/holos@.service.d/no-network.conf
sleep 1 # of the journal's time
since=$(date '+%F %T')
ok "the drop-in takes the network away from the routes" eval 'systemctl daemon-reload && systemctl restart "holos@*.service"'
ok "every route is active without it" all_active
within 120 all_tried "$since"
no=EAFNOSUPPORT
ok "no route can reach a vendor, the machine or the world; only the way out's door" is "$(tried "$since")" \
    "$(expected "reach 443:$no $port:$no world:$no v6:$no netlink:$no packet:$no egress:yes own:EACCES")"
around() { # ROUTE: of each worker, what its network has, and what is reached without its filter
    local pid
    for pid in $(workers "$1"); do
        [ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/1/ns/net)" ] || echo "$pid has the machine's network"
        sed -e 1,2d -e 's/:.*//' -e 's/ //g' "/proc/$pid/net/dev"
        [ -z "$(sed 1d "/proc/$pid/net/route")" ] || echo "$pid has a way"
        nsenter -t "$pid" -n python3 "$root/tests/deploy/reach.py" 443 "$port" | cut -d ' ' -f 2-4
    done | sort -u
}
for one in $routes; do
    ok "$one's network has a loopback, which leads nowhere, and nothing else" is "$(around "$one")" \
        "443:ECONNREFUSED $port:ECONNREFUSED world:ENETUNREACH
lo"
    ok "$one is exposed to 0.5 at most" systemd-analyze security --threshold=5 "holos@$one.service"
done
ok "the way out to 1.3 at most" systemd-analyze security --threshold=13 holos-egress.service
ok "it is another user than the routes, and nobody in particular" is \
    "$(ps -o user:20= -p "$(of holos-egress.service MainPID)" | tr -d ' ') $(awk '/^(CapEff|NoNewPrivs|Seccomp):/ {print $2}' "/proc/$(of holos-egress.service MainPID)/status" | tr '\n' ' ')" \
    "holos-egress 0000000000000000 1 2 "

# ---- a call all the same ------------------------------------------------------------------------

ok "a spoken call goes through" call e1 --speak 'Коли ви працюєте?' --speak 'Мене звати Олена' --speak 'До побачення'
ok "what was spoken was heard" holds "$work/call" '[r["transcript"] for r in d["replies"][1:]] == ["Коли ви працюєте?", "Мене звати Олена", "До побачення"]'
ok "every answer has a sound, and the model ended it" holds "$work/call" 'all(r["sounds"] for r in d["replies"]) and d["ended_by"] == "holos"'
ok "it was heard by Google, thought by Claude and spoken by Google, without a fault" by_vendors
ok "each request of it went well" holds "$work/kept" 'all(t["asked"] and all(r["outcome"] == "ok" for r in t["asked"]) for t in d["history"][1:])'
control /report >"$work/report"
ok "the vendors were asked under their own names and by TLS, and had nothing to complain of" holds "$work/report" 'd["violations"] == 0 and d["vendors"]["shared"]["handshakes"] > 0 and all(d["vendors"][v]["requests"] > 0 for v in ("oauth", "stt", "tts", "claude"))'
ok "nobody came to their ports by another way" holds "$work/report" 'all(d["vendors"][v].get("accepts", 0) == 0 for v in ("oauth", "tts", "claude"))'

# ---- the list -----------------------------------------------------------------------------------

whisper=$(told 'd["urls"]["whisper"]')
cp /run/holos-egress/own/resolver.conf "$work/resolver"
before=$(requests shared)
ok "a host that is not on the list is refused" is "$(by_egress http://example.org/v1/messages)" "403 refused"
ok "so is one whose name begins like a vendor's" is "$(by_egress http://api.anthropic.com.example.org/)" "403 refused"
ok "and an address of this machine" is "$(by_egress "http://127.0.0.1:$port/")" "403 refused"
ok "none of them was asked" is "$(requests shared)" "$before"
ok "one that is on it is asked" is "$(by_egress http://api.openai.com/nothing)" "404 "
ok "a server of this machine is refused" is "$(by_egress "$whisper/nothing")" "403 refused"
printf '%s  %s;\n' "${whisper#http://}" "$whisper" >>/etc/nginx/holos/egress-hosts.conf
ok "until the operator's list has it" eval 'systemctl reload holos-egress && within 120 eval "is \"\$(by_egress $whisper/nothing)\" \"404 \""'
cp /etc/resolv.conf "$work/resolv.before"
echo 'nameserver 127.0.0.1 # the same by another line' >>/etc/resolv.conf
ok "a reload asks the name servers that the machine has by then" eval 'systemctl reload holos-egress && is "$(cat /run/holos-egress/own/resolver.conf)" "$(sed "s/127.0.0.1/127.0.0.1 127.0.0.1/" "$work/resolver")"'
cat "$work/resolv.before" >/etc/resolv.conf
matters='{"said": "справу ([0-9]+)", "answer": {"text": "Справа {1} вже готова."}}'
control /scenario "{\"claude\": {\"match\": [$matters]}}" >/dev/null
ok "calls go on after that" answered_by_vendors
control /misbehave '{"vendor": "stt", "what": "status", "status": 503}' >/dev/null
ok "and where Google is down that server hears" eval 'call e2 --speak "Розкажіть про справу 0." && holds "$work/kept" "[(t[\"heard_by\"], t[\"think_rung\"]) for t in d[\"history\"][1:]] == [(\"whisper\", \"claude\")]"'
control /misbehave '{"vendor": "stt", "what": "well"}' >/dev/null

# ---- the operator's look ------------------------------------------------------------------------

check_live() { # as docs/operations.md says
    # shellcheck disable=SC2012,SC2046 # they are words
    systemd-run -q --pipe --wait -p User=holos -p EnvironmentFile=-/etc/holos/holos.env \
        $(ls /etc/holos/credentials | sed 's|.*|-p LoadCredential=&:/etc/holos/credentials/&|') \
        -p PrivateNetwork=yes -p Environment=HOLOS_EGRESS=unix:/run/holos-egress/egress.sock \
        holos check --live
}
control /scenario "{\"stt\": {\"lines\": [\"так\", \"так\"]}, \"claude\": {\"match\": [$matters, {\"any\": true, \"answer\": {\"text\": \"Так.\"}}]}}" >/dev/null
mv "$state" "$work/state" # as with true vendors, none is told beforehand what it will hear
check_live >"$work/live" 2>&1
live=$?
mv "$work/state" "$state"
ok "holos check --live asks the vendors by the way out" eval "is $live 0 || { grep -w fault \"\$work/live\"; false; }"
ok "each of them" is "$(sed '1,/^live/d' "$work/live" | awk '$1 == "ok" {print $2}' | sort -u | tr '\n' ' ')" \
    "cost google hear-google hear-whisper speak-google think-claude think-claude-2 think-claude-fallback "

# ---- without the way out ------------------------------------------------------------------------

ok "the way out stops" systemctl stop holos-egress
ok "the routes do not" all_active
ok "a call goes on" call e3 --say 'Коли ви працюєте?' --speak 'Мене звати Олена'
ok "by the rules and espeak-ng" holds "$work/kept" '[(t["think_rung"], t["speak_rung"]) for t in d["history"][1:]][0] == ("rules", "espeak") and d["history"][2]["speak_rung"] == "espeak"'
ok "with a sound to everything that is said" holds "$work/call" 'all(r["sounds"] for r in d["replies"])'
ok "and the caller is answered what the profile knows" grep -q 'Ми працюємо у будні з 09:00 до 19:00' "$work/call"
systemctl start holos-egress
ok "once it is back the vendors answer again, by themselves" within 120 answered_by_vendors
ok "nothing was restarted for it" is "$(for one in $routes; do of "holos@$one.service" NRestarts; done | sort -u)" 0

# ---- secrets ------------------------------------------------------------------------------------

journalctl -o cat >"$work/said"
cat /var/log/nginx/*.log >>"$work/said" 2>/dev/null
{
    told '"\n".join(k for v in d["keys"].values() for k in v)'
    python3 -c 'import json, sys; print(*json.load(open(sys.argv[1]))["private_key"].split("\n")[1:-2], sep="\n")' /etc/holos/google.json
    printf '%s\n' 'ya29.' 'PRIVATE KEY' 'Bearer ' працюєте Олена
} >"$work/secrets"
ok "the journal has lines of every route and of the way out" eval \
    'for one in $routes; do journalctl -q -u holos@$one.service -o cat | grep -q . || exit 1; done; journalctl -q -u holos-egress.service | grep -q .'
ok "no key and no word of a caller is in any log" eval '[ "$(wc -l <"$work/secrets")" -gt 10 ] && ! grep -nFf "$work/secrets" "$work/said"'
ok "no key is in a unit's properties or a process's environment" eval \
    '! systemctl show $services holos-egress.service | grep -Ff "$work/secrets" && ! grep -lFf "$work/secrets" /proc/[0-9]*/environ'
ok "nothing failed" is "$(systemctl list-units --failed --plain --no-legend)" ""
ok "holos.target stops, and the way out with it" eval 'systemctl stop holos.target && within 90 eval "! systemctl is-active holos-egress holos@health"'
done_testing
