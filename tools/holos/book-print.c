/* `holos book day` and `holos book ics`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/holos/book.h"
#include "tools/holos/print.h"

/* ==== a day =================================================================================== */

struct piece {
    int specialist;
    int64_t from_s, to_s;
    const char *text;
};

struct day_table {
    struct piece *piece;
    size_t n;
    int64_t *at; /* moments at which something changes, rising */
    size_t moments;
};

/* A moment of the day that is printed. */
struct day_at {
    day_number day;
    int64_t second, midnight;
};

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void add(struct day_table *d, int specialist, int64_t from_s, int64_t to_s, const char *text)
{
    if (text == NULL || specialist < 0)
        return;
    d->piece[d->n++] = (struct piece){specialist, from_s, to_s, text};
    d->at[d->moments++] = from_s;
    d->at[d->moments++] = to_s;
}

static void add_visits(struct book_job *j, struct day_table *d, const struct visit *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < v[i].parts; k++) {
            const struct booking_part *p = &v[i].part[k];
            add(d, catalogue_specialist(j->profile->book, p->specialist), p->start_s, p->end_s,
                arena_printf(&j->t->arena, "%lld %s: %s", (long long)p->id, v[i].name,
                             p->service_names));
        }
}

static void add_blocks(struct book_job *j, struct day_table *d, const struct block *b, size_t n,
                       int64_t from_s, int64_t to_s)
{
    for (size_t i = 0; i < n; i++)
        add(d, catalogue_specialist(j->profile->book, b[i].specialist),
            b[i].from_s < from_s ? from_s : b[i].from_s, b[i].to_s > to_s ? to_s : b[i].to_s,
            arena_printf(&j->t->arena, "block %lld%s%s", (long long)b[i].id,
                         *b[i].why == '\0' ? "" : ": ", b[i].why));
}

static bool works(const struct book_job *j, int who, day_number day, int64_t at, int64_t midnight)
{
    const struct specialist *s = &j->profile->book->specialist[who];
    int minute = (int)((at - midnight) / 60);
    bool open = false;

    if (!catalogue_works(j->profile->book, who, day))
        return false;
    for (size_t i = 0; i < s->week[date_weekday(day)].n; i++) {
        const struct hours *h = &s->week[date_weekday(day)].open[i];
        open |= minute >= h->from_min && minute < h->to_min;
    }
    for (size_t i = 0; i < s->breaks[date_weekday(day)].n; i++) {
        const struct hours *h = &s->breaks[date_weekday(day)].open[i];
        open &= minute < h->from_min || minute >= h->to_min;
    }
    return open;
}

static void add_hours(const struct book_job *j, struct day_table *d, day_number day,
                      int64_t midnight)
{
    for (size_t s = 0; s < j->profile->book->specialists; s++) {
        const struct specialist *who = &j->profile->book->specialist[s];
        const struct day *of[] = {&who->week[date_weekday(day)], &who->breaks[date_weekday(day)]};
        for (size_t k = 0; k < 2; k++)
            for (size_t i = 0; i < of[k]->n; i++) {
                d->at[d->moments++] = midnight + (int64_t)of[k]->open[i].from_min * 60;
                d->at[d->moments++] = midnight + (int64_t)of[k]->open[i].to_min * 60;
            }
    }
}

/* What a specialist has from that moment on: the piece's text at its beginning, then a mark. */
static const char *cell(const struct book_job *j, const struct day_table *d, int who,
                        const struct day_at *at)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->piece[i].specialist == who && d->piece[i].from_s <= at->second &&
            d->piece[i].to_s > at->second)
            return d->piece[i].from_s == at->second ? d->piece[i].text : "|";
    return works(j, who, at->day, at->second, at->midnight) ? "" : "-";
}

