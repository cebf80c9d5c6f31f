#include "tools/holos/print.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "base/zone.h"

#define WIDTH_MAX 4096

/* ---- characters ---------------------------------------------------------------------------------- */

static const struct {
    uint32_t from, to;
    int width;
} widths[] = {
    {0x0300, 0x036f, 0}, {0x0483, 0x0489, 0}, {0x200b, 0x200f, 0},   {0x20d0, 0x20ff, 0},
    {0xfe00, 0xfe0f, 0}, {0x1100, 0x115f, 2}, {0x2e80, 0xa4cf, 2},   {0xac00, 0xd7a3, 2},
    {0xf900, 0xfaff, 2}, {0xff00, 0xff60, 2}, {0x1f300, 0x1faff, 2}, {0x20000, 0x3fffd, 2},
};

static int width_of(uint32_t c)
{
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
        if (c >= widths[i].from && c <= widths[i].to)
            return widths[i].width;
    return 1;
}

int print_width(const char *s)
{
    int width = 0;

    for (uint32_t c = text_next(&s); c != 0 && width < WIDTH_MAX; c = text_next(&s))
        width += width_of(c);
    return width;
}

/* Controls (C0, DEL, C1), and the marks that turn the direction of writing. */
static bool is_unprintable(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfffd || c == 0x2028 || c == 0x2029;
}

const char *print_clean(struct arena *a, const char *s)
{
    struct buf out;
    char piece[4];

    buf_init(&out, a, strlen(s) * 3);
    for (uint32_t c = text_next(&s); c != 0; c = text_next(&s)) {
        if (c == '\n' || c == '\t' || c == '\r')
            buf_putc(&out, ' ');
        else if (is_unprintable(c))
            buf_putc(&out, '?');
        else
            buf_put(&out, piece, text_encode(c, piece));
    }
    return buf_text(&out);
}

/* ---- times and sums ------------------------------------------------------------------------------- */

const char *print_time(struct arena *a, int64_t ms)
{
    char text[32];
    struct tm tm;

    if (ms == 0)
        return "-";
    if (zone_machine(ms, &tm) != ERR_OK ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm) == 0)
        return "?";
    const char *copy = arena_strdup(a, text);
    return copy == NULL ? "" : copy;
}

static const char *or_empty(const char *s)
{
    return s == NULL ? "" : s;
}

const char *print_span(struct arena *a, int64_t ms)
{
    int64_t s = (ms + 500) / 1000;

    if (ms < 0)
        return "-";
    if (s < 3600)
        return or_empty(arena_printf(a, "%d:%02d", (int)(s / 60), (int)(s % 60)));
    return or_empty(arena_printf(a, "%lld:%02d:%02d", (long long)(s / 3600), (int)(s / 60 % 60),
                                 (int)(s % 60)));
}

const char *print_us(struct arena *a, int64_t us)
{
    if (us < 0)
        return "-";
    if (us < 1000)
        return or_empty(arena_printf(a, "%d µs", (int)us));
    if (us < 999500)
        return or_empty(arena_printf(a, "%d ms", (int)((us + 500) / 1000)));
    return or_empty(arena_printf(a, "%lld.%d s", (long long)((us + 50000) / 1000000),
                                 (int)((us + 50000) / 100000 % 10)));
}

const char *print_cost(struct arena *a, int64_t microusd)
{
    return or_empty(arena_printf(a, "$%lld.%04d", (long long)((microusd + 50) / 1000000),
                                 (int)((microusd + 50) / 100 % 10000)));
}

int print_columns(void)
{
    const char *said = getenv("COLUMNS");
    struct winsize size = {0};

    if (!isatty(STDOUT_FILENO))
        return 0;
    long columns = said == NULL ? 0 : strtol(said, NULL, 10);
    if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    return columns > 0 && columns < WIDTH_MAX ? (int)columns : 0;
}

/* ---- tables --------------------------------------------------------------------------------------- */

void table_init(struct table *t, struct arena *a, const struct column *column, size_t columns)
{
    *t = (struct table){.arena = a, .column = column, .columns = columns, .width = print_columns()};
}

void table_cell(struct table *t, const char *text)
{
    if (t->n == t->room) {
        size_t room = t->room == 0 ? 64 : t->room * 2;
        const char **more =
            arena_grow(t->arena, t->cell, t->room * sizeof *t->cell, room * sizeof *t->cell);
        if (more == NULL) {
            t->refused = true;
            return;
        }
        t->cell = more;
        t->room = room;
    }
    t->cell[t->n++] = text == NULL ? "" : print_clean(t->arena, text);
}

