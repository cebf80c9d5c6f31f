# Shared by the scripts of tests/deploy/ that need the installed units under a systemd. Whatever sources
# this goes on inside a machine of its own: the systemd is process 1 of new namespaces (processes,
# mounts, network, names, cgroups), on a copy of this machine's root that is written to memory only
# (overlay), with a loopback and nothing else for a network. All of it is gone when process 1 is. Needs
# root and a kernel that grants these; says what is missing where it cannot run. What a script needs
# beside that are the programs and files of its array `needs`. A script that sets `world` finds the
# network of this machine as descriptor 9.
# shellcheck shell=bash
# shellcheck disable=SC2016 # what stands in single quotes is for eval
# shellcheck source=tests/deploy/lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
self=$root/tests/deploy/${0##*/}

# ---- the machine --------------------------------------------------------------------------------

# Process 1 before it becomes systemd: builds its root in the folder $1.
boot() {
    set -e
    local new=$1/root one
    mount --make-rprivate /
    mount -t tmpfs -o mode=0755,size=75% tmpfs "$1"
    mkdir "$1/upper" "$1/work" "$new"
    mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$new"
    cd "$new"
    [ ! -e /etc/resolv.conf ] || cp --remove-destination -L /etc/resolv.conf etc/resolv.conf
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mountpoint -q sys/fs/cgroup || mount -t tmpfs tmpfs sys/fs/cgroup 2>/dev/null || :
    mount -t cgroup2 cgroup2 sys/fs/cgroup
    mount -t tmpfs -o mode=0755 tmpfs dev
    for one in null zero full random urandom tty; do
        : >"dev/$one"
        mount --bind "/dev/$one" "dev/$one"
    done
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    mount -t tmpfs -o mode=1777 tmpfs dev/shm
    mount -t tmpfs -o mode=0755 tmpfs run
    mount -t tmpfs -o mode=1777 tmpfs var/tmp
    mount -t tmpfs -o mode=1777 tmpfs tmp
    for one in "$root" "$programs"; do # wherever they are, in a folder that was just hidden too
        mkdir -p "$new$one"
        mount --bind "$one" "$new$one"
    done
    # Nothing of what this machine has switched on, or has of holos.
    rm -rf etc/systemd/system etc/holos etc/nginx/holos etc/nginx/sites-enabled var/lib/holos \
        var/cache/holos var/log/journal usr/sbin/policy-rc.d
    mkdir -p etc/systemd/system etc/systemd/journald.conf.d etc/nginx/sites-enabled old
    printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\n' >etc/systemd/journald.conf.d/test.conf
    printf '%032x\n' $$ >etc/machine-id
    pivot_root . old
    umount -l /old
    mount --make-rshared / # systemd hands credentials over by a mount that must be seen everywhere
    exec env -i container=holos-test PATH="$PATH" LC_ALL=C.UTF-8 \
        /lib/systemd/systemd --system --unit=basic.target --log-target=journal
}

whole_skip() { # REASON
    printf '1..0 # SKIP %s\n' "$1"
    exit 0
}

cgroups=
group=
init=
remove_group() {
    local i
    for ((i = 0; i < 100; i++)); do
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
        [ -d "$group" ] || return 0
        sleep 0.05
    done
    echo "# $group is still there"
}
end_machine() {
    [ -z "$init" ] || kill -KILL "$init" 2>/dev/null
    [ -z "${starter:-}" ] || wait "$starter" 2>/dev/null
    [ -z "$group" ] || remove_group
}

need_of_machine() {
    [ "$(id -u)" = 0 ] || whole_skip "only root can start a systemd of its own"
    have_programs || whole_skip "the programs are not built"
    local one
    # shellcheck disable=SC2154 # needs is the script's, if it has any
    for one in /lib/systemd/systemd unshare nsenter setpriv pivot_root spawn-fcgi nginx sqlite3 ${needs[@]+"${needs[@]}"}; do
        command -v "$one" >/dev/null || [ -f "$one" ] || whole_skip "$one is not installed"
    done
    cgroups=$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)
    [ -n "$cgroups" ] || whole_skip "no cgroup2 hierarchy is mounted"
    mkdir "$work/try" "$work/machine"
    unshare -m -p -n -u -i -C --fork bash -c "mount -t tmpfs tmpfs $work/try && cd $work/try && mkdir u w r && \
        mount -t overlay -o lowerdir=/,upperdir=u,workdir=w overlay r && mount -t cgroup2 cgroup2 w" \
        >"$work/try.out" 2>&1 || whole_skip "the kernel refuses namespaces, overlay or cgroup2: $(tail -n 1 "$work/try.out")"
    for one in "$cgroups"/holos-test.*; do # of runs that were killed
        [ -d "$one" ] && ! kill -0 "${one##*.}" 2>/dev/null && grep -q '^populated 0' "$one/cgroup.events" &&
            find "$one" -depth -type d -exec rmdir {} +
    done
    mkdir "$cgroups/holos-test.$$" 2>/dev/null || whole_skip "no cgroup can be made in $cgroups"
    group=$cgroups/holos-test.$$
    { bash -c 'echo $$ >"$1/cgroup.procs"' - "$group"; } 2>/dev/null ||
        whole_skip "no process can be put into a cgroup"
}

