#include "tools/holos-sync/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "store/lead.h"
#include "store/message.h"

#define DAY_S INT64_C(86400)
#define WINDOW_S                                                                                   \
    (30 * DAY_S) /* of one question for visits: none of them has as many as a list holds */
#define FAR_S     (800 * DAY_S)
#define CELL_TEXT 500 /* bytes of a text that is written into a cell */
#define MANY      5   /* so many bookings of a worksheet, all of them, are not emptied on purpose */

/* ==== what is booked ============================================================================== */

static struct grid *grid_of(const struct judge *j, const char *specialist)
{
    for (size_t i = 0; i < j->grids; i++)
        if (strcmp(j->grid[i].who->id, specialist) == 0)
            return &j->grid[i];
    return NULL;
}

static int by_booking(const void *a, const void *b)
{
    const struct part *x = a, *y = b;

    return x->of->id < y->of->id ? -1 : x->of->id > y->of->id;
}

static struct part *part_of(const struct judge *j, int64_t booking_id)
{
    size_t low = 0, high = j->parts;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (j->part[mid].of->id < booking_id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < j->parts && j->part[low].of->id == booking_id ? &j->part[low] : NULL;
}

static enum err take_visits(struct judge *j, struct visit *list, size_t n, size_t *room)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < list[i].parts; k++) {
            if (j->parts == *room) {
                size_t more = *room == 0 ? 256 : 2 * *room;
                struct part *part =
                    arena_grow(j->arena, j->part, *room * sizeof *part, more * sizeof *part);
                if (part == NULL)
                    return ERR_MEMORY;
                j->part = part;
                *room = more;
            }
            j->part[j->parts++] = (struct part){.visit = &list[i],
                                                .of = &list[i].part[k],
                                                .grid = grid_of(j, list[i].part[k].specialist)};
        }
    return ERR_OK;
}

/* All that is booked and not long over. */
static enum err read_visits(struct judge *j, struct why *why)
{
    int64_t from_s = j->now_ms / 1000 - 2 * DAY_S, end_s = j->now_ms / 1000 + FAR_S;
    enum err e = ERR_OK;
    size_t room = 0;

    if (from_s < 0)
        from_s = 0;
    for (; e == ERR_OK && from_s < end_s; from_s += WINDOW_S) {
        const struct visit_filter f = {
            .profile = j->profile->name, .from_s = from_s, .to_s = from_s + WINDOW_S};
        struct visit *list = NULL;
        size_t n = 0;
        e = visits_listed(j->store, j->arena, &f, &list, &n, why);
        if (e == ERR_OK)
            e = take_visits(j, list, n, &room);
    }
    if (e == ERR_OK && j->parts > 0)
        qsort(j->part, j->parts, sizeof *j->part, by_booking);
    return e;
}

/* Which place is each booking's own? */
static enum err read_places(struct judge *j, struct why *why)
{
    enum err e = sheet_places(j->store, j->arena, j->spreadsheet, j->now_ms / 1000, &j->place,
                              &j->places, why);

    for (size_t i = 0; e == ERR_OK && i < j->places; i++) {
        struct part *p = part_of(j, j->place[i].booking_id);
        if (p != NULL && p->grid != NULL && p->grid->tab.id == j->place[i].tab &&
            p->of->start_s == j->place[i].start_s)
            p->place = &j->place[i];
    }
    return e;
}

/* ==== telling ===================================================================================== */

enum err judge_note(struct judge *j, const struct grid *g, int64_t start_s, const char *what,
                    int64_t booking_id, const char *text, bool *ret_new, struct why *why)
{
    const struct sheet_change c = {.at_ms = j->now_ms,
                                   .profile = j->profile->name,
                                   .specialist = g->who->id,
                                   .start_s = start_s,
                                   .what = what,
                                   .booking_id = booking_id,
                                   .text = text};

    return sheet_change_add(j->store, &c, ret_new, why);
}

