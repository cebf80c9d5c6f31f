#include "tools/holos-sync/sheet.h"

#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/settings.h"
#include "store/outbox.h"
#include "tools/holos-sync/judge.h"

#define KIND       "sheet"
#define HOLD       2
#define HOLD_MS    30000
#define WRITE_MS   30000
#define ROUND_MS   60000
#define STEP_MS    30000
#define MEMORY_MAX ((size_t)192 * 1024 * 1024)
#define KEPT_MAX   ((size_t)4 * 1024 * 1024)
#define DUE_MOST   1000
#define NEW_ROWS   1000 /* of a worksheet that is made */
#define WRITE_ROWS 4000 /* in one request */

/* A row that was written: if it has moved meanwhile, what was written may stand in another. */
struct sheet_written {
    int64_t tab;
    int at;
    int64_t start_s;
};

/* What a round works on. */
struct work {
    struct sheet *s;
    struct store *store;
    struct deadline until;
    int64_t now_ms;
    struct sheets_tab *tab; /* of the spreadsheet */
    size_t tabs;
    struct sheet_tab *known; /* of the store */
    size_t knowns;
    struct grid *grid; /* of all businesses, one after another */
    size_t grids;
    int64_t *due; /* rows of the outbox that this round does */
    size_t dues;
    struct sheet_counts *counts;
    struct failure *f;
};

/* ==== opening ===================================================================================== */

enum err sheet_open(struct sheet *s, struct http *http, const struct app *app, struct why *why)
{
    const struct sheets_setup setup = {.http = http,
                                       .url = setting_text(SET_GOOGLE_SHEETS_URL),
                                       .id = setting_text(SET_GOOGLE_SHEET_ID),
                                       .credentials =
                                           setting_text(SET_GOOGLE_APPLICATION_CREDENTIALS)};
    struct why wrong = {0};

    *s = (struct sheet){.spreadsheet = setup.id, .app = app};
    arena_init(&s->arena, MEMORY_MAX);
    arena_init(&s->kept, KEPT_MAX);
    if (*setup.id == '\0')
        return ERR_OK;
    if (!sheets_is_id(setup.id))
        return why_set(why, ERR_CONFIG,
                       "GOOGLE_SHEET_ID: write the long part of the spreadsheet's address alone");
    if (http_url_check(setup.url, &wrong) != ERR_OK)
        return why_set(why, ERR_CONFIG, "GOOGLE_SHEETS_URL: %s", wrong.text);
    if (*setup.credentials == '\0')
        return why_set(why, ERR_CONFIG, "GOOGLE_SHEET_ID needs GOOGLE_APPLICATION_CREDENTIALS");
    enum err e = sheets_open(&setup, &s->sheets, why);
    if (e != ERR_OK)
        return e == ERR_MEMORY ? e : why_set(why, ERR_CONFIG, "GOOGLE_SHEET_ID: %s", why->text);
    return ERR_OK;
}

void sheet_close(struct sheet *s)
{
    sheets_close(s->sheets);
    arena_release(&s->arena);
    arena_release(&s->kept);
}

enum err sheet_is_due(struct sheet *s, struct store *store, bool *ret, struct why *why)
{
    struct outbox_row *row = NULL;
    size_t n = 0;

    arena_clear(&s->arena);
    enum err e = outbox_due(store, &s->arena, KIND, clock_unix_ms(), 1, &row, &n, why);
    *ret = e == ERR_OK && n > 0;
    return e;
}

/* ==== whose worksheet is which ==================================================================== */

static const struct sheets_tab *tab_titled(const struct work *w, const char *title)
{
    for (size_t i = 0; i < w->tabs; i++)
        if (strcasecmp(w->tab[i].title, title) == 0)
            return &w->tab[i];
    return NULL;
}

static bool is_taken(const struct work *w, int64_t tab)
{
    for (size_t i = 0; i < w->grids; i++)
        if (w->grid[i].tab.id == tab)
            return true;
    return false;
}

