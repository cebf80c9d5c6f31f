#include "think/book.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "base/zone.h"
#include "business/phone.h"

#define DAY_S        86400
#define NOON         (12 * 60)
#define EVENING      (17 * 60)
#define CONFIRM_S    60 /* a chosen offer outlives the turn that confirms it */
#define VISITS_MAX   20 /* of one person that are told */
#define NAME_LETTERS 3  /* of a name that must be the same */
#define NAME_MOST    40

static const struct book *book_of(const struct book_desk *d)
{
    return d->env->profile->book;
}

/* ==== transactions ============================================================================ */

/* Opens one, unless one is open. */
static enum err begin(const struct book_desk *d, bool *ret_began, struct why *why)
{
    *ret_began = !store_in_transaction(d->env->store);
    return *ret_began ? store_begin(d->env->store, d->env->deadline, why) : ERR_OK;
}

static enum err end(const struct book_desk *d, bool began, enum err e, struct why *why)
{
    if (!began)
        return e;
    if (e == ERR_OK)
        return store_commit(d->env->store, why);
    store_rollback(d->env->store);
    return e;
}

/* ==== catalogue =============================================================================== */

void book_price(const struct book *b, const int *service, size_t n, int64_t *ret_from,
                int64_t *ret_to)
{
    bool open = false;

    *ret_from = *ret_to = 0;
    for (size_t i = 0; i < n; i++) {
        const struct service *s = &b->service[service[i]];
        if (s->price_from < 0 && s->price_to < 0) {
            *ret_from = *ret_to = -1;
            return;
        }
        open |= s->price_to < 0;
        *ret_from += s->price_from < 0 ? 0 : s->price_from;
        *ret_to += s->price_to < 0 ? 0 : s->price_to;
    }
    if (open)
        *ret_to = -1;
    if (n == 0)
        *ret_from = *ret_to = -1;
}

int book_minutes(const struct book *b, const int *service, size_t n)
{
    int minutes = 0;

    for (size_t i = 0; i < n; i++)
        minutes += b->service[service[i]].minutes;
    return minutes;
}

enum err book_local(const struct profile *p, int64_t second, day_number *ret_day, int *ret_minute)
{
    struct tm tm = {0};

    enum err e = zone_local(p->time_zone, second * 1000, &tm);
    if (e != ERR_OK)
        return e;
    *ret_day = date_number((struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday});
    *ret_minute = tm.tm_hour * 60 + tm.tm_min;
    return ERR_OK;
}

size_t book_services_of(const struct book *b, const struct booking_part *part, size_t parts,
                        int service[static CATALOGUE_VISIT_SERVICES])
{
    size_t n = 0;

    for (size_t i = 0; i < parts; i++) {
        const char *at = part[i].services;
        while (*at != '\0' && n < CATALOGUE_VISIT_SERVICES) {
            size_t len = strcspn(at, ",");
            for (size_t s = 0; s < b->services; s++)
                if (strlen(b->service[s].id) == len && strncmp(b->service[s].id, at, len) == 0)
                    service[n++] = (int)s;
            at += len + (at[len] == ',');
        }
    }
    return n;
}

/* ==== finding ================================================================================= */

/* What is taken, with the specialists' places. */
static enum err read_busy(const struct book_desk *d, const struct book_wish *wish, int64_t from_s,
                          int64_t to_s, struct free_ask *ask, struct why *why)
{
    struct env *env = d->env;
    struct busy_span *span = NULL;
    size_t n = 0;

    enum err e = booking_busy(env->store, env->arena, env->profile->name, from_s, to_s,
                              env->call_id, wish->visit, d->now_ms, &span, &n, why);
    if (e != ERR_OK)
        return e;
    struct free_busy *busy = arena_calloc(env->arena, n + 1, sizeof *busy);
    if (busy == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        int who = catalogue_specialist(book_of(d), span[i].specialist);
        if (who >= 0)
            busy[ask->busy_n++] =
                (struct free_busy){who, span[i].from_s, span[i].to_s, span[i].visit};
    }
    ask->busy = busy;
    return ERR_OK;
}

