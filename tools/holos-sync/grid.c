#include "tools/holos-sync/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "business/free.h"

#define DAY_S    86400
#define BOX_ROWS 500
#define NUMBER   20 /* digits of a visit's number */

/* ==== days and times ============================================================================== */

/* Local midnight of a day that has no change of the clocks; elsewhere each minute is asked for. */
struct day_clock {
    const char *zone;
    day_number day;
    bool plain;
    int32_t offset_s;
};

static enum err set_clock(struct day_clock *c, day_number day)
{
    int64_t from_s = (int64_t)day * DAY_S - DAY_S;
    struct zone_stretch stretch[ZONE_STRETCHES(0, 3 * DAY_S)];
    size_t n = 0;

    enum err e = zone_stretches(c->zone, from_s, from_s + INT64_C(3) * DAY_S, stretch, &n);
    if (e == ERR_VALUE) { /* beyond every calendar: no such time */
        n = 0;
        e = ERR_OK;
    }
    if (e != ERR_OK)
        return e;
    c->day = day;
    c->plain = n == 1;
    c->offset_s = n == 1 ? stretch[0].offset_s : 0;
    return ERR_OK;
}

/* *ret_ok false: that minute does not exist, or exists twice. */
static enum err second_of(struct day_clock *c, day_number day, int minute, int64_t *ret,
                          bool *ret_ok)
{
    enum err e = c->day == day ? ERR_OK : set_clock(c, day);

    if (e != ERR_OK)
        return e;
    *ret_ok = true;
    if (c->plain)
        *ret = (int64_t)day * DAY_S + minute * 60 - c->offset_s;
    else
        *ret_ok = free_second(c->zone, day, minute, ret);
    return ERR_OK;
}

enum err grid_time_of(const struct profile *p, int64_t second, struct grid_time *ret)
{
    struct tm tm = {0};

    enum err e = zone_local(p->time_zone, second * 1000, &tm);
    if (e != ERR_OK)
        return e;
    ret->start_s = second;
    ret->day = date_number((struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday});
    ret->minute = tm.tm_hour * 60 + tm.tm_min;
    return ERR_OK;
}

/* ==== reading ===================================================================================== */

static bool read_number(const char **at, int *ret)
{
    int n = 0, v = 0;

    for (; **at >= '0' && **at <= '9' && n < 5; (*at)++, n++)
        v = v * 10 + (**at - '0');
    *ret = v;
    return n > 0;
}

/* "03.12.2026", also "3.12.2026", and "2026-12-03" where the sheet's settings show days so. */
static bool read_day(const char *text, day_number *ret)
{
    struct date d = {0};
    const char *at = text;

    if (!read_number(&at, &d.day))
        return false;
    if (*at == '-')
        return date_read(text, ret);
    if (*at++ != '.' || !read_number(&at, &d.month) || *at++ != '.' || !read_number(&at, &d.year) ||
        *at != '\0' || !date_exists(d))
        return false;
    *ret = date_number(d);
    return true;
}

/* "9:30", "09:30", "09:30:00" */
static bool read_minute(const char *text, int *ret)
{
    int hour = 0, minute = 0;
    const char *at = text;

    if (!read_number(&at, &hour) || *at++ != ':' || !read_number(&at, &minute))
        return false;
    if ((*at != '\0' && strcmp(at, ":00") != 0) || hour > 23 || minute > 59)
        return false;
    *ret = hour * 60 + minute;
    return true;
}

/* "#17", "#17 VIP" */
static int64_t read_marker(const char *text)
{
    char *end = NULL;

    if (*text != '#' || text[1] < '1' || text[1] > '9' ||
        strspn(text + 1, "0123456789") > NUMBER - 2)
        return 0;
    return strtoll(text + 1, &end, 10);
}

