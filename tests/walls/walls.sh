#!/bin/bash
# check: timeout=300
# walls.sh: the walls between the rooms, as TAP. What a reviewer would have to look for by eye.
set -uo pipefail
shopt -s lastpipe # check counts in this shell, though it stands at the end of a pipe
cd "$(dirname "$0")/../.." || exit 2
export LC_ALL=C.UTF-8

readonly ROOMS=(base wire net language business store report providers speech think calls serve lines) # from below
number=0
bad=0

# A file is read once by one program wherever that will do: a thousand processes took half a minute.

# check NAME: what stands on standard input are the offences; none is a pass.
check() {
    local offences
    offences=$(cat)
    number=$((number + 1))
    if [ -z "$offences" ]; then
        echo "ok $number - $1"
    else
        bad=$((bad + 1))
        echo "not ok $number - $1"
        printf '%s\n' "$offences" | head -n 40 | sed 's/^/# /'
    fi
}

skip() { # NAME REASON
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

c_files() { # FOLDER...: every C file and header below those that exist
    local folder
    for folder; do
        [ ! -d "$folder" ] || find "$folder" -name '*.[ch]' | sort
    done
}

# The tree as it would be committed; without git, every file that is no build product.
tree() {
    if git rev-parse --git-dir >/dev/null 2>&1; then
        git ls-files -co --exclude-standard
    else
        find . \( -name .git -o -path ./build -o -path ./var \) -prune -o -type f -printf '%P\n'
    fi | while IFS= read -r f; do [ ! -f "$f" ] || printf '%s\n' "$f"; done
}

# ---- who includes what --------------------------------------------------------------------------

includers() { # HEADER-REGEX: product files that include it
    c_files shared handlers tools | xargs -r grep -lE "^ *# *include *[<\"]$1[>\"]" || true
}

one_includer() { # REGEX ALLOWED-REGEX MOST
    local found
    found=$(includers "$1")
    [ -z "$found" ] || grep -vE "^($2)$" <<<"$found" | sed 's/$/ includes it too/'
    [ "$(grep -c . <<<"$found")" -le "$3" ] || echo "$found"
}

one_includer 'fcgiapp\.h|fcgi_stdio\.h|fcgi_config\.h' 'shared/serve/fcgi\.c' 1 |
    check "fcgiapp.h is known to serve/fcgi.c alone"
one_includer 'curl/.*' 'shared/net/[a-z_]+\.c' 1 | check "libcurl is known to one file of net/ alone"
one_includer 'sqlite3\.h' 'shared/store/(store|db)\.c' 1 | check "sqlite3.h is known to one file of store/ alone"
one_includer '(cjson/)?cJSON\.h' 'shared/wire/json\.c' 1 | check "cJSON.h is known to wire/json.c alone"
one_includer 'openssl/.*' 'shared/[a-z]+/[a-z_]+\.c' 2 | check "openssl is known to at most two files"

# Every include of one of ours, as "file room": the room or folder that it names.
includes=$(c_files shared handlers tools | xargs -r grep -HE '^ *# *include *"' |
    sed -nE 's|^([^:]*): *# *include *"(\.\./)*(shared/)?([a-z]+)/.*|\1 \4|p')
higher_rooms() {
    awk -v rooms="${ROOMS[*]}" '
        BEGIN { n = split(rooms, name, " "); for (i = 1; i <= n; i++) floor[name[i]] = i
                floor["handlers"] = n + 1; floor["tools"] = n + 2; floor["tests"] = n + 3 }
        { split($1, at, "/"); from = at[1] == "shared" ? at[2] : at[1]
          if ($2 in floor && floor[$2] > floor[from]) print $1 " includes " $2 "/" }' <<<"$includes"
}
higher_rooms | check "no room includes a higher one"
python3 tests/walls/circles.py shared | check "no headers include one another in a circle"

# The engine carries requests and responses; a handler names its line, which alone takes turns.
calls_outside_lines() {
    c_files shared/serve | xargs -r grep -nHE '^ *# *include *"' | grep -vE '"(base|wire|serve)/|"calls/app\.h"'
    c_files handlers | xargs -r grep -nHE '^ *# *include *"calls/turn\.h"'
}
calls_outside_lines | check "serve knows no call, and a handler leaves calls to its line"

strange_rooms() {
    local folder
    for folder in shared/*/; do
        folder=${folder#shared/}
        [[ " ${ROOMS[*]} " == *" ${folder%/} "* ]] || echo "shared/$folder is not a room of the plan"
    done
}
strange_rooms | check "every folder of shared/ is a room"

private_headers() { # a header whose first line says private is included in its own room only
    c_files shared | grep '\.h$' | xargs -r awk 'FNR <= 2 && tolower($0) ~ /private/ { print FILENAME }' |
        sort -u | awk 'NR == FNR { private[substr($0, 8)]; next }
            { split($1, at, ":"); split(at[1], room, "/"); header = $2
              split(header, home, "/")
              if (header in private && !(room[1] == "shared" && room[2] == home[1])) print at[1] " includes " header }' \
            - <(c_files shared handlers tools | xargs -r grep -HoE '^ *# *include *"[^"]*' | sed -E 's|: *# *include *"(shared/)?|: |')
}
private_headers | check "a private header stays in its room"

# ---- no I/O in wire/, language/ and business/ -----------------------------------------------------------------

# zone_stretches is not in the list: business/ takes the tz database as a table of what is so, like the calendar.

io='open|open64|openat|creat|read|write|pread|pwrite|readv|writev|fopen|fopen64|fdopen|freopen|fread|fwrite'
io+='|fputs|fputc|fgets|fgetc|getline|printf|fprintf|vfprintf|puts|putchar|perror|fflush|scanf|fscanf'
io+='|socket|connect|accept|accept4|bind|listen|send|sendto|sendmsg|recv|recvfrom|recvmsg|poll|ppoll|select'
io+='|epoll_create1|epoll_wait|getenv|secure_getenv|setenv|putenv|time|clock|clock_gettime|gettimeofday'
io+='|nanosleep|clock_nanosleep|sleep|usleep|fork|vfork|execve|execvp|posix_spawn|posix_spawnp|waitpid|kill'
io+='|unlink|rename|mkdir|opendir|readdir|stat|stat64|fstat|fstat64|lstat|access|mmap|ioctl|fcntl|fcntl64'
io+='|flock|pipe|pipe2|getrandom|random|rand|isatty|syslog|tzset|localtime_r|mktime|log_event|child_run'
io+='|file_read|file_replace|clock_unix_ms|clock_mono_us|deadline_sleep|deadline_in_ms|setting_text'
io+='|setting_number|setting_on|settings_load|zone_local'

io_of() { # ROOM: "object symbol" for everything it calls that touches the world
    local object name objects=()
    for object in build/release/shared/"$1"/*.o; do
        name=${object##*/}
        [ ! -f "shared/$1/${name%.o}.c" ] || objects+=("$object")
    done
    nm -A -u "${objects[@]}" | sed -E 's/^([^:]*):.* ([^ @]*)(@.*)?$/\1 \2/; s/ __(.*)_chk$/ \1/; s/ __isoc99_/ /' |
        awk -v io="^($io)\$" '$2 ~ io { print $1 " calls " $2 }'
}
for room in wire language business; do
    if ! compgen -G "shared/$room/*.c" >/dev/null; then
        skip "$room/ does no input or output" "the room has no file yet"
    elif ! compgen -G "build/release/shared/$room/*.o" >/dev/null; then
        skip "$room/ does no input or output" "not built; make build/release/libholos.a"
    else
        io_of "$room" | check "$room/ does no input or output"
    fi