/* The client's other visits. */
static enum err read_own(const struct book_desk *d, const struct book_wish *wish, int64_t from_s,
                         struct free_ask *ask, struct why *why)
{
    const struct visit_filter f = {.profile = d->env->profile->name,
                                   .from_s = from_s - DAY_S,
                                   .to_s = INT64_MAX,
                                   .phone = wish->phone};
    struct visit *visit = NULL;
    size_t n = 0;

    if (wish->phone == NULL || *wish->phone == '\0')
        return ERR_OK;
    enum err e = visits_listed(d->env->store, d->env->arena, &f, &visit, &n, why);
    if (e != ERR_OK)
        return e;
    struct free_span *own = arena_calloc(d->env->arena, n * BOOKING_PARTS + 1, sizeof *own);
    if (own == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < visit[i].parts && visit[i].id != wish->visit; k++)
            own[ask->own_n++] =
                (struct free_span){visit[i].part[k].start_s, visit[i].part[k].end_s};
    ask->own = own;
    return ERR_OK;
}

static void range_of(const struct book_desk *d, const struct book_wish *wish, day_number today,
                     struct free_ask *ask)
{
    ask->from = today;
    ask->to = today + book_of(d)->horizon_days;
    if (wish->days == 0)
        return;
    ask->from = ask->to = wish->day[0];
    for (size_t i = 1; i < wish->days; i++) {
        ask->from = wish->day[i] < ask->from ? wish->day[i] : ask->from;
        ask->to = wish->day[i] > ask->to ? wish->day[i] : ask->to;
    }
}

/* The question to free.h: everything but the very days and hours. */
static enum err make_ask(const struct book_desk *d, const struct book_wish *wish,
                         struct free_ask *ret, struct why *why)
{
    day_number today = 0;
    int minute = 0;

    *ret = (struct free_ask){.book = book_of(d),
                             .time_zone = d->env->profile->time_zone,
                             .now_s = d->now_ms / 1000,
                             .services = wish->services,
                             .specialist = wish->specialist};
    memcpy(ret->service, wish->service, sizeof ret->service);
    enum err e = book_local(d->env->profile, ret->now_s, &today, &minute);
    if (e != ERR_OK)
        return why_set(why, e, "the time zone is unknown");
    range_of(d, wish, today, ret);
    int64_t from_s = ret->now_s + (int64_t)(ret->from - today - 2) * DAY_S;
    int64_t to_s = ret->now_s + (int64_t)(ret->to - today + 3) * DAY_S;
    e = read_busy(d, wish, from_s, to_s, ret, why);
    return e == ERR_OK ? read_own(d, wish, from_s, ret, why) : e;
}

/* `at_end`: a start at the very end of the wished hours counts, too. */
static bool is_wished(const struct book_wish *wish, const struct free_time *t, bool at_end)
{
    bool day = wish->days == 0;

    for (size_t i = 0; i < wish->days && !day; i++)
        day = wish->day[i] == t->day;
    return day && (wish->from < 0 || t->minute >= wish->from) &&
           (wish->to < 0 || t->minute < wish->to + at_end) &&
           (wish->time < 0 || t->minute == wish->time);
}

/* Days without a free time, of which no hour was wished: all are over, too far or closed, or nobody who
 * was named does it; else what there was is taken. The last cell of a day tells. */
static enum err ask_why_days(const struct book_desk *d, const struct free_ask *ask,
                             const struct book_wish *wish, enum free_why *ret)
{
    int last = 24 * 60 - book_of(d)->cell_minutes;
    struct free_time at = {0};
    enum err e = ERR_OK;

    *ret = FREE_TAKEN;
    for (size_t i = 0; i < wish->days && e == ERR_OK; i++) {
        enum free_why day = FREE_OK;
        e = free_check(d->env->arena, ask, wish->day[i], last, false, &day, &at);
        bool whole = day == FREE_PAST || day == FREE_TOO_FAR || day == FREE_NOT_DONE_BY ||
                     day == FREE_CLOSED;
        if (!whole || (i > 0 && day != *ret)) {
            *ret = FREE_TAKEN;
            break;
        }
        *ret = day;
    }
    return e;
}