/* Somebody renamed it in the spreadsheet: it is known by its number. */
static const struct sheets_tab *tab_known(const struct work *w, const struct profile *p,
                                          const struct specialist *who)
{
    for (size_t i = 0; i < w->knowns; i++)
        for (size_t k = 0; k < w->tabs; k++)
            if (strcmp(w->known[i].profile, p->name) == 0 &&
                strcmp(w->known[i].specialist, who->id) == 0 &&
                strcmp(w->known[i].title, who->sheet) == 0 && w->known[i].tab == w->tab[k].id)
                return &w->tab[k];
    return NULL;
}

static bool keeps_sheet(const struct profile *p)
{
    return p->book != NULL && !p->broken;
}

/* Worksheets by their titles first, so that one who was renamed to another's title is not both. */
static void find_tabs(struct work *w, bool by_title)
{
    for (size_t i = 0; i < w->s->app->profiles_n; i++) {
        const struct profile *p = &w->s->app->profiles[i];
        for (size_t k = 0; keeps_sheet(p) && k < p->book->specialists; k++) {
            const struct specialist *who = &p->book->specialist[k];
            const struct sheets_tab *titled = tab_titled(w, who->sheet);
            const struct sheets_tab *tab = by_title         ? titled
                                           : titled == NULL ? tab_known(w, p, who)
                                                            : NULL;
            if (tab != NULL && !is_taken(w, tab->id))
                w->grid[w->grids++] = (struct grid){.profile = p, .who = who, .tab = *tab};
        }
    }
}

static size_t count_specialists(const struct work *w)
{
    size_t n = 0;

    for (size_t i = 0; i < w->s->app->profiles_n; i++)
        if (keeps_sheet(&w->s->app->profiles[i]))
            n += w->s->app->profiles[i].book->specialists;
    return n;
}

/* A title that two specialists share, in whatever business, is the first one's alone. */
static bool is_missing(const struct work *w, const struct specialist *who)
{
    for (size_t i = 0; i < w->grids; i++)
        if (w->grid[i].who == who)
            return false;
    return tab_titled(w, who->sheet) == NULL;
}

static enum err list_missing(const struct work *w, struct sheets_change *ret, size_t *ret_n)
{
    for (size_t i = 0; i < w->s->app->profiles_n; i++) {
        const struct profile *p = &w->s->app->profiles[i];
        for (size_t k = 0; keeps_sheet(p) && k < p->book->specialists; k++) {
            const struct specialist *who = &p->book->specialist[k];
            bool twice = false;
            for (size_t m = 0; m < *ret_n; m++)
                twice |= strcasecmp(ret[m].title, who->sheet) == 0;
            if (is_missing(w, who) && !twice)
                ret[(*ret_n)++] = (struct sheets_change){.what = SHEETS_ADD,
                                                         .title = who->sheet,
                                                         .rows = NEW_ROWS,
                                                         .columns = GRID_COLUMNS};
        }
    }
    return ERR_OK;
}

static enum err read_tabs(struct work *w)
{
    enum err e = sheets_tabs(w->s->sheets, &w->s->arena, deadline_cap_ms(w->until, STEP_MS),
                             &w->tab, &w->tabs, w->f);

    w->grids = 0;
    if (e != ERR_OK)
        return e;
    find_tabs(w, true);
    find_tabs(w, false);
    return ERR_OK;
}

static enum err make_tabs(struct work *w)
{
    size_t most = count_specialists(w), n = 0;
    struct sheets_change *missing = arena_calloc(&w->s->arena, most + 1, sizeof *missing);

    w->grid = arena_calloc(&w->s->arena, most + 1, sizeof *w->grid);
    if (missing == NULL || w->grid == NULL)
        return ERR_MEMORY;
    enum err e =
        sheet_tabs(w->store, &w->s->arena, w->s->spreadsheet, &w->known, &w->knowns, &w->f->why);
    if (e == ERR_OK)
        e = read_tabs(w);
    if (e == ERR_OK)
        e = list_missing(w, missing, &n);
    if (e != ERR_OK || n == 0)
        return e;
    e = sheets_change(w->s->sheets, &w->s->arena, deadline_cap_ms(w->until, STEP_MS), missing, n,
                      w->f);
    return e == ERR_OK ? read_tabs(w) : e;
}