done

# A route that names neither the voice nor the providers carries no vendor along.
vendors_for_nothing() {
    local route
    for route in build/bin/*; do
        route=${route##*/}
        [ -f "handlers/$route.c" ] || continue
        grep -qE '&app_(voice|providers)' "handlers/$route.c" && continue
        readelf -d "build/bin/$route" | grep -E 'NEEDED.*libcurl' | sed "s,^,$route: ,"
    done
}
if compgen -G "build/bin/*" >/dev/null; then
    vendors_for_nothing | check "a route that asks no vendor is linked without libcurl"
else
    skip "a route that asks no vendor is linked without libcurl" "not built"
fi

# ---- shape --------------------------------------------------------------------------------------

functions=$(c_files shared handlers tools tests | grep '\.c$' | xargs -r python3 tests/walls/functions.py)

long_functions() {
    awk 'NR == FNR { if (NF > 2) told[$1, $2]; next }
         $1 > 60 && !($2 ~ /^tests\/.*\.t\.c$/ && $3 == "main") && !(($2, $3) in told) { print $2 ": " $3 " has " $1 " lines" }' \
        tests/walls/long-functions.txt - <<<"$functions" # main of a test is its list
}
long_functions | check "no function is longer than 60 lines"

stale_exceptions() {
    local file name rest
    grep -v '^#' tests/walls/long-functions.txt | while read -r file name rest; do
        [ -n "$rest" ] || echo "$file $name: no reason is given"
        awk -v f="$file" -v n="$name" '$2 == f && $3 == n && $1 > 60 { found = 1 } END { exit !found }' \
            <<<"$functions" || echo "$file $name: is no longer so long"
    done
}
stale_exceptions | check "every exception for a long function is needed and has its reason"