/* What was wished is not there: why? */
static enum err ask_why(const struct book_desk *d, const struct free_ask *ask,
                        const struct book_wish *wish, struct book_found *ret, struct why *why)
{
    struct free_time at = {0};

    if (wish->time < 0 || wish->days == 0) {
        enum err e = ask_why_days(d, ask, wish, &ret->why);
        return e == ERR_OK ? e : why_set(why, e, "the book's times could not be worked out");
    }
    enum err e = free_check(d->env->arena, ask, wish->day[0], wish->time, false, &ret->why, &at);
    if (e == ERR_OK && ret->why == FREE_OK)
        ret->why = FREE_TAKEN;
    return e == ERR_OK ? ERR_OK : why_set(why, e, "the book's times could not be worked out");
}

static void keep_wished(const struct book_wish *wish, const struct free_times *all,
                        struct book_found *ret)
{
    ret->time = all->time;
    for (int at_end = 0; at_end <= 1 && ret->n == 0; at_end++)
        for (size_t i = 0; i < all->n; i++)
            if (is_wished(wish, &all->time[i], at_end))
                ret->time[ret->n++] = all->time[i];
}

enum err book_find(const struct book_desk *d, const struct book_wish *wish, struct book_found *ret,
                   struct why *why)
{
    struct free_ask ask = {0};
    struct free_times all = {0};

    *ret = (struct book_found){.why = FREE_OK};
    enum err e = make_ask(d, wish, &ask, why);
    if (e != ERR_OK)
        return e;
    e = free_find(d->env->arena, &ask, &all);
    if (e != ERR_OK)
        return why_set(why, e, "the book's times could not be worked out");
    keep_wished(wish, &all, ret);
    return ret->n > 0 ? ERR_OK : ask_why(d, &ask, wish, ret, why);
}

enum err book_find_each(const struct book_desk *d, const struct book_wish *wish,
                        const struct book_range *range, struct book_found *ret, struct why *why)
{
    struct free_ask ask = {0};
    struct free_times all = {0};

    enum err e = make_ask(d, wish, &ask, why);
    if (e != ERR_OK)
        return e;
    ask.from = range->from > ask.from ? range->from : ask.from;
    ask.to = range->to < ask.to ? range->to : ask.to;
    e = free_find_each(d->env->arena, &ask, &all);
    *ret = (struct book_found){.time = all.time, .n = all.n, .why = FREE_OK};
    return e == ERR_OK ? e : why_set(why, e, "the book's times could not be worked out");
}

enum err book_check(const struct book_desk *d, const struct book_wish *wish, bool past,
                    enum free_why *ret_why, struct free_time *ret, struct why *why)
{
    struct free_ask ask = {0};

    enum err e = make_ask(d, wish, &ask, why);
    if (e != ERR_OK)
        return e;
    e = free_check(d->env->arena, &ask, wish->day[0], wish->time, past, ret_why, ret);
    return e == ERR_OK ? e : why_set(why, e, "the book's times could not be worked out");
}

enum err book_who(const struct book_desk *d, const struct book_wish *wish, int *ret, size_t room,
                  size_t *ret_n, struct why *why)
{
    struct free_ask ask = {0};
    struct free_times all = {0};

    *ret_n = 0;
    enum err e = make_ask(d, wish, &ask, why);
    if (e == ERR_OK) {
        e = free_find_each(d->env->arena, &ask, &all);
        (void)why_set(why, e, "the book's times could not be worked out");
    }
    if (e != ERR_OK)
        return e;
    for (size_t s = 0; s < book_of(d)->specialists; s++) {
        bool can = false;
        for (size_t i = 0; i < all.n && !can; i++)
            can = all.time[i].by[0] == s && is_wished(wish, &all.time[i], true);
        if (can && *ret_n < room)
            ret[(*ret_n)++] = (int)s;
    }
    return ERR_OK;
}

/* ==== choosing what to offer ================================================================== */