static bool is_blank_byte(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Numbers and the like are asked for as texts; whatever else came is something, not nothing. */
static const char *trimmed(struct arena *a, const struct json *v)
{
    const char *text = json_text(v);

    if (text == NULL)
        return v == NULL || json_kind(v) == JSON_NULL ? "" : "?";
    while (is_blank_byte(*text))
        text++;
    size_t n = strlen(text);
    while (n > 0 && is_blank_byte(text[n - 1]))
        n--;
    return text[n] == '\0' ? text : arena_strndup(a, text, n);
}

static enum err place_for(struct grid *g, struct arena *a)
{
    if (g->n < g->room)
        return ERR_OK;
    size_t room = g->room == 0 ? 256 : 2 * g->room;
    struct grid_row *row = arena_grow(a, g->row, g->room * sizeof *row, room * sizeof *row);
    if (row == NULL)
        return ERR_MEMORY;
    g->row = row;
    g->room = room;
    return ERR_OK;
}

/* *ret_any: it has something in it. */
static enum err read_cells(struct arena *a, const struct json *cells, struct grid_row *ret,
                           bool *ret_any)
{
    const struct json *v = json_first(cells);

    *ret_any = false;
    for (int i = 0; i < GRID_COLUMNS; i++) {
        ret->cell[i] = trimmed(a, v);
        if (ret->cell[i] == NULL)
            return ERR_MEMORY;
        *ret_any |= *ret->cell[i] != '\0';
        v = v == NULL ? NULL : json_next(v);
    }
    ret->marker = read_marker(ret->cell[GRID_VISIT]);
    return ERR_OK;
}

static enum err take_row(struct grid *g, struct arena *a, struct day_clock *clock,
                         struct grid_row *r)
{
    day_number day = 0;
    int minute = 0;
    bool ok = false;

    if (!read_day(r->cell[GRID_FULL], &day) || !read_minute(r->cell[GRID_TIME], &minute))
        return ERR_OK;
    enum err e = second_of(clock, day, minute, &r->start_s, &ok);
    if (e != ERR_OK || !ok || r->start_s < 0)
        return e;
    r->end_s = r->start_s + (int64_t)g->profile->book->cell_minutes * 60;
    e = place_for(g, a);
    if (e == ERR_OK)
        g->row[g->n++] = *r;
    return e;
}

static int by_time(const void *a, const void *b)
{
    const struct grid_row *x = a, *y = b;

    if (x->start_s != y->start_s)
        return x->start_s < y->start_s ? -1 : 1;
    return x->at - y->at;
}

enum err grid_read(struct grid *g, struct arena *a, const struct json *rows)
{
    struct day_clock clock = {.zone = g->profile->time_zone, .day = DAY_NONE};
    enum err e = ERR_OK;
    int at = 0;

    g->used_n = g->tab.rows + (int)json_count(rows) + 2;
    g->used = arena_calloc(a, (size_t)g->used_n, 1);
    if (g->used == NULL)
        return ERR_MEMORY;
    for (const struct json *r = json_first(rows); r != NULL && e == ERR_OK; r = json_next(r)) {
        struct grid_row row = {.at = at + 1};
        bool any = false;
        at++;
        e = read_cells(a, r, &row, &any);
        if (!any)
            continue;
        g->used[at] = 1;
        g->last = at;
        if (e == ERR_OK)
            e = take_row(g, a, &clock, &row);
    }
    if (e == ERR_OK && g->n > 0)
        qsort(g->row, g->n, sizeof *g->row, by_time);
    return e;
}

/* ==== finding ===================================================================================== */

size_t grid_from(const struct grid *g, int64_t start_s)
{
    size_t low = 0, high = g->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (g->row[mid].start_s < start_s)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

int grid_find(const struct grid *g, int64_t start_s)
{
    size_t i = grid_from(g, start_s);

    return i < g->n && g->row[i].start_s == start_s ? (int)i : -1;
}

bool grid_is_blank(const struct grid_row *r)
{
    for (int c = GRID_VISIT; c <= GRID_PHONE; c++)
        if (*r->cell[c] != '\0')
            return false;
    return true;
}

bool grid_is_dashed(const struct grid_row *r)
{
    bool dash = false;

    for (int c = GRID_VISIT; c <= GRID_PHONE; c++) {
        if (*r->cell[c] != '\0' && strcmp(r->cell[c], "-") != 0)
            return false;
        dash |= *r->cell[c] != '\0';
    }
    return dash;
}

const char *grid_words(struct arena *a, const struct grid_row *r)
{
    return arena_printf(a, "%s\n%s\n%s", r->cell[GRID_NAME], r->cell[GRID_SERVICE],
                        r->cell[GRID_PHONE]);
}

/* ==== the hours of a specialist =================================================================== */

static bool in_break(const struct day *breaks, int from, int to)
{
    for (size_t i = 0; i < breaks->n; i++)
        if (from < breaks->open[i].to_min && to > breaks->open[i].from_min)
            return true;
    return false;
}

/* The cells of one day, at most all that a day has. */
static enum err hours_of_day(const struct grid *g, struct day_clock *clock, day_number day,
                             struct grid_time *ret, size_t *n)
{
    int cell = g->profile->book->cell_minutes;
    const struct day *open = &g->who->week[date_weekday(day)];
    const struct day *breaks = &g->who->breaks[date_weekday(day)];
    enum err e = ERR_OK;

    for (size_t i = 0; i < open->n; i++) {
        int minute = (open->open[i].from_min + cell - 1) / cell * cell;
        for (; minute + cell <= open->open[i].to_min && e == ERR_OK; minute += cell) {
            int64_t second = 0;
            bool ok = false;
            e = in_break(breaks, minute, minute + cell)
                    ? ERR_OK
                    : second_of(clock, day, minute, &second, &ok);
            if (e == ERR_OK && ok)
                ret[(*n)++] = (struct grid_time){second, day, minute};
        }
    }
    return e;
}

enum err grid_hours(const struct grid *g, struct arena *a, int64_t from_s, day_number last,
                    struct grid_time **ret, size_t *ret_n)
{
    const struct book *b = g->profile->book;
    int who = catalogue_specialist(b, g->who->id);
    struct day_clock clock = {.zone = g->profile->time_zone, .day = DAY_NONE};
    struct grid_time today = {0};
    size_t n = 0, kept = 0;

    enum err e = grid_time_of(g->profile, from_s, &today);
    if (e != ERR_OK || last < today.day)
        return e;
    size_t room = (size_t)(last - today.day + 1) * (size_t)(DAY_S / 60 / b->cell_minutes);
    struct grid_time *list = arena_calloc(a, room, sizeof *list);
    if (list == NULL)
        return ERR_MEMORY;
    for (day_number day = today.day; day <= last && e == ERR_OK; day++)
        if (catalogue_works(b, who, day))
            e = hours_of_day(g, &clock, day, list, &n);
    for (size_t i = 0; i < n; i++)
        if (list[i].start_s + (int64_t)b->cell_minutes * 60 > from_s)
            list[kept++] = list[i];
    *ret = list;
    *ret_n = kept;
    return e;
}

/* ==== adding rows ================================================================================= */

static bool is_used(const struct grid *g, int at)
{
    return at < g->used_n && g->used[at] != 0;
}

static enum err use(struct grid *g, struct arena *a, int at)
{
    if (at >= g->used_n) {
        int room = 2 * at;
        uint8_t *used = arena_grow(a, g->used, (size_t)g->used_n, (size_t)room);
        if (used == NULL)
            return ERR_MEMORY;
        memset(used + g->used_n, 0, (size_t)(room - g->used_n));
        g->used = used;
        g->used_n = room;
    }
    g->used[at] = 1;
    g->last = at > g->last ? at : g->last;
    return ERR_OK;
}

/* A row is inserted before row `at`: what stands there and below moves down. */
static enum err insert_at(struct grid *g, struct arena *a, int at)
{
    struct grid_insert *latest = g->inserts == 0 ? NULL : &g->insert[g->inserts - 1];

    if (g->insert == NULL)
        g->insert = arena_calloc(a, GRID_INSERTS, sizeof *g->insert);
    enum err e = g->insert == NULL ? ERR_MEMORY : use(g, a, g->last + 1);
    if (e != ERR_OK)
        return e;
    memmove(g->used + at + 1, g->used + at, (size_t)(g->last - at));
    for (size_t i = 0; i < g->n; i++)
        g->row[i].at += g->row[i].at >= at;
    g->tab.rows++;
    if (latest != NULL && latest->at + latest->n == at)
        latest->n++;
    else
        g->insert[g->inserts++] = (struct grid_insert){at, 1};
    return ERR_OK;
}

static enum err put_texts(struct arena *a, const struct grid_time *t, bool first,
                          struct grid_row *r)
{
    struct date d = date_of(t->day);
    const char *none = "";

    for (int c = 0; c < GRID_COLUMNS; c++)
        r->cell[c] = r->write[c] = none;
    r->write[GRID_FULL] = arena_printf(a, "%02d.%02d.%04d", d.day, d.month, d.year);
    r->write[GRID_TIME] = arena_printf(a, "%02d:%02d", t->minute / 60, t->minute % 60);
    if (first)
        r->write[GRID_DATE] = arena_printf(a, "%02d.%02d", d.day, d.month);
    r->writes = true;
    return r->write[GRID_FULL] == NULL || r->write[GRID_TIME] == NULL || r->write[GRID_DATE] == NULL
               ? ERR_MEMORY
               : ERR_OK;
}

/* Behind the row before it in time; without one behind the head. `before` is that row's number. */
static enum err add_row(struct grid *g, struct arena *a, const struct grid_time *t, int before,
                        bool first, int *ret_at)
{
    struct grid_row r = {.start_s = t->start_s, .fresh = true, .at = before + 1};

    enum err e = is_used(g, r.at) ? insert_at(g, a, r.at) : ERR_OK;
    if (e == ERR_OK)
        e = use(g, a, r.at);
    if (e == ERR_OK)
        e = put_texts(a, t, first, &r);
    if (e == ERR_OK)
        e = place_for(g, a);
    if (e != ERR_OK)
        return e;
    r.end_s = r.start_s + (int64_t)g->profile->book->cell_minutes * 60;
    g->row[g->n++] = r;
    *ret_at = r.at;
    return ERR_OK;
}

static int by_start(const void *a, const void *b)
{
    const struct grid_time *x = a, *y = b;

    return x->start_s < y->start_s ? -1 : x->start_s > y->start_s;
}

static bool is_of_day(const struct grid *g, size_t n, size_t i, const struct grid_time *t)
{
    int64_t midnight_s = t->start_s - t->minute * INT64_C(60);

    return i < n && g->row[i].start_s >= midnight_s && g->row[i].start_s < midnight_s + DAY_S;
}

/* Rows of a time when cells were smaller stay, each for as long as it is. */
static void set_ends(struct grid *g)
{
    for (size_t i = g->n; i-- > 1;) {
        struct grid_row *r = &g->row[i - 1];
        const struct grid_row *next = &g->row[i];
        if (next->start_s == r->start_s)
            r->end_s = next->end_s;
        else if (next->start_s < r->end_s)
            r->end_s = next->start_s;
    }
}

enum err grid_fill(struct grid *g, struct arena *a, struct grid_time *times, size_t n)
{
    size_t had = g->n, next = 0; /* rows that were there; the first of them not before the time */
    int before = 1;
    day_number begun = DAY_NONE;
    enum err e = ERR_OK;

    if (n > 0)
        qsort(times, n, sizeof *times, by_start);
    for (size_t i = 0; i < n && e == ERR_OK && g->inserts < GRID_INSERTS; i++) {
        const struct grid_time *t = &times[i];
        for (; next < had && g->row[next].start_s < t->start_s; next++)
            before = g->row[next].at;
        if ((next < had && g->row[next].start_s == t->start_s) ||
            (i > 0 && times[i - 1].start_s == t->start_s))
            continue;
        bool first = begun != t->day && !is_of_day(g, had, next, t) &&
                     !(next > 0 && is_of_day(g, had, next - 1, t));
        e = add_row(g, a, t, before, first, &before);
        begun = t->day;
    }
    if (e == ERR_OK && g->n > had)
        qsort(g->row, g->n, sizeof *g->row, by_time);
    set_ends(g);
    return e;
}

/* ==== writing ===================================================================================== */

void grid_write(struct grid_row *r, const char *const cells[static GRID_COLUMNS - GRID_VISIT])
{
    for (int c = GRID_VISIT; c < GRID_COLUMNS; c++)
        r->write[c] = cells[c - GRID_VISIT];
    r->writes = true;
}

static int by_place(const void *a, const void *b)
{
    const struct grid_row *const *x = a, *const *y = b;

    return (*x)->at - (*y)->at;
}

static void put_box(const struct grid *g, const struct grid_row *const *rows, int n,
                    const char **cells, struct sheets_box *ret)
{
    for (int i = 0; i < n; i++)
        for (int c = 0; c < GRID_COLUMNS; c++)
            cells[i * GRID_COLUMNS + c] = rows[i]->write[c];
    *ret = (struct sheets_box){g->tab.title, rows[0]->at, 1, n, GRID_COLUMNS, cells};
}

enum err grid_boxes(const struct grid *g, struct arena *a, struct sheets_box **ret, size_t *ret_n)
{
    const struct grid_row **rows = arena_calloc(a, g->n + 1, sizeof *rows);
    struct sheets_box *boxes = arena_calloc(a, g->n + 1, sizeof *boxes);
    const char **cells = arena_calloc(a, (g->n + 1) * GRID_COLUMNS, sizeof *cells);
    size_t n = 0, from = 0;

    *ret_n = 0;
    if (rows == NULL || boxes == NULL || cells == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < g->n; i++)
        if (g->row[i].writes)
            rows[n++] = &g->row[i];
    if (n > 0)
        qsort(rows, n, sizeof(const struct grid_row *), by_place);
    for (size_t i = 1; i <= n; i++)
        if (i == n || rows[i]->at != rows[i - 1]->at + 1 || i - from == BOX_ROWS) {
            put_box(g, rows + from, (int)(i - from), cells + from * GRID_COLUMNS,
                    &boxes[(*ret_n)++]);
            from = i;
        }
    *ret = boxes;
    return ERR_OK;
}