product=$(grep -vE '^[0-9]+ tests/' <<<"$functions")

awk '$5 > 25 { print $2 ": " $3 " has complexity " $5 }' <<<"$product" |
    check "no function of the product is more complex than 25"

many_parameters() {
    awk 'NR == FNR { if ($0 !~ /^#/ && NF > 1) { told[$1 " " $2]; if (NF > 2) why[$1 " " $2] } next }
         $4 >= 6 { has = $2 " " $3; many[has]; if (!(has in why)) print $2 ": " $3 " has six parameters or more, and no reason" }
         END { for (name in told) if (!(name in many)) print name ": no longer has so many" }' \
        tests/walls/many-parameters.txt - <<<"$product"
}
many_parameters | check "six parameters or more have a written reason"

# An exported function begins with a word of its file's name or with its room's, one or many; else
# names.txt says why.
if compgen -G "build/release/shared/base/*.o" >/dev/null; then
    nm -A -g --defined-only build/release/shared/*/*.o | python3 tests/walls/names.py |
        check "an exported name begins with its file's name"
else
    skip "an exported name begins with its file's name" "not built"
fi

median=$(grep -vE ' tests/' <<<"$functions" | sort -n |
    awk '{ n[NR] = $1 } END { print NR ? n[int((NR + 1) / 2)] : 0 }')
echo "# the median function of the product has $median lines (bar: 10)"
{ [ "$median" -le 14 ] || echo "it has $median"; } | check "the median function has at most 14 lines"

c_files shared handlers tools tests | xargs -r wc -l | awk '$2 != "total" && $1 > 800 { print $2 ": " $1 " lines" }' |
    grep -v '^tests/.*\.t\.c:' | check "no file is longer than 800 lines"
c_files tests | grep '\.t\.c$' | xargs -r wc -l | awk '$2 != "total" && $1 > 900 { print $2 ": " $1 " lines" }' |
    check "no list of tests is longer than 900 lines"

typedefs() {
    c_files shared handlers tools | xargs -r grep -nE '^ *typedef +(struct|union|enum)\b'
}
typedefs | check "no struct hides behind a typedef"

guards() {
    c_files shared | grep '\.h$' | xargs -r awk '
        FNR == 1 { done(); file = FILENAME; guarded = 0; if ($0 !~ /^\/\*/) print file " does not begin with what it is" }
        /^#ifndef HOLOS_/ { guarded = 1 }
        function done() { if (file != "" && !guarded) print file " has no guard" }
        END { done() }'
}
guards | check "every header has a guard and begins with what it is"

# ---- the build ----------------------------------------------------------------------------------

compile_lines() {
    local line
    line=$(env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make V=1 -n -B build/release/shared/base/err.o 2>/dev/null |
        grep -E '^(gcc|clang|cc) .* -c ')
    for flag in '-include shared/base/banned.h' -Wshadow -Werror -Wall -Wconversion -D_FORTIFY_SOURCE=2 \
        -fstack-protector-strong -fPIE; do
        [[ $line == *" $flag"* ]] || echo "$flag is not in the compile line"
    done
    line=$(env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make V=1 -n -p nothing-of-this-name 2>/dev/null | grep '^LDFLAGS')
    for flag in -z,relro -z,now -pie; do
        [[ $line == *"$flag"* ]] || echo "$flag is not in the link line"
    done
}
compile_lines | check "banned.h, the warnings and the hardening are forced into every file"

banned_holds() {
    local call
    for call in 'strcpy(a, b)' 'sprintf(a, b)' 'strtok(a, b)' 'atoi(b)' 'system(b)' 'localtime(0)'; do
        printf 'int f(char *a, const char *b);\nint f(char *a, const char *b)\n{ (void)%s; return *a + *b; }\n' "$call" |
            gcc -std=gnu11 -D_GNU_SOURCE -include shared/base/banned.h -Werror=implicit-function-declaration \
                -x c -fsyntax-only - 2>/dev/null && echo "$call compiles"
    done
}
banned_holds | check "what banned.h bans does not compile"

# ---- routes -------------------------------------------------------------------------------------

