#!/bin/bash
# make install and make uninstall into a folder of their own, and the units that come out.
# check: timeout=120
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# The real programs when they are built, else stand-ins. MAKEFLAGS of a make around us would meddle.
unset MAKEFLAGS MAKELEVEL MFLAGS DESTDIR PREFIX
if have_programs; then
    bin=$programs
else
    standin "$work/s" || exit 1
    bin=$work/s/bin
fi
routes=$("$bin/holos" routes | cut -f 1)
flat=$(tr '\n' ' ' <<<"$routes")

put() { # FOLDER [PREFIX]
    make -s -C "$root" install-files DESTDIR="$1" PREFIX="${2:-/usr/local}" BIN="$bin" ROUTES="$flat" TOOLS='holos holos-sync'
}
take() { # FOLDER [PREFIX]
    make -s -C "$root" uninstall DESTDIR="$1" PREFIX="${2:-/usr/local}"
}
tree() { # FOLDER: every path with its mode and checksum
    (cd "$1" && find . -mindepth 1 ! -type l -printf '%p %m\n' && find . -type f -exec sha256sum {} +) | sort
}
every_route_has() { # FORMAT: with %s for the route, a path that must be there
    local route path
    for route in $routes; do
        # shellcheck disable=SC2059 # the format is the argument
        path=$(printf "$1" "$route")
        [ -e "$path" ] || {
            echo "no $path"
            return 1
        }
    done
}

d="$work/a place/d"
ok "it installs into a folder that is not there yet" put "$d"
ok "every route's program is there" every_route_has "$d/usr/local/libexec/holos/%s"
ok "every route knows its number of workers" every_route_has "$d/usr/local/lib/systemd/system/holos@%s.service.d/10-workers.conf"
ok "the operator's tool is there and runs" test -x "$d/usr/local/bin/holos"
ok "nginx's locations are those of the routes" grep -q 'location = /health {' "$d/etc/nginx/holos/routes.conf"
ok "the language packs stand beside the profiles" cmp "$root/profiles/languages/uk.json" "$d/etc/holos/profiles/languages/uk.json"
ok "and with the program, so that an older folder of profiles is served" cmp "$root/profiles/languages/uk.json" "$d/usr/local/share/holos/languages/uk.json"
ok "secrets have a folder for root alone" is "$(stat -c %a "$d/etc/holos/credentials")" 700
ok "no placeholder is left" is "$(grep -rlE '@[A-Z]+@' "$d" --include='*.conf' --include='*.service' --include='*.target' --include=backup-store)" ""
ok "the target wants every route" is "$(sed -n 's/^Wants=holos@/holos@/p' "$d/usr/local/lib/systemd/system/holos.target" | tr ' ' '\n')" \
    "$(for route in $routes; do echo "holos@$route.service"; done)"
ok "every setting of the environment file is commented out" is "$(grep -cvE '^(#.*)?$' "$d/etc/holos/holos.env")" 0

tree "$d" >"$work/once"
put "$d" >/dev/null
tree "$d" >"$work/twice"
ok "installing again changes nothing" diff "$work/once" "$work/twice"

echo "# mine" >>"$d/etc/nginx/holos/tls.conf"
echo "old" >"$d/etc/nginx/holos/former.conf"
printf 'file\t-\t/etc/nginx/holos/former.conf\n' >>"$d/usr/local/share/holos/installed"
said=$(put "$d")
ok "a changed configuration file is kept" grep -q '^# mine' "$d/etc/nginx/holos/tls.conf"
ok "and the new one put beside it, which is said" has "$said" "keeps   /etc/nginx/holos/tls.conf"
ok "the new one is the shipped one" cmp "$root/nginx/tls.conf" "$d/etc/nginx/holos/tls.conf.new"
ok "what a former version put is taken away" test ! -e "$d/etc/nginx/holos/former.conf"
printf 'file\t-\t/usr/local/lib/systemd/system/holos@.socket\n' >>"$d/usr/local/share/holos/installed"
touch "$d/usr/local/lib/systemd/system/holos@.socket"
put "$d" >/dev/null
ok "so are the sockets that were systemd's" test ! -e "$d/usr/local/lib/systemd/system/holos@.socket"
echo "# old limits" >"$d/etc/nginx/holos/limits.conf"
sum=$(sha256sum <"$d/etc/nginx/holos/limits.conf" | cut -d ' ' -f 1)
sed -i "s|^conf\t[0-9a-f]*\t/etc/nginx/holos/limits.conf|conf\t$sum\t/etc/nginx/holos/limits.conf|" "$d/usr/local/share/holos/installed"
put "$d" >/dev/null
ok "an unchanged one follows the upgrade" cmp "$root/nginx/limits.conf" "$d/etc/nginx/holos/limits.conf"