static void print_table(struct book_job *j, struct day_table *d, day_number day, int64_t midnight)
{
    const struct book *b = j->profile->book;
    struct column columns[TABLE_COLUMNS] = {{"TIME", false}};
    size_t people = b->specialists < TABLE_COLUMNS - 1 ? b->specialists : TABLE_COLUMNS - 1;
    struct table table;
    char text[32];

    for (size_t s = 0; s < people; s++)
        columns[s + 1] = (struct column){b->specialist[s].name, false};
    table_init(&table, &j->t->arena, columns, people + 1);
    qsort(d->at, d->moments, sizeof *d->at, by_time);
    for (size_t i = 0; i < d->moments; i++) {
        const struct day_at at = {day, d->at[i], midnight};
        if (i > 0 && d->at[i] == d->at[i - 1])
            continue;
        table_cellf(&table, "%.5s", report_local_time(j->profile->time_zone, d->at[i], text) + 11);
        for (size_t s = 0; s < people; s++)
            table_cell(&table, cell(j, d, (int)s, &at));
    }
    buf_printf(&j->t->out, "%s\n", date_write(day, (char[12]){0}));
    table_print(&table, &j->t->out);
    if (people < b->specialists)
        buf_printf(&j->t->out, "and %zu more: `holos book list --specialist ID`\n",
                   b->specialists - people);
}

/* The same as `list` does in JSON; as a table a column for each specialist. */
int book_print_day(struct book_job *j)
{
    const char *word = j->t->options.operands < 2 ? "today" : j->t->options.operand[1];
    struct day_table d = {0};
    struct visit *visits = NULL;
    struct block *blocks = NULL;
    day_number day = 0;
    size_t n = 0;
    size_t blocks_n = 0;
    struct jsonw w;

    if (!book_day(j, "the day", word, &day))
        return j->code;
    int64_t from_s = book_midnight(j, day);
    int64_t to_s = book_midnight(j, day + 1);
    const struct visit_filter f = {.profile = j->profile->name, .from_s = from_s, .to_s = to_s};
    enum err e = visits_listed(j->store, &j->t->arena, &f, &visits, &n, &j->t->why);
    if (e == ERR_OK)
        e = blocks_listed(j->store, &j->t->arena, j->profile->name, from_s, to_s, &blocks,
                          &blocks_n, &j->t->why);
    if (e != ERR_OK)
        return tool_fail(j->t, e);
    if (j->t->json) {
        tool_json(j->t, &w);
        report_bookings_json(&w, visits, n, j->profile->time_zone);
        return tool_json_end(j->t);
    }
    size_t room = n * BOOKING_PARTS + blocks_n;
    size_t hours = j->profile->book->specialists * PROFILE_HOURS_MAX * 4;
    d.piece = arena_calloc(&j->t->arena, room + 1, sizeof *d.piece);
    d.at = arena_calloc(&j->t->arena, room * 2 + hours + 1, sizeof *d.at);
    if (d.piece == NULL || d.at == NULL)
        return tool_fail(j->t, ERR_MEMORY);
    add_visits(j, &d, visits, n);
    add_blocks(j, &d, blocks, blocks_n, from_s, to_s);
    add_hours(j, &d, day, from_s);
    print_table(j, &d, day, from_s);
    return EXIT_FINE;
}

/* ==== a calendar (RFC 5545) =================================================================== */

#define LINE_BYTES 75

/* A content line: folded at 75 bytes, between two characters, ended by CRLF. */
static void put_line(struct buf *out, const char *line)
{
    size_t used = 0;

    while (*line != '\0') {
        size_t n = 1;
        while (((unsigned char)line[n] & 0xc0) == 0x80)
            n++;
        if (used + n > LINE_BYTES) {
            buf_puts(out, "\r\n ");
            used = 1;
        }
        buf_put(out, line, n);
        used += n;
        line += n;
    }
    buf_puts(out, "\r\n");
}