handlers_shape() {
    local file name
    for file in handlers/*.c; do
        [ -f "$file" ] || continue
        name=$(basename "$file" .c)
        [ "$(grep -cE '^const struct handler +handler_' "$file")" = 1 ] || echo "$file exports not exactly one handler"
        grep -qE "^const struct handler +handler_${name//-/_} *=" "$file" || echo "$file does not export handler_${name//-/_}"
        grep -qE "\.name *= *\"$name\"" "$file" || echo "$file: its handler is not named \"$name\""
        grep -nHE '\bmain *\(' "$file"
        grep -nHE '\b(FCGX|FCGI)_|\bcurl_|\bsqlite3_|\bcJSON' "$file"
        grep -niHE '"[^"]*\b(SELECT .* FROM|INSERT INTO|UPDATE .* SET|DELETE FROM)\b' "$file"
        awk -v f="$file" '/^[a-z].*\(/ && !/^(static|const struct handler|extern|typedef)/ && !/;$/ { print f ": " $0 " is not static" }' "$file"
    done
}
handlers_shape | check "each handler exports one struct, has no main, no SQL, no engine and no curl"

routes=()
for file in handlers/*.c; do [ -f "$file" ] && routes+=("$(basename "$file" .c)"); done

# Every route runs by the template holos@.service; a drop-in hands it the secrets that it reads. A
# route without secrets has none.
drop_ins() {
    local route file secret
    find systemd -name 'holos@*.service.d' | while read -r folder; do
        route=${folder#*@}
        [ -f "handlers/${route%%.*}.c" ] || echo "$folder belongs to no route"
    done
    for file in systemd/holos@*.service.d/secrets.conf; do
        grep -q '^LoadCredential=' "$file" || echo "$file names no secret: a route without secrets needs no file"
    done
    for route in "${routes[@]}"; do
        file="systemd/holos@$route.service.d/secrets.conf"
        grep -q 'binotel_access,' "handlers/$route.c" || continue
        for secret in HOLOS_WEBHOOK_SECRET BINOTEL_SIGNATURE_KEY; do
            grep -qs "^LoadCredential=$secret:" "$file" || echo "$file does not hand $route the secret $secret"
        done
    done
}
drop_ins | check "drop-ins belong to a route and hand it the secrets that it reads"

paths_without_case() {
    local route path
    for route in "${routes[@]}"; do
        sed -n '/char \*const paths\[\]/,/;/p' "handlers/$route.c" | grep -oE '"/[^"]*"' | while read -r path; do
            grep -qF -- "$path" tests/cases/cases-*.c || echo "$route: no case in tests/cases/ asks for $path"
        done
    done
}
paths_without_case | check "every path of every route has a case"

sql_elsewhere() {
    c_files shared handlers tools | grep -v '^shared/store/' |
        xargs -r grep -nHE '"[^"]*\b(SELECT [a-z_*(].* FROM|INSERT INTO|UPDATE [a-z_]+ SET|DELETE FROM|PRAGMA) '
}
sql_elsewhere | check "SQL stands in store/ alone"

# Three words of Cyrillic in one literal are a sentence. How numbers and units are read aloud is
# grammar, the same for every business: shared/language/.
spoken_in_code() {
    c_files shared/calls shared/think shared/speech shared/serve shared/lines handlers | grep '\.c$' |
        xargs -r grep -nHP '^[^/*]*"[^"]*\p{Cyrillic}{2,}[^"]*\p{Cyrillic}{2,} [^"]*\p{Cyrillic}{2,} [^"]*"'
}
spoken_in_code | check "sentences that callers hear stand in profiles, not in code"

library_logs() {
    c_files shared/base shared/net shared/wire shared/store shared/business shared/language | grep -vE '/log\.[ch]$' |
        xargs -r grep -nHE '\b(log_event|perror|fprintf *\( *stderr)\b'
}
library_logs | check "the library returns errors and does not log"

# ---- languages ----------------------------------------------------------------------------------

languages_shape() {
    local file name
    grep -lE '^const struct language +language_' shared/language/*.c | while read -r file; do
        name=$(basename "$file" .c)
        [ "$(grep -cE '^const struct language +language_' "$file")" = 1 ] || echo "$file exports not exactly one language"
        grep -qE "^const struct language language_$name = " "$file" || echo "$file does not export language_$name"
        grep -qE "\.code *= *\"$name\"" "$file" || echo "$file: its code is not \"$name\""
    done
}
languages_shape | check "each language is one file, named by its code"

# A vendor's table of its voices, providers/, is by locale.
language_elsewhere() {
    local codes
    codes=$(grep -hoE '^ +\.code *= *"[a-z]+"' shared/language/*.c | grep -oE '[a-z]+"' | tr -d '"' | paste -sd '|')
    c_files shared handlers tools | grep '\.c$' | grep -vE '^shared/(language|providers)/' |
        xargs -r grep -nHE "\"($codes)(-[A-Z]{2})?\"" | grep -vE '/\*.*"|^[^:]*:[0-9]+: \*'
}
language_elsewhere | check "no code but a language's own file names it"

# ---- settings -----------------------------------------------------------------------------------

settings() {
    local file
    for file in .env.example docs/settings.md; do
        sed -n 's/^\(TEXT\|NUMBER\|SWITCH\)(\([A-Z_0-9]*\),.*/\2/p' shared/base/settings.def | sort |
            comm -23 - <(grep -oE '[A-Z_0-9]+' "$file" | sort -u) | sed "s,\$, is not in $file: make docs,"
    done
}
settings | check "every setting is in .env.example and in docs/settings.md"