/* ==== reading ===================================================================================== */

/* Were rows inserted, deleted or sorted since the last round wrote? */
static bool is_shifted(const struct sheet *s, const struct grid *g)
{
    for (size_t i = 0; i < s->written_n; i++) {
        const struct sheet_written *was = &s->written[i];
        bool is_there = was->tab != g->tab.id;
        for (size_t k = grid_from(g, was->start_s);
             !is_there && k < g->n && g->row[k].start_s == was->start_s; k++)
            is_there = g->row[k].at == was->at;
        if (!is_there)
            return true;
    }
    return false;
}

static enum err read_some(struct work *w, size_t from, size_t n)
{
    struct sheets_range range[SHEETS_RANGES];
    const struct json *rows[SHEETS_RANGES];

    for (size_t i = 0; i < n; i++)
        range[i] = (struct sheets_range){w->grid[from + i].tab.title, 1, 1,
                                         w->grid[from + i].tab.columns < GRID_COLUMNS
                                             ? w->grid[from + i].tab.columns
                                             : GRID_COLUMNS};
    enum err e = sheets_read(w->s->sheets, &w->s->arena, deadline_cap_ms(w->until, STEP_MS), range,
                             n, rows, w->f);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        struct grid *g = &w->grid[from + i];
        e = grid_read(g, &w->s->arena, rows[i]);
        g->shifted = e == ERR_OK && is_shifted(w->s, g);
    }
    return e;
}

static enum err read_all(struct work *w)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < w->grids && e == ERR_OK; i += SHEETS_RANGES)
        e = read_some(w, i, w->grids - i < SHEETS_RANGES ? w->grids - i : SHEETS_RANGES);
    return e;
}

/* ==== deciding ==================================================================================== */

static enum err keep_tabs(struct work *w)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < w->grids && e == ERR_OK; i++) {
        const struct grid *g = &w->grid[i];
        const struct sheet_tab tab = {g->profile->name, g->who->id, g->tab.id, g->who->sheet};
        const struct sheets_tab *known = tab_known(w, g->profile, g->who);
        if (known == NULL || known->id != tab.tab)
            e = sheet_tab_put(w->store, w->s->spreadsheet, &tab, &w->f->why);
    }
    return e;
}

/* Those that are due now are done by what is decided in the same transaction. */
static enum err list_due(struct work *w)
{
    struct outbox_row *row = NULL;
    size_t n = 0;

    enum err e =
        outbox_due(w->store, &w->s->arena, KIND, w->now_ms, DUE_MOST, &row, &n, &w->f->why);
    if (e != ERR_OK)
        return e;
    w->due = arena_calloc(&w->s->arena, n + 1, sizeof *w->due);
    if (w->due == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        w->due[w->dues++] = row[i].id;
    return ERR_OK;
}

static enum err judge(struct work *w, const struct profile *p, struct sheet_counts *sum)
{
    struct judge j = {.store = w->store,
                      .arena = &w->s->arena,
                      .profile = p,
                      .spreadsheet = w->s->spreadsheet,
                      .now_ms = w->now_ms};

    /* Of one business they stand together, but for those that were renamed: these come later. */
    struct grid *grid = arena_calloc(&w->s->arena, w->grids + 1, sizeof *grid);
    if (grid == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < w->grids; i++)
        if (w->grid[i].profile == p)
            grid[j.grids++] = w->grid[i];
    j.grid = grid;
    enum err e = judge_all(&j, &w->f->why);
    for (size_t i = 0, k = 0; i < w->grids; i++)
        if (w->grid[i].profile == p)
            w->grid[i] = grid[k++];
    sum->blocked += j.blocked;
    sum->unblocked += j.unblocked;
    sum->cancelled += j.cancelled;
    sum->moved += j.moved;
    sum->noted += j.noted;
    sum->kept += j.kept;
    return e;
}

static enum err decide(struct work *w)
{
    struct sheet_counts sum = {0};

