#!/bin/bash
# README's two commands, in their order, on a machine that has nothing of what they install: `make run`
# until it has served a call and was stopped, and then of `make check` what looks at an installed system.
# What the first leaves behind must not break the second.
#
# In a machine of its own (machine.sh), from which nginx is purged first, with whatever else `tools/need run`
# installs and can be taken away without breaking other packages.
# It is a real systemd's, so a package's service may start here as on a server. A tree made by
# debootstrap would lack more, but takes minutes of a busy processor and hundreds of megabytes.
# The packages come from Debian's mirror, or from what apt has kept; skipped where it has neither.
# check: timeout=900
# shellcheck disable=SC2016 # what stands in single quotes is for eval
# shellcheck disable=SC2034 # world is for machine.sh
world=yes
needs=(make tar dpkg apt-get python3)
# shellcheck source=tests/deploy/machine.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/machine.sh"

tree=/root/holos

online() { # COMMAND...: with the network of the machine around this one
    nsenter --net=/proc/self/fd/9 "$@"
}

packages=$(sed -n "/<<'LIST'/,/^LIST/s/^run *\([^ ]*\).*/\1/p" "$root/tools/need")
# All of nginx goes. Of the rest, what nothing else on this machine depends on.
purge() {
    local one
    dpkg-query -W -f='${Package} ${db:Status-Status}\n' 'nginx*' 'libnginx-mod-*' |
        awk '$2 != "not-installed" {print $1}' | xargs dpkg --force-depends --purge
    for one in $packages; do
        dpkg --purge "$one"
    done
}
download() {
    # shellcheck disable=SC2086 # they are words
    online apt-get install -y -q --no-install-recommends --download-only $packages
}
fetch() {
    download || { online apt-get update -q && download; }
}

# The tree, with what is compiled already. One file is new: compiling and linking is tried, too.
copy_tree() {
    mkdir "$tree" "$tree/build" &&
        tar -C "$root" --exclude=./.git --exclude=./var --exclude=./build -c . | tar -C "$tree" -x &&
        tar -C "$root/build" --exclude=release/tests -c bin release | tar -C "$tree/build" -x &&
        touch "$tree/shared/serve/main.c"
}

serves() {
    grep -q 'Ctrl-C' "$work/said"
}
answers_a_call() {
    (cd "$work" && online "$tree/build/bin/holos" call --port "$port" --no-play --say "Коли ви працюєте?" \
        --say "До побачення") >"$work/call" 2>&1
    cat "$work/call"
    grep -q 'Ми працюємо у будні з 09:00 до 19:00' "$work/call"
}
units_hold() {
    (cd "$tree" && HOLOS_BRIEF=1 "$root/tests/deploy/systemd.sh" inside) >"$work/units" 2>&1 && return
    grep -A 12 '^not ok' "$work/units" || tail -n 20 "$work/units"
    return 1
}

purge >"$work/purged" 2>&1
fetch >"$work/fetched" 2>&1 || whole_skip "the packages cannot be had: $(grep '^[EW]:' "$work/fetched" | tail -n 1)"
left=$(for one in nginx spawn-fcgi multiwatch; do command -v "$one"; done)
ok "nothing that serves is there" is "$left$(find /etc -name '*nginx')" ""
copy_tree

port=$(online python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')
# In a session of its own, as in a terminal: Ctrl-C reaches all of it.
setsid nsenter --net=/proc/self/fd/9 env "$HEARING" make -C "$tree" run PORT="$port" >"$work/said" 2>&1 &
running=$!
ok "make run installs what is missing, builds and serves" within 300 serves
ok "a call is answered" answers_a_call
ok "nginx's own service is installed, neither started nor enabled" is \
    "$(systemctl is-active nginx) $(systemctl is-enabled nginx) $(find /etc/rc?.d -name 'S*nginx')" "inactive disabled "
kill -INT -- "-$running"
ok "Ctrl-C ends it" within 120 eval '! pgrep -f "^[^ ]*(multiwatch|nginx|serve-here).*$tree"'
ended "$running"
ok "make check has all it needs" online "$tree/tools/need" check
ok "and finds the units well: installed, called, taken away again" units_hold
done_testing