inside() { # COMMAND...: in the machine
    nsenter -t "$init" -m -p -n -u -i -C --root --wd env -i LC_ALL=C.UTF-8 HOME=/root HOLOS_BIN="$programs" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

has_started() {
    init=$(pgrep -P "$starter") && case $(inside systemctl is-system-running 2>/dev/null) in
    running | degraded) return 0 ;;
    esac
    return 1
}

start_machine() {
    trap 'exit 130' INT TERM HUP
    cleaners+=(end_machine)
    need_of_machine
    (
        echo "$BASHPID" >"$group/cgroup.procs"
        exec setpriv --pdeathsig KILL unshare -m -p -n -u -i -C --kill-child --fork \
            "$self" boot "$work/machine" >"$work/boot.out" 2>&1 </dev/null
    ) &
    starter=$!
    within 180 has_started || {
        echo "Bail out! systemd did not start: $(tail -n 3 "$work/boot.out" | tr '\n' ' ')"
        exit 1
    }
    if [ -n "${world:-}" ]; then
        exec 9</proc/self/ns/net
    fi
    inside "$self" inside &
    wait $!
}

case ${1:-} in
boot)
    trap - EXIT
    rmdir "$work"
    boot "$2"
    ;;
inside) cd / || exit 1 ;;
*)
    start_machine
    exit
    ;;
esac

# ---- from here on inside ------------------------------------------------------------------------

unset MAKEFLAGS MAKELEVEL MFLAGS DESTDIR PREFIX
export SYSTEMD_PAGER='' SYSTEMD_COLORS=0
routes=$("$programs/holos" routes | cut -f 1)
services=$(for one in $routes; do echo "holos@$one.service"; done)
tap_details() { journalctl -o cat -n 15 -p notice; }

put() {
    make -s -C "$root" install-files PREFIX=/usr/local BIN="$programs" ROUTES="$(tr '\n' ' ' <<<"$routes")" TOOLS='holos holos-sync'
}
there() { # every file and folder that installing may touch
    find /usr/local /etc -mindepth 1 \( -path /etc/systemd/system -prune -o -print \) | sort
}
status() {
    curl -s -m 60 -o /dev/null -w '%{http_code}' "http://127.0.0.1$1" "${@:2}"
}
of() { # UNIT PROPERTY
    systemctl show -P "$2" "$1"
}
workers() { # ROUTE: their process ids
    pgrep -P "$(of "holos@$1.service" MainPID)"
}
every_route_is_there() { # its unit and its socket
    local one
    for one in $routes; do
        systemctl is-active "holos@$one.service" && [ -S "/run/holos/$one.sock" ] || return 1
    done
}
all_active() {
    # shellcheck disable=SC2086 # they are words
    within 60 every_route_is_there || {
        systemctl status $services
        ls -l /run/holos
        return 1
    }
}