# As an installation of before: its profiles are whole, there are no packs, and one was changed
# here.
if have_programs; then
    rm -r "$d/etc/holos/profiles/languages"
    cp "$root/tests/profiles/salon-before.json" "$d/etc/holos/profiles/salon.json"
    cp "$root/tests/profiles/hotel-before.json" "$d/etc/holos/profiles/hotel.json"
    HOLOS_TREE='' HOLOS_PROFILES="$d/etc/holos/profiles" HOLOS_LANGUAGES="$d/usr/local/share/holos/languages" HOLOS_DB="$work/none.db" \
        "$bin/holos" check >"$work/checked" 2>&1
    ok "the profiles of the version before are served as they are" grep -qE '^ +ok +salon ' "$work/checked"
    put "$d" >/dev/null
    ok "an upgrade keeps a profile that was changed" cmp "$root/tests/profiles/salon-before.json" "$d/etc/holos/profiles/salon.json"
    rm -f "$d"/etc/holos/profiles/*.new "$d"/etc/holos/profiles/*.json
    put "$d" >/dev/null
fi

mkdir -p "$d/var/lib/holos"
echo data >"$d/var/lib/holos/holos.db"
echo secret >"$d/etc/holos/credentials/BINOTEL_API_KEY"
ok "it uninstalls" take "$d"
ok "nothing is left but data, secrets and what was changed" is "$(cd "$d" && find . -type f | sort)" \
    "./etc/holos/credentials/BINOTEL_API_KEY
./etc/nginx/holos/tls.conf
./var/lib/holos/holos.db"
said=$(take "$d" 2>&1)
ok "uninstalling what is not there is an error" test $? != 0
ok "that says so" has "$said" "is not installed"

put "$work/b" /usr >/dev/null
ok "with PREFIX=/usr the units know it" grep -q ' /usr/libexec/holos/%i$' "$work/b/usr/lib/systemd/system/holos@.service"
take "$work/b" /usr >/dev/null
ok "uninstalling what nobody touched leaves nothing at all" is "$(find "$work/b" -mindepth 1)" ""
put "$work/c" /opt/holos >/dev/null
ok "elsewhere the units go where systemd looks" test -f "$work/c/etc/systemd/system/holos@.service"
take "$work/c" /opt/holos >/dev/null
ok "and leave nothing either" is "$(find "$work/c" -mindepth 1)" ""

# ---- units --------------------------------------------------------------------------------------

put "$work/d" >/dev/null
units="$work/units"
cp -r "$work/d/usr/local/lib/systemd/system" "$units"
# What they start is where DESTDIR put it, or verify would miss the programs.
find "$units" -type f -exec sed -i "s|/usr/local/|$work/d/usr/local/|g" {} +

verify() {
    local route all=("$units/holos.target" "$units"/holos-{migrate,egress}.service "$units"/holos-{sweep,backup}.{service,timer})
    for route in $routes; do
        all+=("$units/holos@$route.service")
        [ ! -e "$units/holos@.socket" ] || all+=("$units/holos@$route.socket")
    done
    SYSTEMD_UNIT_PATH="$units:" systemd-analyze verify --man=no "${all[@]}" >"$work/verify" 2>&1 || {
        cat "$work/verify"
        return 1
    }
    ! grep -F "$units" "$work/verify"
}
score() { # UNIT TENTHS
    SYSTEMD_UNIT_PATH="$units:" systemd-analyze security --offline=true --threshold="$2" "$units/$1"
}

if systemd-analyze --version >/dev/null 2>&1 && [ -d /lib/systemd/system ]; then
    ok "systemd finds no fault in any unit" verify
    ok "a route is sandboxed: exposure at most 1.3" score holos@health.service 13
    for one in migrate sweep backup; do
        ok "so is holos-$one: exposure at most 0.6" score "holos-$one.service" 6
    done
    ok "so is the way out: exposure at most 1.3" score holos-egress.service 13
    mkdir -p "$units/holos@.service.d"
    cp "$work/d/usr/local/share/holos/no-network.conf" "$units/holos@.service.d/"
    ok "without a network a route is exposed less: at most 0.5" score holos@health.service 5
    ok "and systemd finds no fault in that" verify
    rm -r "$units/holos@.service.d"
    held=$work/d/usr/local/share/holos/socket-held
    mkdir "$units/holos@.service.d"
    cp "$held/holos@.socket" "$units/"
    sed "s|/usr/local/|$work/d/usr/local/|g" "$held/socket-held.conf" >"$units/holos@.service.d/socket-held.conf"
    ok "nor in those with sockets that systemd holds" verify
    ok "which shut a route in as tightly" score holos@health.service 13
    rm -r "$units/holos@.service.d" "$units/holos@.socket"
    ok "a secret that does not exist does not stop a unit" is \
        "$(grep -h ^LoadCredential "$root"/systemd/*.d/secrets.conf | sed 's/.*=\(.*\):.*/\1/' | sort)" \
        "$(grep -h ^SetCredential "$root"/systemd/*.d/secrets.conf | sed 's/.*=\(.*\):.*/\1/' | sort)"
    ok "the user and nginx's way to the sockets are understood" systemd-sysusers --root="$work/d" --dry-run holos.conf