generated() {
    local file
    tools/settings-docs markdown | diff -u docs/settings.md - >/dev/null 2>&1 || echo "docs/settings.md is old: make docs"
    tools/settings-docs env | diff -u .env.example - >/dev/null 2>&1 || echo ".env.example is old: make docs"
    tools/vendor-docs prices docs/vendors.md | diff -u docs/vendors.md - >/dev/null 2>&1 || echo "docs/vendors.md is old: make docs"
    for file in systemd/holos@*.service.d/secrets.conf; do
        tools/vendor-docs keys "$file" | diff -u "$file" - >/dev/null 2>&1 || echo "$file is old: make docs"
    done
}
generated | check "what is made from settings.def and prices.def is theirs"

unknown_settings() { # read from the environment past the table
    c_files shared handlers | grep -v '^shared/base/' | xargs -r grep -nHE '\b(secure_)?getenv *\(' |
        grep -v 'getenv("PATH")' # where programs are is no decision of the operator's
}
unknown_settings | check "the environment is read through the settings alone"

# clang-format breaks a declaration in two whose comment is too long; such a comment stands above it.
c_files shared handlers tools | xargs -r awk '
    FNR == 1 { last = "" }
    last ~ /^[ \t]+([a-z_0-9]+ )*([a-z_0-9]+,?|\*+)$/ && /^[ \t]+\*?\*?[a-z_0-9]+(\[[A-Z_]+\])?;[ \t]*\/\*/ { print FILENAME ":" FNR ": " $0 }
    { last = $0 }' | check "no comment tears its declaration in two"

# ---- the tree -----------------------------------------------------------------------------------

files=$(tree)

secrets='-----BEGIN [A-Z ]*PRIVATE KEY-----|\bsk-(ant|proj)-[A-Za-z0-9_-]{16,}|\bAIza[0-9A-Za-z_-]{35}'
secrets+='|\bgh[pousr]_[A-Za-z0-9]{36}|\bAKIA[0-9A-Z]{16}|\bxox[abp]-[0-9A-Za-z-]{10,}|\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b|\bAC[0-9a-f]{32}\b'
xargs -d '\n' -r grep -IlE -e "$secrets" <<<"$files" | grep -vx tests/walls/walls.sh | check "nothing looks like a secret"

grep -E '(^|/)(build|var)/|\.(o|a|so|d|gcda|gcno|pyc|db|db-wal|db-shm|core)$|(^|/)compile_commands\.json$|(^|/)__pycache__/' <<<"$files" |
    check "no build product is in the tree"
grep -vE '^[A-Za-z0-9._/@+-]+$' <<<"$files" | check "every name in the tree is plain"
xargs -d '\n' -r stat -c '%s %n' <<<"$files" | awk '$1 > 1024 * 1024 { print $2 ": " $1 " bytes" }' | check "no file is over 1 MB"

# Written in pieces, so that this file does not find itself.
paths='/wor''k(space)?s?/|/ho''me/[a-z]|/tm''p/[a-z]+_jobs|/Us''ers/'
xargs -d '\n' -r grep -InE -e "$paths" <<<"$files" | head -n 20 | check "no path of a developer's machine is in the tree"
marks='\b(TO''DO|FIX''ME|XX''X)\b'
xargs -d '\n' -r grep -InE -e "$marks" <<<"$files" | grep -vE '#[0-9]+|XX''XXXX' | head -n 20 |
    check "what is left to do has the number of its issue"
xargs -d '\n' -r grep -IlE -e '[[:blank:]]+$' <<<"$(grep -E '\.(c|h|mk|sh|py|md|def|sql|json|service|socket|conf)$|Makefile$' <<<"$files")" |
    check "no line ends in blanks"

echo "1..$number"
[ "$bad" = 0 ]