const char *judge_text(struct judge *j, const struct grid_row *r)
{
    struct buf b;

    buf_init(&b, j->arena, (size_t)4 * SHEETS_CELL_MAX * 4);
    for (int c = GRID_VISIT; c <= GRID_PHONE; c++)
        if (*r->cell[c] != '\0')
            buf_printf(&b, "%s%s", b.len == 0 ? "" : ", ", r->cell[c]);
    if (buf_err(&b) != ERR_OK)
        return NULL;
    size_t n = text_cut(buf_text(&b), b.len, SHEET_CHANGE_TEXT);
    return arena_strndup(j->arena, buf_text(&b), n);
}

enum err judge_ask(struct judge *j, const struct part *p, const char *wish, struct why *why)
{
    struct grid_time at = {0};

    enum err e = grid_time_of(j->profile, p->of->start_s, &at);
    if (e != ERR_OK)
        return e;
    struct date d = date_of(at.day);
    struct lead l = {.profile = j->profile->name,
                     .name = p->visit->name,
                     .phone = p->visit->phone,
                     .created_ms = j->now_ms};
    l.wish = arena_printf(j->arena, "%s #%lld: %02d.%02d.%04d %02d:%02d, %s, %s", wish,
                          (long long)p->of->id, d.day, d.month, d.year, at.minute / 60,
                          at.minute % 60, p->of->specialist_name, p->of->service_names);
    return l.wish == NULL ? ERR_MEMORY : lead_add(j->store, j->arena, &l, why);
}

/* ==== writing a booking =========================================================================== */