static int part_of_day(const struct free_time *t)
{
    return t->minute < NOON ? 0 : t->minute < EVENING ? 1 : 2;
}

#define APART_S 1800 /* two times of one part of the day that are offered, if there are such */

static bool is_close(const struct book_found *f, size_t i, const bool *take)
{
    for (size_t k = 0; k < f->n; k++) {
        int64_t apart = f->time[i].start_s - f->time[k].start_s;
        if (take[k] && apart < APART_S && apart > -APART_S)
            return true;
    }
    return false;
}

/* The earliest of this part of the day that is not taken yet. */
static bool mark_one(const struct book_found *f, int part, bool close, bool *take)
{
    for (size_t i = 0; i < f->n; i++)
        if (!take[i] && part_of_day(&f->time[i]) == part && (close || !is_close(f, i, take))) {
            take[i] = true;
            return true;
        }
    return false;
}

/* One from each part of the day in turn, the earliest first, until there are enough. */
static void mark_spread(const struct book_found *f, size_t most, bool *take)
{
    size_t n = 0;
    bool more = true;

    for (int close = 0; close <= 1; close++)
        for (more = true; more && n < most;) {
            more = false;
            for (int part = 0; part < 3 && n < most; part++)
                if (mark_one(f, part, close, take)) {
                    more = true;
                    n++;
                }
        }
}

static int distance(const struct free_time *t, int near)
{
    return t->minute > near ? t->minute - near : near - t->minute;
}

static void mark_near(const struct book_found *f, int near, size_t most, bool *take)
{
    for (size_t n = 0; n < most && n < f->n; n++) {
        size_t best = f->n;
        for (size_t i = 0; i < f->n; i++)
            if (!take[i] &&
                (best == f->n || distance(&f->time[i], near) < distance(&f->time[best], near)))
                best = i;
        take[best] = true;
    }
}

#define CHOOSE_FROM 4096 /* starts; later ones are not looked at */

size_t book_choose(const struct book_found *found, enum book_choice how, int near, size_t most,
                   struct free_time *ret)
{
    bool take[CHOOSE_FROM] = {false};
    struct book_found f = *found;
    size_t n = 0;

    f.n = f.n > CHOOSE_FROM ? CHOOSE_FROM : f.n;
    if (how == BOOK_SPREAD && f.n > most)
        mark_spread(&f, most, take);
    else if (how == BOOK_NEAR)
        mark_near(&f, near, most, take);
    else
        for (size_t i = 0; i < f.n && i < most; i++)
            take[i] = true;
    for (size_t i = 0; i < f.n; i++)
        if (take[i])
            ret[n++] = f.time[i];
    return n;
}

/* ==== offers ================================================================================== */

static const char *add_id(const struct book_desk *d, const char *list, const char *more,
                          const char *between)
{
    if (list == NULL)
        return more;
    return arena_printf(d->env->arena, "%s%s%s", list, between, more);
}

/* The services that one specialist does one after another are one part. */
static enum err make_part(const struct book_desk *d, const struct book_wish *wish,
                          const struct free_time *t, size_t *from, int64_t *start_s,
                          struct booking_part *ret)
{
    const struct book *b = book_of(d);
    size_t first = *from;

    *ret = (struct booking_part){.specialist = b->specialist[t->by[first]].id,
                                 .specialist_name = b->specialist[t->by[first]].name,
                                 .start_s = *start_s};
    for (; *from < wish->services && t->by[*from] == t->by[first]; (*from)++) {
        const struct service *s = &b->service[wish->service[*from]];
        *start_s += (int64_t)s->minutes * 60;
        int64_t free_s = *start_s + (int64_t)s->buffer_minutes * 60;
        ret->free_s = free_s > ret->free_s ? free_s : ret->free_s;
        ret->services = add_id(d, ret->services, s->id, ",");
        ret->service_names = add_id(d, ret->service_names, s->name, ", ");
        if (ret->services == NULL || ret->service_names == NULL)
            return ERR_MEMORY;
    }
    ret->end_s = *start_s;
    ret->free_s += BOOKING_CELL_S - 1;
    ret->free_s -= ret->free_s % BOOKING_CELL_S;
    book_price(b, &wish->service[first], *from - first, &ret->price_from, &ret->price_to);
    return ERR_OK;
}

