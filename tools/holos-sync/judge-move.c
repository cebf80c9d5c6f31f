/* A booking that staff cut out of the sheet and pasted at another time. */
#include "think/book.h"
#include "tools/holos-sync/judge.h"

#define CHECK_MS 10000

/* As anybody who books: inside the hours, by who does it, free. */
static enum err check(struct judge *j, const struct book_desk *desk, const struct part *p,
                      const struct grid *to, const struct grid_row *row,
                      struct booking_part ret[static BOOKING_PARTS], size_t *ret_n, bool *ret_ok,
                      struct why *why)
{
    struct book_wish wish = {.days = 1, .from = -1, .to = -1, .visit = p->visit->id};
    enum free_why reason = FREE_OK;
    struct free_time at = {0};
    struct grid_time when = {0};

    wish.specialist = catalogue_specialist(j->profile->book, to->who->id);
    wish.services = book_services_of(j->profile->book, p->of, 1, wish.service);
    wish.phone = p->visit->for_other ? "" : p->visit->phone;
    *ret_ok = false;
    enum err e = grid_time_of(j->profile, row->start_s, &when);
    if (e != ERR_OK || wish.services == 0)
        return e;
    wish.day[0] = when.day;
    wish.time = when.minute;
    e = book_check(desk, &wish, false, &reason, &at, why);
    if (e != ERR_OK || reason != FREE_OK)
        return e;
    e = book_parts(desk, &wish, &at, ret, ret_n);
    *ret_ok = e == ERR_OK && *ret_n == 1;
    return e;
}

enum err judge_move(struct judge *j, struct part *p, struct grid *to, const struct grid_row *row,
                    bool *ret_moved, struct why *why)
{
    const struct booking_actor who = {.by = "sheet", .now_ms = j->now_ms, .why = "sheet"};
    struct env env = {.arena = j->arena,
                      .deadline = deadline_in_ms(CHECK_MS),
                      .store = j->store,
                      .profile = j->profile};
    struct effects effects = {0};
    const struct book_desk desk = {.env = &env, .effects = &effects, .now_ms = j->now_ms};
    struct booking_part part[BOOKING_PARTS];
    bool may = false;
    size_t n = 0;

    *ret_moved = false;
    if (p->visit->parts != 1 || row->owner != NULL)
        return ERR_OK;
    enum err e = check(j, &desk, p, to, row, part, &n, &may, why);
    if (e != ERR_OK || !may)
        return e;
    struct why taken = {0};
    e = visit_move(j->store, j->arena, p->visit->id, part, n, &who, &taken);
    *ret_moved = e == ERR_OK;
    return e == ERR_OK || e == ERR_EXISTS ? ERR_OK : why_set(why, e, "%s", taken.text);
}