/* In one line, and of a length that a cell takes. */
static const char *cell_text(struct judge *j, const char *text)
{
    char *copy = arena_strndup(j->arena, text, text_cut(text, strlen(text), CELL_TEXT));

    for (char *c = copy; c != NULL && *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return copy;
}

static bool is_confirmed(const struct judge *j, int64_t visit_id)
{
    for (size_t i = 0; i < j->confirms; i++)
        if (j->confirmed[i] == visit_id)
            return true;
    return false;
}

static enum err texts_of(struct judge *j, const struct part *p,
                         const char *ret[static GRID_COLUMNS - GRID_VISIT])
{
    ret[0] = arena_printf(j->arena, "#%lld", (long long)p->of->id);
    ret[1] = cell_text(j, p->visit->name);
    ret[2] = cell_text(j, p->of->service_names);
    ret[3] = cell_text(j, p->visit->phone);
    ret[4] = is_confirmed(j, p->visit->id) ? j->profile->book->words->sheet.confirmed
                                           : j->profile->book->words->sheet.waiting;
    for (int i = 0; i < GRID_COLUMNS - GRID_VISIT; i++)
        if (ret[i] == NULL)
            return ERR_MEMORY;
    return ERR_OK;
}

static enum err put_place(struct judge *j, struct part *p, const struct sheet_place *as,
                          struct why *why)
{
    struct sheet_place *place = arena_alloc(j->arena, sizeof *place);

    if (place == NULL || as->wrote == NULL || as->was == NULL)
        return ERR_MEMORY;
    *place = *as;
    place->booking_id = p->of->id;
    place->tab = p->grid->tab.id;
    place->start_s = p->of->start_s;
    place->end_s = p->of->free_s;
    p->place = place;
    return sheet_place_put(j->store, j->spreadsheet, place, why);
}

/* Until it is read there, empty cells there are not staff's doing. */
static enum err write_part(struct judge *j, struct part *p, struct grid_row *row, struct why *why)
{
    const char *text[GRID_COLUMNS - GRID_VISIT];

    enum err e = texts_of(j, p, text);
    if (e != ERR_OK)
        return e;
    grid_write(row, text);
    const struct sheet_place as = {
        .wrote = arena_printf(j->arena, "%s\n%s\n%s\n%s", text[1], text[2], text[3], text[4]),
        .was = arena_printf(j->arena, "%s\n%s\n%s", text[1], text[2], text[3])};
    return put_place(j, p, &as, why);
}

static const char *wrote_of(struct judge *j, const struct part *p)
{
    const char *text[GRID_COLUMNS - GRID_VISIT];

    if (texts_of(j, p, text) != ERR_OK)
        return NULL;
    return arena_printf(j->arena, "%s\n%s\n%s\n%s", text[1], text[2], text[3], text[4]);
}

/* ==== one booking in its row ====================================================================== */

/* The number alone says nothing to people: without name, service and phone the visit is gone for them. */
static bool has_no_words(const struct grid_row *row)
{
    return *row->cell[GRID_NAME] == '\0' && *row->cell[GRID_SERVICE] == '\0' &&
           *row->cell[GRID_PHONE] == '\0';
}

/* Staff corrected its name, service or phone. The row stays theirs; the visit gets a note. */
static enum err note_edit(struct judge *j, struct part *p, const struct grid_row *row,
                          struct why *why)
{
    const struct booking_actor who = {.by = "sheet", .now_ms = j->now_ms};
    const char *text = judge_text(j, row);
    bool is_new = false;

    if (text == NULL)
        return ERR_MEMORY;
    enum err e = judge_note(j, p->grid, row->start_s, "noted", p->of->id, text, &is_new, why);
    const char *note =
        *p->visit->note == '\0' ? text : arena_printf(j->arena, "%s; %s", p->visit->note, text);
    if (note == NULL)
        return ERR_MEMORY;
    j->noted += is_new;
    return e == ERR_OK && is_new && strlen(note) <= 1000
               ? visit_note(j->store, p->visit->id, note, &who, why)
               : e;
}

/* Its number stands in its row. */
static enum err judge_own(struct judge *j, struct part *p, struct grid_row *row, struct why *why)
{
    const char *wrote = wrote_of(j, p), *is = grid_words(j->arena, row);
    const struct sheet_place *place = p->place;
    enum err e = ERR_OK;

    if (wrote == NULL || is == NULL)
        return ERR_MEMORY;
    if (place == NULL) /* a store of before, or the answer of a write was lost with the process */
        return put_place(j, p, &(struct sheet_place){.seen = true, .wrote = wrote, .was = is}, why);
    if (strcmp(place->wrote, wrote) != 0 || has_no_words(row))
        return write_part(j, p, row, why);
    if (strcmp(place->was, is) != 0)
        e = note_edit(j, p, row, why);
    if (e == ERR_OK &&
        (!place->seen || strcmp(place->was, is) != 0 || place->end_s != p->of->free_s))
        e = put_place(j, p, &(struct sheet_place){.seen = true, .wrote = wrote, .was = is}, why);
    return e;
}

/* Staff wrote into time that is booked. */
static enum err overwritten(struct judge *j, struct part *p, const struct grid_row *row,
                            struct why *why)
{
    const char *text = judge_text(j, row);
    bool is_new = false;

    if (text == NULL)
        return ERR_MEMORY;
    enum err e = judge_note(j, p->grid, row->start_s, "overwritten", p->of->id, text, &is_new, why);
    j->kept += is_new;
    if (e == ERR_OK && is_new)
        e = judge_ask(
            j, p,
            arena_printf(j->arena, "%s (%s)", j->profile->book->words->sheet.overwritten, text),
            why);
    return e;
}

/* Something else stands in the booking's first row. Our own remains are no staff's words: another
 * booking's number, dashes, or its own words without the number. */
static enum err judge_other(struct judge *j, struct part *p, struct grid_row *row, struct why *why)
{
    const char *is = grid_words(j->arena, row);
    bool ours = row->marker != 0 || grid_is_dashed(row);

    if (is == NULL)
        return ERR_MEMORY;
    if (p->place != NULL && *row->cell[GRID_VISIT] == '\0' && strcmp(p->place->was, is) == 0)
        ours = true;
    enum err e = ours ? ERR_OK : overwritten(j, p, row, why);
    return e == ERR_OK ? write_part(j, p, row, why) : e;
}

/* ==== what staff emptied ========================================================================== */

static bool is_to_come(const struct judge *j, const struct part *p)
{
    return p->of->start_s > j->now_ms / 1000;
}

static struct grid_row *row_of(const struct part *p)
{
    int i = p->grid == NULL ? -1 : grid_find(p->grid, p->of->start_s);
    struct grid_row *row = i < 0 ? NULL : &p->grid->row[i];

    if (row == NULL)
        return NULL;
    /* Of two rows with that time, the one that has its number. */
    for (struct grid_row *r = row; r < p->grid->row + p->grid->n && r->start_s == row->start_s; r++)
        if (r->marker == p->of->id)
            return r;
    return row;
}

static bool was_seen(const struct part *p)
{
    return !p->gone && p->grid != NULL && p->place != NULL && p->place->seen && !p->grid->shifted;
}

static bool is_emptied(const struct judge *j, const struct part *p)
{
    const struct grid_row *row = was_seen(p) && is_to_come(j, p) ? row_of(p) : NULL;

    return row != NULL && !row->fresh && has_no_words(row) &&
           (row->marker == p->of->id || *row->cell[GRID_VISIT] == '\0');
}

/* Where else its number stands: in one row that is no other booking's. NULL: nowhere, or twice. */
static struct grid_row *pasted(const struct judge *j, const struct part *p, struct grid **ret_grid)
{
    struct grid_row *found = NULL;

    for (size_t i = 0; i < j->grids; i++)
        for (size_t k = 0; k < j->grid[i].n; k++) {
            struct grid_row *row = &j->grid[i].row[k];
            if (row->marker != p->of->id || has_no_words(row))
                continue;
            if (found != NULL)
                return NULL;
            found = row;
            *ret_grid = &j->grid[i];
        }
    return found;
}

static enum err cancel(struct judge *j, struct part *p, struct why *why)
{
    const struct booking_actor who = {.by = "sheet", .now_ms = j->now_ms, .why = "sheet"};
    bool is_new = false;

    enum err e = visit_cancel(j->store, j->arena, p->visit->id, &who, why);
    if (e == ERR_OK)
        e = judge_note(j, p->grid, p->of->start_s, "cancelled", p->of->id, "", &is_new, why);
    if (e == ERR_OK)
        e = judge_ask(j, p, j->profile->book->words->sheet.cleared, why);
    if (e != ERR_OK)
        return e;
    for (size_t i = 0; i < j->parts; i++)
        j->part[i].gone |= j->part[i].visit == p->visit;
    j->cancelled++;
    return ERR_OK;
}

/* Pasted elsewhere it is moved, else it is cancelled. */
static enum err judge_emptied(struct judge *j, struct part *p, struct why *why)
{
    struct grid *to = NULL;
    bool moved = false, is_new = false;

    struct grid_row *row = pasted(j, p, &to);
    if (row == NULL)
        return cancel(j, p, why);
    enum err e = judge_move(j, p, to, row, &moved, why);
    if (e != ERR_OK)
        return e;
    e = judge_note(j, to, row->start_s, moved ? "moved" : "not-moved", p->of->id, "", &is_new, why);
    if (e == ERR_OK && !moved && is_new)
        e = judge_ask(j, p, j->profile->book->words->sheet.not_moved, why);
    /* The next round finds it at its new place and writes what that lacks. */
    p->gone = moved;
    j->moved += moved;
    j->kept += !moved;
    return e;
}

/* All of a worksheet's at once: that was no decision about each of them. */
static enum err restore(struct judge *j, struct grid *g, struct part *one, int n, struct why *why)
{
    bool is_new = false;

    g->shifted = true;
    j->kept += n;
    enum err e = judge_note(j, g, 0, "restored", 0, "", &is_new, why);
    return e == ERR_OK && is_new ? judge_ask(j, one, j->profile->book->words->sheet.restored, why)
                                 : e;
}

static enum err judge_emptied_of(struct judge *j, struct grid *g, struct why *why)
{
    struct part *one = NULL;
    int seen = 0, emptied = 0;
    enum err e = ERR_OK;

    for (size_t i = 0; i < j->parts; i++) {
        struct part *p = &j->part[i];
        if (p->grid != g || !was_seen(p) || !is_to_come(j, p))
            continue;
        seen++;
        if (is_emptied(j, p)) {
            emptied++;
            one = p;
        }
    }
    if (emptied >= MANY && emptied == seen)
        return restore(j, g, one, emptied, why);
    for (size_t i = 0; i < j->parts && emptied > 0 && e == ERR_OK; i++)
        if (j->part[i].grid == g && is_emptied(j, &j->part[i]))
            e = judge_emptied(j, &j->part[i], why);
    return e;
}

/* ==== all bookings ================================================================================ */

/* The first row that may overlap it. */
static size_t first_row(const struct part *p)
{
    return grid_from(p->grid,
                     p->of->start_s - (int64_t)p->grid->profile->book->cell_minutes * 60 + 1);
}

/* The rows that overlap its time are its own; the first is that in which it begins. */
static void own_rows(struct part *p)
{
    struct grid *g = p->grid;

    for (size_t i = first_row(p); i < g->n && g->row[i].start_s < p->of->free_s; i++)
        if (g->row[i].end_s > p->of->start_s)
            g->row[i].owner = p;
}

static const char *const dashes[] = {"-", "-", "-", "-", ""};
static const char *const blanks[] = {"", "", "", "", ""};

static enum err judge_further(struct judge *j, struct part *p, struct grid_row *row,
                              struct why *why)
{
    enum err e = ERR_OK;
    bool all = true;

    for (int c = GRID_VISIT; c <= GRID_PHONE; c++)
        all = all && strcmp(row->cell[c], "-") == 0;
    if (all)
        return ERR_OK;
    if (!row->fresh && !grid_is_blank(row) && !grid_is_dashed(row) && row->marker == 0)
        e = overwritten(j, p, row, why);
    grid_write(row, dashes);
    return e;
}

static enum err judge_first(struct judge *j, struct part *p, struct grid_row *row, struct why *why)
{
    bool is_over = !is_to_come(j, p) && p->place != NULL;

    if (row->marker == p->of->id)
        return judge_own(j, p, row, why);
    if (is_over) /* while it goes on, staff may tidy up */
        return ERR_OK;
    return row->fresh || grid_is_blank(row) ? write_part(j, p, row, why)
                                            : judge_other(j, p, row, why);
}

static enum err judge_parts(struct judge *j, struct why *why)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < j->parts && e == ERR_OK; i++) {
        struct part *p = &j->part[i];
        struct grid_row *first = p->gone || p->of->free_s <= j->now_ms / 1000 ? NULL : row_of(p);
        if (first == NULL)
            continue;
        own_rows(p);
        e = judge_first(j, p, first, why);
        for (size_t k = first_row(p); k < p->grid->n && e == ERR_OK; k++) {
            struct grid_row *row = &p->grid->row[k];
            if (row->start_s >= p->of->free_s)
                break;
            if (row->owner == p && row != first && row->end_s > j->now_ms / 1000)
                e = judge_further(j, p, row, why);
        }
    }
    return e;
}