enum err book_parts(const struct book_desk *d, const struct book_wish *wish,
                    const struct free_time *at, struct booking_part ret[static BOOKING_PARTS],
                    size_t *ret_n)
{
    int64_t start_s = at->start_s;
    enum err e = ERR_OK;

    *ret_n = 0;
    for (size_t i = 0; i < wish->services && e == ERR_OK;)
        e = make_part(d, wish, at, &i, &start_s, &ret[(*ret_n)++]);
    return e;
}

static int64_t until_ms(const struct book_desk *d)
{
    return d->now_ms + (int64_t)book_of(d)->hold_seconds * 1000;
}

enum err book_offer(const struct book_desk *d, const struct book_wish *wish,
                    const struct free_time *times, size_t n, struct offer *ret, size_t *ret_n,
                    struct why *why)
{
    struct env *env = d->env;
    enum err e = ERR_OK;
    bool began = false;

    assert(n <= BOOK_OFFERS);
    *ret_n = 0;
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        ret[i] = (struct offer){.move_visit = wish->visit};
        e = book_parts(d, wish, &times[i], ret[i].part, &ret[i].parts);
    }
    if (e == ERR_OK)
        e = begin(d, &began, why);
    if (e != ERR_OK)
        return e;
    e = offers_put(env->store, env->profile->name, env->call_id, env->turn, ret, n, until_ms(d),
                   d->now_ms, ret_n, why);
    return end(d, began, e, why);
}

enum err book_offers(const struct book_desk *d, struct offer **ret, size_t *ret_n, struct why *why)
{
    return offers_of_call(d->env->store, d->env->arena, d->env->call_id, ret, ret_n, why);
}

enum err book_keep(const struct book_desk *d, int64_t offer_id, bool *ret_kept, struct why *why)
{
    bool began = false;

    enum err e = begin(d, &began, why);
    if (e != ERR_OK)
        return e;
    e = offer_renew(d->env->store, d->env->call_id, offer_id, until_ms(d) + CONFIRM_S * 1000, why);
    *ret_kept = e == ERR_OK;
    return end(d, began, e == ERR_NOT_FOUND ? ERR_OK : e, why);
}

enum err book_drop(const struct book_desk *d, struct why *why)
{
    bool began = false;

    enum err e = begin(d, &began, why);
    if (e != ERR_OK)
        return e;
    return end(d, began, offers_drop(d->env->store, d->env->call_id, why), why);
}

/* ==== booking ================================================================================= */

/* Is the client at another visit then? Whose number it is, and for whom, may have been told only after
 * the offer. */
static enum err meets_own(const struct book_desk *d, const struct offer *o,
                          const struct book_person *who, bool *ret, struct why *why)
{
    int64_t from_s = o->part[0].start_s;
    int64_t to_s = o->part[o->parts - 1].end_s;
    const struct visit_filter f = {.profile = d->env->profile->name,
                                   .from_s = from_s - DAY_S,
                                   .to_s = to_s,
                                   .phone = who->phone};
    struct visit *list = NULL;
    size_t n = 0;

    *ret = false;
    if (o->move_visit != 0 || who->for_other || who->phone == NULL || *who->phone == '\0')
        return ERR_OK;
    enum err e = visits_listed(d->env->store, d->env->arena, &f, &list, &n, why);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        *ret |= list[i].part[0].start_s < to_s && list[i].part[list[i].parts - 1].end_s > from_s &&
                list[i].id != effects_cancelled_visit(d->effects);
    return e;
}

