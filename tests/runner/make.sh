#!/bin/bash
# make.sh: what the targets for people do, in a copy of the Makefile's part with a stand-in for each program.
. "$(dirname "$0")/../support/tap.sh"

mkdir -p "$work/tools" "$work/build/bin" "$work/shared/base" "$work/mk"
cp "$root/Makefile" "$work/Makefile"
cp "$root"/mk/*.mk "$work/mk/"
cp "$root/VERSION" "$work/"
for name in tools/need tools/serve-here tools/one-test build/bin/holos; do
    printf '#!/bin/sh\necho "%s $*${HOLOS_BIN:+ from $HOLOS_BIN} port=$PORT"\n' "$name" >"$work/$name"
    chmod +x "$work/$name"
done
dry() { # ARGS...
    make -C "$work" --no-print-directory -n "$@" 2>&1
}
says() { # WANTED ARGS...
    local want=$1
    shift
    dry "$@" | grep -qF -- "$want"
}

ok "a call goes to the business that is named" says "holos call --port 8000 --to 'hotel'" call TO=hotel
ok "and to the usual one" says "holos call --port 8000  " call
ok "a debug build serves its own programs" says "HOLOS_BIN='$work/build/debug/bin'" run VARIANT=debug
ok "the release build serves build/bin" says "HOLOS_BIN='$work/build/bin'" run
ok "one test is asked for by name" says "tools/one-test 'speech/spoken'" test T=speech/spoken
ok "every C file is formatted" says "clang-format -i" format
printf '\nshow-jobs:\n\t@echo "jobs $(MAKEFLAGS)"\n' >>"$work/Makefile"
ok "a build uses every core" eval 'make -C "$work" show-jobs | grep -q -- "-j$(nproc)"'
ok "unless it is told otherwise" eval '! make -C "$work" -j1 show-jobs | grep -q -- "-j$(nproc) "'

cd "$root" || exit 2
ok "a name that no test has is told" eval 'tools/one-test no/such-test 2>&1 | grep -q "no test has \"no.such-test\" in its path"'
done_testing