/* ==== what must go ================================================================================ */

static struct grid *grid_of_tab(const struct judge *j, int64_t tab)
{
    for (size_t i = 0; i < j->grids; i++)
        if (j->grid[i].tab.id == tab)
            return &j->grid[i];
    return NULL;
}

/* A place at which its booking is no longer. It is forgotten once nothing of it is left. */
static enum err empty_place(struct judge *j, struct grid *g, const struct sheet_place *place,
                            struct why *why)
{
    bool left = false;

    for (size_t i = grid_from(g, place->start_s); i < g->n && g->row[i].start_s < place->end_s;
         i++) {
        struct grid_row *row = &g->row[i];
        bool is_its = row->marker == place->booking_id;
        bool is_further = row->start_s > place->start_s && grid_is_dashed(row);
        if (row->owner != NULL || !(is_its || is_further))
            continue;
        grid_write(row, blanks);
        left = true;
    }
    return left ? ERR_OK : sheet_place_drop(j->store, j->spreadsheet, place, why);
}

static enum err judge_places(struct judge *j, struct why *why)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < j->places && e == ERR_OK; i++) {
        const struct part *p = part_of(j, j->place[i].booking_id);
        struct grid *g = grid_of_tab(j, j->place[i].tab);
        bool is_here =
            p != NULL && !p->gone && p->grid == g && p->of->start_s == j->place[i].start_s;
        if (g != NULL && !is_here)
            e = empty_place(j, g, &j->place[i], why);
    }
    return e;
}