else
    for one in "no fault in any unit" "a route is sandboxed" "the user is understood"; do
        skip "$one" "systemd-analyze is not usable here"
    done
fi
secrets=$(grep -hoE '^(TEXT)\([A-Z0-9_]+, "[^"]*", (true|[A-Z]+_KEY)' "$root/shared/base/settings.def" | sed 's/.*(\([A-Z0-9_]*\),.*/\1/' | sort)
ok "every secret of the settings reaches some unit as a credential" is \
    "$(grep -hoE 'LoadCredential=[A-Z0-9_]+' "$root"/systemd/*.d/secrets.conf "$root/systemd/holos-sync.service" | cut -d = -f 2 | sort -u)" "$secrets"
kept=$(sed -n 's/^readonly KEEP=(\(.*\))$/\1/p' "$root/tools/serve-here")
for one in holos@.service socket-held/socket-held.conf; do
    ok "$one and make run keep workers the same way" is "$(grep -o -- '-r [0-9]* -t [0-9]*' "$root/systemd/$one")" "$kept"
done
ok "the unit and make run open sockets the same way" is \
    "$(grep -o -- 'spawn-fcgi -n .* --$' < <(sed -n 's|^ExecStart=/usr/bin/\(spawn-fcgi -n.* --\) /usr/bin/multiwatch .*|\1|p' "$root/systemd/holos@.service") | sed 's|/run/holos/%i|SOCKET|')" \
    "$(sed -n 's|.* "$route" \(spawn-fcgi -n -s\) "run/$route\(.sock\)" \(.* --\) .*|\1 SOCKET\2 \3|p' "$root/tools/serve-here")"
for one in $(grep -oE '^#?[A-Z_]+=' "$root/.env.example" | tr -d '#='); do
    grep -q "($one," "$root/shared/base/settings.def" || unknown="${unknown:-} $one"
done
ok ".env.example names only settings that exist" is "${unknown:-}" ""
done_testing
