#!/bin/bash
# functions.sh: tries functions.py, by which the walls count, on functions whose counts are known.
# TAP.
set -u
cd "$(dirname "$0")" || exit 2
file=$TMPDIR/tried.c
number=0
bad=0
mkdir -p "$TMPDIR"

# is NAME "LINES PARAMS COMPLEXITY": what standard input says of the function of this name.
is() {
    local found
    found=$(awk -v name="$1" '$3 == name { print $1, $4, $5 }' <<<"$counted")
    number=$((number + 1))
    if [ "$found" = "$2" ]; then
        echo "ok $number - $1 is counted"
    else
        bad=$((bad + 1))
        echo "not ok $number - $1 is counted"
        echo "# expected: $2; found: $found"
    fi
}

cat >"$file" <<'C'
static const struct row rows[] = {
    {"if (a && b)", 1},
};

static int plain(void)
{
    return 1;
}

/* if (this) counts || that */
enum err split_over_lines(const struct thing *t, int (*visit)(void *to, int n), void *to,
                          size_t n, struct thing *ret)
{
    int sum = 0;

    for (size_t i = 0; i < n && t != NULL; i++) /* while || for */
        if (visit(to, (int)i) || ret == NULL)
            sum++;
    return sum > 0 ? ERR_OK : ERR_IO;
}

void prints(const char *format, ...)
{
#if defined(A) && defined(B)
    puts("if && while \" case");
#endif
    /* A comment
     * of two lines. */
    switch (format[0]) {
    case '?':
    case '"':
        break;
    default:
        break;
    }
}
C
counted=$(python3 functions.py "$file")
rm -f "$file"

is plain "1 0 1"
is split_over_lines "5 5 6"
is prints "10 1 3"
is rows ""
echo "1..$number"
[ "$bad" = 0 ]