/* A booking's number in a row that is not its own: a copy, or pasted where it may not be. */
static void empty_copies(struct judge *j, struct grid *g)
{
    for (size_t i = 0; i < g->n; i++) {
        struct grid_row *row = &g->row[i];
        const struct part *p = row->marker == 0 ? NULL : part_of(j, row->marker);
        if (p == NULL || p->gone || row->owner != NULL || row->writes || p->place == NULL)
            continue;
        const char *is = grid_words(j->arena, row);
        if (is != NULL &&
            (strcmp(is, p->place->was) == 0 || strncmp(is, p->place->wrote, strlen(is)) == 0))
            grid_write(row, blanks);
    }
}

/* ==== rows ======================================================================================== */

/* Hours, bookings, and texts of staff whose rows were deleted. */
static enum err fill(struct judge *j, struct grid *g)
{
    struct grid_time now = {0}, *hours = NULL;
    size_t n = 0;

    enum err e = grid_time_of(j->profile, j->now_ms / 1000, &now);
    if (e == ERR_OK)
        e = grid_hours(g, j->arena, j->now_ms / 1000, now.day + j->profile->book->horizon_days,
                       &hours, &n);
    struct grid_time *all =
        e == ERR_OK ? arena_calloc(j->arena, n + j->parts + j->blocks + 1, sizeof *all) : NULL;
    if (all == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    if (n > 0)
        memcpy(all, hours, n * sizeof *all);
    for (size_t i = 0; i < j->parts && e == ERR_OK; i++)
        if (j->part[i].grid == g && j->part[i].of->free_s > j->now_ms / 1000)
            e = grid_time_of(j->profile, j->part[i].of->start_s, &all[n++]);
    for (size_t i = 0; i < j->blocks && e == ERR_OK; i++)
        if (strcmp(j->block[i].specialist, g->who->id) == 0 &&
            strcmp(j->block[i].by, "sheet") == 0 && j->block[i].to_s > j->now_ms / 1000)
            e = grid_time_of(j->profile, j->block[i].from_s, &all[n++]);
    return e == ERR_OK ? grid_fill(g, j->arena, all, n) : e;
}

/* What a deleted row said of a time that staff took. */
static void restore_blocks(struct judge *j, struct grid *g)
{
    for (size_t i = 0; i < j->blocks; i++) {
        const struct block *b = &j->block[i];
        const char *text[] = {"", b->why, "", "", ""};
        int at = strcmp(b->specialist, g->who->id) == 0 && strcmp(b->by, "sheet") == 0
                     ? grid_find(g, b->from_s)
                     : -1;
        if (at >= 0 && g->row[at].fresh && g->row[at].owner == NULL)
            grid_write(&g->row[at], text);
    }
}

enum err judge_all(struct judge *j, struct why *why)
{
    int64_t now_s = j->now_ms / 1000;

    enum err e = read_visits(j, why);
    if (e == ERR_OK)
        e = read_places(j, why);
    if (e == ERR_OK)
        e = blocks_listed(j->store, j->arena, j->profile->name, now_s, now_s + FAR_S, &j->block,
                          &j->blocks, why);
    if (e == ERR_OK)
        e = message_answers(j->store, j->arena, j->profile->name, now_s, &j->confirmed,
                            &j->confirms, why);
    for (size_t i = 0; i < j->grids && e == ERR_OK; i++)
        e = fill(j, &j->grid[i]);
    for (size_t i = 0; i < j->grids && e == ERR_OK; i++)
        e = judge_emptied_of(j, &j->grid[i], why);
    if (e == ERR_OK)
        e = judge_parts(j, why);
    if (e == ERR_OK)
        e = judge_places(j, why);
    for (size_t i = 0; i < j->grids && e == ERR_OK; i++) {
        empty_copies(j, &j->grid[i]);
        restore_blocks(j, &j->grid[i]);
        e = judge_blocks(j, &j->grid[i], why);
    }
    if (e != ERR_OK && why->text[0] == '\0')
        (void)why_set(why, e, "%s", err_text(e));
    return e;
}