    enum err e = store_begin(w->store, deadline_in_ms(WRITE_MS), &w->f->why);
    if (e != ERR_OK)
        return e;
    w->now_ms = clock_unix_ms();
    e = keep_tabs(w);
    if (e == ERR_OK)
        e = list_due(w);
    for (size_t i = 0; i < w->s->app->profiles_n && e == ERR_OK; i++)
        if (keeps_sheet(&w->s->app->profiles[i]))
            e = judge(w, &w->s->app->profiles[i], &sum);
    if (e == ERR_OK)
        e = store_commit(w->store, &w->f->why);
    else
        store_rollback(w->store);
    if (e == ERR_OK)
        *w->counts = sum;
    return e;
}

/* ==== writing ===================================================================================== */

/* The number of rows that the worksheet must have. */
static int rows_needed(const struct grid *g)
{
    int most = 0;

    for (size_t i = 0; i < g->n; i++)
        if (g->row[i].writes && g->row[i].at > most)
            most = g->row[i].at;
    return most;
}

static size_t list_changes(const struct grid *g, struct sheets_change *ret)
{
    int more = rows_needed(g) - g->tab.rows;
    size_t n = 0;

    if (g->tab.columns < GRID_COLUMNS)
        ret[n++] = (struct sheets_change){
            .what = SHEETS_WIDEN, .id = g->tab.id, .columns = GRID_COLUMNS - g->tab.columns};
    for (size_t i = 0; i < g->inserts; i++)
        ret[n++] = (struct sheets_change){
            .what = SHEETS_INSERT, .id = g->tab.id, .at = g->insert[i].at, .rows = g->insert[i].n};
    if (more > 0)
        ret[n++] = (struct sheets_change){.what = SHEETS_GROW, .id = g->tab.id, .rows = more};
    return n;
}

static enum err make_rows(struct work *w)
{
    size_t room = 0, n = 0;

    for (size_t i = 0; i < w->grids; i++)
        room += w->grid[i].inserts + 2;
    struct sheets_change *list = arena_calloc(&w->s->arena, room + 1, sizeof *list);
    if (list == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < w->grids; i++)
        n += list_changes(&w->grid[i], list + n);
    return n == 0 ? ERR_OK
                  : sheets_change(w->s->sheets, &w->s->arena, deadline_cap_ms(w->until, STEP_MS),
                                  list, n, w->f);
}

static const char *const *head_of(struct arena *a, const struct profile *p)
{
    const struct book_words *words = p->book->words;
    const char *const texts[] = {words->sheet.date,  words->sheet.full_date, words->sheet.time,
                                 words->sheet.visit, words->sheet.name,      words->sheet.service,
                                 words->sheet.phone, words->sheet.state};
    const char **head = arena_calloc(a, GRID_COLUMNS, sizeof *head);

    for (int i = 0; head != NULL && i < GRID_COLUMNS; i++)
        head[i] = texts[i];
    return head;
}

/* All boxes of all worksheets, and a head where the first row is empty. */
static enum err list_boxes(struct work *w, struct sheets_box **ret, size_t *ret_n)
{
    struct sheets_box *list = NULL, *some = NULL;
    size_t n = 0, more = 0;

    for (size_t i = 0; i < w->grids; i++) {
        const struct grid *g = &w->grid[i];
        enum err e = grid_boxes(g, &w->s->arena, &some, &more);
        struct sheets_box *longer = e == ERR_OK ? arena_grow(&w->s->arena, list, n * sizeof *list,
                                                             (n + more + 1) * sizeof *list)
                                                : NULL;
        if (longer == NULL)
            return e == ERR_OK ? ERR_MEMORY : e;
        list = longer;
        if (g->used[1] == 0) {
            const char *const *head = head_of(&w->s->arena, g->profile);
            if (head == NULL)
                return ERR_MEMORY;
            list[n++] = (struct sheets_box){g->tab.title, 1, 1, 1, GRID_COLUMNS, head};
        }
        if (more > 0)
            memcpy(list + n, some, more * sizeof *list);
        n += more;
    }
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

/* What is sent next may stand in the wrong rows if people move them now: the next round looks. */
static enum err remember_written(struct work *w)
{
    struct sheet *s = w->s;
    size_t n = 0;