enum err book_confirm(const struct book_desk *d, const struct offer *offer,
                      const struct book_person *who, bool *ret_done, struct why *why)
{
    bool kept = false;
    bool busy = false;

    *ret_done = false;
    if (offer->turn >= d->env->turn)
        return ERR_OK;
    enum err e = meets_own(d, offer, who, &busy, why);
    if (e == ERR_OK && !busy)
        e = book_keep(d, offer->id, &kept, why);
    if (e != ERR_OK || !kept)
        return e;
    effects_put(d->effects, (struct effect){.kind = EFFECT_BOOK,
                                            .book = {.offer_id = offer->id,
                                                     .name = who->name,
                                                     .phone = who->phone,
                                                     .for_other = who->for_other,
                                                     .note = "",
                                                     .language = d->env->profile->language}});
    *ret_done = true;
    return ERR_OK;
}

void book_cancel(const struct book_desk *d, const struct visit *visit)
{
    effects_put(d->effects, (struct effect){.kind = EFFECT_CANCEL_VISIT, .visit_id = visit->id});
}

/* ==== whose visits ============================================================================ */

/* One letter for those that a name has in one language or the other: "Мария" is "Марія". */
static uint32_t name_letter(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } same[] = {
        {0x456, 0x438}, {0x457, 0x438}, {0x44b, 0x438}, {0x439, 0x438},
        {0x454, 0x435}, {0x44d, 0x435}, {0x451, 0x435}, {0x491, 0x433},
        {0x44c, 0},     {0x44a, 0},     {0x27, 0}}; /* і ї ы й -> и; є э ё -> е; ґ -> г; ь ъ ' are none */

    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (c == same[i].from)
            return same[i].to;
    return c;
}

/* The letters of the first word; returns how many. */
static size_t name_letters(struct arena *a, const char *name, uint32_t ret[static NAME_MOST])
{
    const char *at = text_fold(a, name);
    size_t n = 0;

    while (at != NULL && *at != '\0' && *at != ' ' && n < NAME_MOST) {
        uint32_t c = name_letter(text_next(&at));
        if (c != 0 && (n == 0 || ret[n - 1] != c)) /* "Інна" is "Ина" on a bad line */
            ret[n++] = c;
    }
    return n;
}

/* Is it that name? "Олена Коваль" is Олена, in any case of it: the last letter changes. */
static bool is_name(struct arena *a, const char *known, const char *told)
{
    uint32_t k[NAME_MOST];
    uint32_t t[NAME_MOST];
    size_t kn = name_letters(a, known, k);
    size_t tn = name_letters(a, told, t);
    size_t n = kn < tn ? kn : tn;
    size_t same = 0;

    while (same < n && k[same] == t[same])
        same++;
    if (same < NAME_LETTERS)
        return same > 0 && same == kn && kn == tn;
    return same + 1 >= kn && same + 1 >= tn;
}

static enum err add_visits(const struct book_desk *d, const char *phone, const char *name,
                           struct visit *list, size_t *n, struct why *why)
{
    const struct visit_filter f = {.profile = d->env->profile->name,
                                   .from_s = d->now_ms / 1000,
                                   .to_s = INT64_MAX,
                                   .phone = phone,
                                   .with_other = true};
    struct visit *found = NULL;
    size_t found_n = 0;

    enum err e = visits_listed(d->env->store, d->env->arena, &f, &found, &found_n, why);
    for (size_t i = 0; e == ERR_OK && i < found_n && *n < VISITS_MAX; i++)
        if (name == NULL || is_name(d->env->arena, found[i].name, name))
            list[(*n)++] = found[i];
    return e;
}

enum err book_visits(const struct book_desk *d, const char *phone, const char *name,
                     struct visit **ret, size_t *ret_n, struct why *why)
{
    bool other = phone != NULL && *phone != '\0' && name != NULL && *name != '\0' &&
                 (d->caller_phone == NULL || strcmp(phone, d->caller_phone) != 0);
    struct visit *list = arena_calloc(d->env->arena, VISITS_MAX, sizeof *list);
    enum err e = list == NULL ? ERR_MEMORY : ERR_OK;

    *ret = list;
    *ret_n = 0;
    if (e == ERR_OK && other)
        return add_visits(d, phone, name, list, ret_n, why);
    if (e == ERR_OK && d->caller_phone != NULL)
        e = add_visits(d, d->caller_phone, NULL, list, ret_n, why);
    return e;
}