void table_cellf(struct table *t, const char *format, ...)
{
    char text[256];
    va_list ap;

    va_start(ap, format);
    int n = vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    table_cell(t, n < 0 ? "?" : text);
}

static void put_blanks(struct buf *out, int n)
{
    if (n > 0)
        buf_printf(out, "%*s", n, "");
}

/* How many columns the first n bytes take. */
static int width_n(const char *s, size_t n)
{
    const char *end = s + n;
    int width = 0;

    while (s < end)
        width += width_of(text_next(&s));
    return width;
}

/* The bytes of `s` that fit, up to a blank if there is one. */
static size_t piece_of(const char *s, int width)
{
    const char *at = s, *blank = NULL;
    int used = 0;

    while (*at != '\0') {
        const char *one = at;
        used += width_of(text_next(&at));
        if (*one == ' ')
            blank = one;
        if (used > width && one > s)
            return (size_t)((blank != NULL && blank > s ? blank : one) - s);
    }
    return (size_t)(at - s);
}

static bool put_line(struct buf *out, const struct table *t, const int *width, const char **rest)
{
    bool more = false;
    int owed = 0; /* blanks before the next text: none at the end of a line */

    for (size_t c = 0; c < t->columns; c++) {
        size_t n = piece_of(rest[c], width[c]);
        int pad = width[c] - width_n(rest[c], n);
        owed += t->column[c].right ? pad : 0;
        if (n > 0) {
            put_blanks(out, owed);
            owed = 0;
            buf_put(out, rest[c], n);
        }
        owed += (t->column[c].right ? 0 : pad) + 2;
        rest[c] += n;
        rest[c] += strspn(rest[c], " ");
        more |= *rest[c] != '\0';
    }
    buf_putc(out, '\n');
    return more;
}

static void put_row(struct buf *out, const struct table *t, const int *width, const char **cell)
{
    const char *rest[TABLE_COLUMNS];

    for (size_t c = 0; c < t->columns; c++)
        rest[c] = cell == NULL ? t->column[c].title : cell[c];
    while (put_line(out, t, width, rest))
        continue;
}

#define COLUMN_LEAST 10

/* Takes from the widest column until all fit, or none can be narrower. */
static void fit(const struct table *t, int *width)
{
    int sum = 2 * ((int)t->columns - 1);

    for (size_t c = 0; c < t->columns; c++)
        sum += width[c];
    for (; t->width > 0 && sum > t->width; sum--) {
        size_t widest = t->columns;
        for (size_t c = 0; c < t->columns; c++)
            if (!t->column[c].right && width[c] > COLUMN_LEAST &&
                (widest == t->columns || width[c] >= width[widest]))
                widest = c;
        if (widest == t->columns)
            return;
        width[widest]--;
    }
}

void table_print(const struct table *t, struct buf *out)
{
    int width[TABLE_COLUMNS] = {0};

    assert(t->columns > 0 && t->columns <= TABLE_COLUMNS);
    if (t->refused)
        buf_puts(out, "(the table is too long to be shown whole)\n");
    if (t->n == 0)
        return;
    for (size_t c = 0; c < t->columns; c++)
        width[c] = print_width(t->column[c].title);
    for (size_t i = 0; i < t->n; i++) {
        int w = print_width(t->cell[i]);
        if (w > width[i % t->columns])
            width[i % t->columns] = w;
    }
    fit(t, width);
    put_row(out, t, width, NULL);
    for (size_t i = 0; i + t->columns <= t->n; i += t->columns)
        put_row(out, t, width, t->cell + i);
}

/* ---- running text --------------------------------------------------------------------------------- */

void print_wrapped(struct buf *out, const char *text, int indent, int width)
{
    int at = indent;
    char word[WIDTH_MAX];

    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        size_t kept = text_cut(text, len, sizeof word - 1);
        memcpy(word, text, kept);
        word[kept] = '\0';
        int w = print_width(word);
        if (at > indent && at + 1 + w > width) {
            buf_putc(out, '\n');
            put_blanks(out, indent);
            at = indent;
        } else if (at > indent) {
            buf_putc(out, ' ');
            at++;
        }
        buf_put(out, text, len);
        at += w;
        text += len;
        text += strspn(text, " ");
    }
    buf_putc(out, '\n');
}