    arena_clear(&s->kept);
    s->written = NULL;
    s->written_n = 0;
    for (size_t i = 0; i < w->grids; i++)
        for (size_t k = 0; k < w->grid[i].n; k++)
            n += w->grid[i].row[k].writes;
    s->written = arena_calloc(&s->kept, n + 1, sizeof *s->written);
    if (s->written == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < w->grids; i++)
        for (size_t k = 0; k < w->grid[i].n; k++) {
            const struct grid_row *r = &w->grid[i].row[k];
            if (r->writes)
                s->written[s->written_n++] =
                    (struct sheet_written){w->grid[i].tab.id, r->at, r->start_s};
        }
    w->counts->rows = (int)n;
    return ERR_OK;
}

static enum err write_boxes(struct work *w, const struct sheets_box *list, size_t n)
{
    enum err e = ERR_OK;
    size_t from = 0;
    int rows = 0;

    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        rows += list[i].rows;
        if (i + 1 < n && rows + list[i + 1].rows <= WRITE_ROWS)
            continue;
        e = sheets_write(w->s->sheets, &w->s->arena, deadline_cap_ms(w->until, STEP_MS),
                         list + from, i + 1 - from, w->f);
        if (e != ERR_OK && w->f->status >= 400 && from == 0)
            w->s->written_n = 0; /* it was refused whole: nothing was written */
        from = i + 1;
        rows = 0;
    }
    return e;
}

static enum err write_all(struct work *w)
{
    struct sheets_box *list = NULL;
    size_t n = 0;

    w->s->written_n = 0;
    enum err e = list_boxes(w, &list, &n);
    if (e == ERR_OK && n > 0)
        e = make_rows(w);
    if (e == ERR_OK)
        e = remember_written(w);
    return e == ERR_OK && n > 0 ? write_boxes(w, list, n) : e;
}

/* ==== a round ===================================================================================== */

/* How it went, and which rows of the outbox are done. */
static enum err note_round(struct work *w, enum err round)
{
    const char *fault = w->f->why.text[0] != '\0' ? w->f->why.text : err_text(round);
    struct why why = {0};

    enum err e = store_begin(w->store, deadline_in_ms(WRITE_MS), &why);
    if (e != ERR_OK)
        return e;
    e = sheet_round_put(w->store, w->now_ms, round == ERR_OK ? NULL : fault, &why);
    for (size_t i = 0; round == ERR_OK && i < w->dues && e == ERR_OK; i++)
        e = outbox_sent(w->store, w->due[i], &why);
    if (e == ERR_OK)
        return store_commit(w->store, &why);
    store_rollback(w->store);
    return e;
}

static enum err run(struct work *w)
{
    enum err e = make_tabs(w);

    if (e == ERR_OK)
        e = read_all(w);
    if (e == ERR_OK)
        e = decide(w);
    return e == ERR_OK ? write_all(w) : e;
}

enum err sheet_round_run(struct sheet *s, struct store *store, struct sheet_counts *ret,
                         struct failure *f)
{
    struct work w = {.s = s,
                     .store = store,
                     .until = deadline_in_ms(ROUND_MS),
                     .now_ms = clock_unix_ms(),
                     .counts = ret,
                     .f = f};

    *ret = (struct sheet_counts){0};
    *f = (struct failure){0};
    enum err e = store_hold(store, HOLD_OUTBOX, HOLD, deadline_in_ms(HOLD_MS));
    if (e == ERR_BUSY)
        return why_set(&f->why, e, "another holos-sync is at the sheet");
    if (e != ERR_OK)
        return e;
    arena_clear(&s->arena);
    e = run(&w);
    enum err noted = note_round(&w, e);
    store_let_go(store);
    if (e == ERR_OK)
        e = noted;
    if (e != ERR_OK && f->why.text[0] == '\0')
        (void)why_set(&f->why, e, "%s", err_text(e));
    return failure_close(f, e);
}
