#include "store/sheet.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "store/booking-inside.h"

#define LIST_MAX 10000
#define DAY_MS   INT64_C(86400000)

/* ==== worksheets ================================================================================== */

enum err sheet_tabs(struct store *s, struct arena *a, const char *spreadsheet,
                    struct sheet_tab **ret, size_t *ret_n, struct why *why)
{
    struct sheet_tab *list = arena_alloc(a, sizeof *list);
    struct query q;
    size_t n = 0;

    query_start(&q, s->db, SQL_SHEET_TABS);
    query_put_text(&q, spreadsheet);
    while (list != NULL && query_next(&q)) {
        list = booking_place(a, list, n, sizeof *list);
        if (list == NULL)
            break;
        struct sheet_tab *t = &list[n++];
        t->profile = query_get_text(&q, a);
        t->specialist = query_get_text(&q, a);
        t->tab = query_get_int(&q);
        t->title = query_get_text(&q, a);
    }
    enum err e = query_end(&q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

enum err sheet_tab_put(struct store *s, const char *spreadsheet, const struct sheet_tab *tab,
                       struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_SHEET_TAB_PUT);
    query_put_text(&q, tab->profile);
    query_put_text(&q, tab->specialist);
    query_put_text(&q, spreadsheet);
    query_put_int(&q, tab->tab);
    query_put_text(&q, tab->title);
    return query_run(&q, why);
}

/* ==== where bookings stand ======================================================================== */

static void read_place(struct query *q, struct arena *a, struct sheet_place *ret)
{
    ret->booking_id = query_get_int(q);
    ret->tab = query_get_int(q);
    ret->start_s = query_get_int(q);
    ret->end_s = query_get_int(q);
    ret->seen = query_get_int(q) != 0;
    ret->wrote = query_get_text(q, a);
    ret->was = query_get_text(q, a);
}

enum err sheet_places(struct store *s, struct arena *a, const char *spreadsheet, int64_t now_s,
                      struct sheet_place **ret, size_t *ret_n, struct why *why)
{
    struct sheet_place *list = arena_alloc(a, sizeof *list);
    struct query q;
    size_t n = 0;

    query_start(&q, s->db, SQL_SHEET_PLACES);
    query_put_text(&q, spreadsheet);
    query_put_int(&q, now_s);
    while (list != NULL && query_next(&q)) {
        list = booking_place(a, list, n, sizeof *list);
        if (list != NULL)
            read_place(&q, a, &list[n++]);
    }
    enum err e = query_end(&q, why);
    if (e != ERR_OK || list == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

static void put_key(struct query *q, const char *spreadsheet, const struct sheet_place *p)
{
    query_put_int(q, p->booking_id);
    query_put_text(q, spreadsheet);
    query_put_int(q, p->tab);
    query_put_int(q, p->start_s);
}

enum err sheet_place_put(struct store *s, const char *spreadsheet, const struct sheet_place *p,
                         struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_SHEET_PLACE_PUT);
    put_key(&q, spreadsheet, p);
    query_put_int(&q, p->end_s);
    query_put_int(&q, p->seen);
    query_put_text(&q, p->wrote);
    query_put_text(&q, p->was);
    return query_run(&q, why);
}

enum err sheet_place_drop(struct store *s, const char *spreadsheet, const struct sheet_place *p,
                          struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_SHEET_PLACE_DROP);
    put_key(&q, spreadsheet, p);
    return query_run(&q, why);
}

/* ==== what staff changed ========================================================================== */

static void put_change(struct query *q, const struct sheet_change *c, const char *text)
{
    query_put_int(q, c->at_ms);
    query_put_text(q, c->profile);
    query_put_text(q, c->specialist);
    query_put_int(q, c->start_s);
    query_put_text(q, c->what);
    query_put_id(q, c->booking_id);
    query_put_text(q, text);
}

enum err sheet_change_add(struct store *s, const struct sheet_change *c, bool *ret_new,
                          struct why *why)
{
    char text[SHEET_CHANGE_TEXT + 1];
    int64_t had = 0;
    struct query q;

    assert(s->writing);
    const char *said = c->text == NULL ? "" : c->text;
    size_t n = text_cut(said, strlen(said), SHEET_CHANGE_TEXT);
    memcpy(text, said, n);
    text[n] = '\0';
    query_start(&q, s->db, SQL_SHEET_CHANGE_HAD);
    put_change(&q, c, text);
    query_put_int(&q, c->at_ms - DAY_MS);
    enum err e = query_run_int(&q, &had, why);
    *ret_new = e == ERR_OK && had == 0;
    if (!*ret_new)
        return e;
    query_start(&q, s->db, SQL_SHEET_CHANGE_ADD);
    put_change(&q, c, text);
    return query_run(&q, why);
}

static void read_change(struct query *q, struct arena *a, struct sheet_change *ret)
{
    ret->at_ms = query_get_int(q);
    ret->profile = query_get_text(q, a);
    ret->specialist = query_get_text(q, a);
    ret->start_s = query_get_int(q);
    ret->what = query_get_text(q, a);
    ret->booking_id = query_get_int(q);
    ret->text = query_get_text(q, a);
}

enum err sheet_changes(struct store *s, struct arena *a, const char *profile, int64_t since_ms,
                       int limit, struct sheet_change **ret, size_t *ret_n, struct why *why)
{
    size_t room = limit < LIST_MAX ? (size_t)limit : LIST_MAX;
    struct sheet_change *list = arena_calloc(a, room, sizeof *list);
    struct query q;
    size_t n = 0;

    assert(limit > 0);
    if (list == NULL)
        return ERR_MEMORY;
    query_start(&q, s->db, SQL_SHEET_CHANGES);
    query_put_text(&q, profile);
    query_put_int(&q, since_ms);
    query_put_int(&q, (int64_t)room);
    while (n < room && query_next(&q))
        read_change(&q, a, &list[n++]);
    enum err e = query_end(&q, why);
    if (e != ERR_OK)
        return e;
    *ret = list;
    *ret_n = n;
    return ERR_OK;
}

/* ==== the last look =============================================================================== */

enum err sheet_round_get(struct store *s, struct arena *a, struct sheet_round *ret, struct why *why)
{
    struct query q;

    *ret = (struct sheet_round){.fault = ""};
    query_start(&q, s->db, SQL_SHEET_ROUND_GET);
    if (query_next(&q)) {
        ret->tried_ms = query_get_int(&q);
        ret->done_ms = query_get_int(&q);
        ret->fault = query_get_text(&q, a);
    }
    return query_end(&q, why);
}

enum err sheet_round_put(struct store *s, int64_t now_ms, const char *fault, struct why *why)
{
    struct query q;

    assert(s->writing);
    query_start(&q, s->db, SQL_SHEET_ROUND_PUT);
    query_put_int(&q, now_ms);
    query_put_text(&q, fault == NULL ? "" : fault);
    return query_run(&q, why);
}