static const char *escaped(struct arena *a, const char *text)
{
    struct buf b;

    buf_init(&b, a, strlen(text) * 2 + 1);
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            buf_puts(&b, "\\n");
            continue;
        }
        if (strchr("\\;,", *text) != NULL)
            buf_putc(&b, '\\');
        if ((unsigned char)*text >= ' ')
            buf_putc(&b, *text);
    }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : "";
}

/* "20261203T083000Z". */
static const char *utc(struct arena *a, int64_t second)
{
    char iso[25];

    (void)clock_iso8601(second * 1000, iso);
    const char *text = arena_printf(a, "%.4s%.2s%.2sT%.2s%.2s%.2sZ", iso, iso + 5, iso + 8,
                                    iso + 11, iso + 14, iso + 17);
    return text == NULL ? "" : text;
}

static void put_property(struct book_job *j, const char *name, const char *value)
{
    const char *line = arena_printf(&j->t->arena, "%s:%s", name, value);

    if (line != NULL)
        put_line(&j->t->out, line);
}

static enum err put_event(struct book_job *j, const struct visit *v, const struct booking_part *p)
{
    struct booking_change *changes = NULL;
    struct arena *a = &j->t->arena;
    size_t n = 0;

    enum err e = visit_history(j->store, a, v->id, &changes, &n, &j->t->why);
    if (e != ERR_OK)
        return e;
    const char *uid = arena_printf(a, "booking-%lld@%s.holos", (long long)p->id, v->profile);
    const char *sequence = arena_printf(a, "%zu", n > 0 ? n - 1 : 0);
    const char *summary =
        arena_printf(a, "%s: %s", escaped(a, v->name), escaped(a, p->service_names));
    const char *about = arena_printf(a, "%s\\n%s%s%s", escaped(a, p->specialist_name), v->phone,
                                     *v->note == '\0' ? "" : "\\n", escaped(a, v->note));
    if (uid == NULL || sequence == NULL || summary == NULL || about == NULL)
        return ERR_MEMORY;
    put_line(&j->t->out, "BEGIN:VEVENT");
    put_property(j, "UID", uid);
    put_property(j, "DTSTAMP", utc(a, v->changed_ms / 1000));
    put_property(j, "SEQUENCE", sequence);
    put_property(j, "DTSTART", utc(a, p->start_s));
    put_property(j, "DTEND", utc(a, p->end_s));
    put_property(j, "SUMMARY", summary);
    put_property(j, "DESCRIPTION", about);
    put_property(j, "STATUS", strcmp(v->state, "cancelled") == 0 ? "CANCELLED" : "CONFIRMED");
    put_line(&j->t->out, "END:VEVENT");
    return ERR_OK;
}

int book_print_ics(struct book_job *j)
{
    const char *from = options_text(&j->t->options, "from", NULL);
    struct visit_filter f = {.profile = j->profile->name, .to_s = INT64_MAX, .cancelled = true};
    struct visit *visits = NULL;
    day_number day = 0;
    size_t n = 0;
    int who = -1;

    if (!book_specialist(j, &who) || (from != NULL && !book_day(j, "--from", from, &day)))
        return j->code;
    if (from != NULL)
        f.from_s = book_midnight(j, day);
    if (who >= 0)
        f.specialist = j->profile->book->specialist[who].id;
    enum err e = visits_listed(j->store, &j->t->arena, &f, &visits, &n, &j->t->why);
    put_line(&j->t->out, "BEGIN:VCALENDAR");
    put_line(&j->t->out, "VERSION:2.0");
    put_line(&j->t->out, "PRODID:-//holos//appointment book//EN");
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        for (size_t k = 0; k < visits[i].parts && e == ERR_OK; k++)
            if (f.specialist == NULL || strcmp(visits[i].part[k].specialist, f.specialist) == 0)
                e = put_event(j, &visits[i], &visits[i].part[k]);
    put_line(&j->t->out, "END:VCALENDAR");
    if (e == ERR_OK)
        return EXIT_FINE;
    buf_clear(&j->t->out);
    return tool_fail(j->t, e);
}
