#!/bin/bash
# tools/need with stand-ins for dpkg-query, apt-get, id and sudo: what it says and whom it asks.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

stub() { # NAME: the script is read from standard input
    { echo '#!/bin/sh' && cat; } >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}

mkdir "$work/bin"
for one in sh cat awk grep xargs mktemp rm tail tee sed; do
    ln -s "$(command -v "$one")" "$work/bin/$one"
done
# Nothing but what is named in $HAVE is installed.
stub dpkg-query <<'S'
status=0
for one; do
    case $one in
    -*) continue ;;
    esac
    case " $HAVE " in
    *" all "* | *" $one "*) echo installed ;;
    *) status=1 ;;
    esac
done
exit $status
S
stub apt-get <<'S'
echo "apt-get $*" >>"$STUB_LOG"
S
stub id <<'S'
echo 1000
S
export STUB_LOG="$work/log"

need() { # ARGS...: sets said and code
    : >"$STUB_LOG"
    said=$(PATH=$work/bin TMPDIR=$work "$root/tools/need" "$@" 2>&1 </dev/null)
    code=$?
}

export HAVE=all
if [ -x /usr/sbin/nginx ]; then
    need run
    ok "with everything there it is silent" is "$code$said" 0
    need check
    ok "for the tests too" is "$code$said" 0
fi
need everything
ok "another word is refused" is "$code$said" "2usage: need run|sandbox|check|bench"

export HAVE="gcc libc6-dev"
need run
ok "without root and sudo it fails" is "$code" 1
ok "it says what is missing and why" has "$said" "  espeak-ng              the built-in voice"
ok "but not what is there" lacks "$said" "  gcc "
ok "nor what only tests need" lacks "$said" "libcmocka-dev"
ok "nor what only the sandbox needs" lacks "$said" "python3"
need sandbox
ok "which is asked for when it is to run" has "$said" "  python3                runs the vendors' stand-ins"
ok "beside all the rest" has "$said" "  espeak-ng "
need run
ok "it says what to do" has "$said" "As root, run:
  apt-get update && apt-get install -y --no-install-recommends libfcgi-dev "
ok "it ran nothing" is "$(<"$STUB_LOG")" ""
need check
ok "the tests need more" has "$said" "libcmocka-dev"

stub sudo <<'S'
echo "sudo $1 $2 $4 $5" >>"$STUB_LOG"
printf 'Setting up libfcgi-dev:amd64 (2.4) ...\nof no interest\nSetting up multiwatch (1.0) ...\n'
exit "$SUDO_STATUS"
S
export SUDO_STATUS=0
need run
ok "with sudo it installs" is "$code" 0
ok "it says so before" has "$said" "Installing them with sudo apt-get."
ok "it asks for root once" is "$(<"$STUB_LOG")" "sudo sh -c need libfcgi-dev"
ok "it shows how it goes" has "$said" "  READY   libfcgi-dev
  READY   multiwatch"
ok "and nothing else of what apt-get says" lacks "$said" "of no interest"
export SUDO_STATUS=1
need run
ok "when that fails, it fails" is "$code" 1
ok "and shows what was said" has "$said" "of no interest"
rm -f "$work"/tmp.*

rm "$work/bin/apt-get"
need run
ok "on another system it says what to do" has "$said" "This is not Debian: install the equivalents of libfcgi-dev "
done_testing
