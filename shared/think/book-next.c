/* What the conversation of the book asks next: the service, the day, a time that is free, the name, the
 * number, and at last a yes to everything read back. */
#include "think/book-talk.h"

#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "language/heard.h"

#define TRIES     2  /* a question is put again so often; then a person is offered */
#define WHO_MAX   8  /* specialists that are named in one sentence */
#define ALSO_DAYS 30 /* after a full day, so many are looked through for others */
#define FEW_WORDS 4

struct book_desk book_talk_desk(struct rules_turn *t)
{
    return (struct book_desk){.env = t->ask->env,
                              .effects = &t->effects,
                              .caller_phone = t->ask->caller_phone,
                              .now_ms = clock_unix_ms()};
}

static const struct book_words *words_of(const struct rules_turn *t)
{
    return t->profile->book->words;
}

/* The store's error voids the turn. */
bool book_talk_failed(struct rules_turn *t, enum err e)
{
    t->no_memory |= e == ERR_MEMORY;
    if (e != ERR_OK && t->err == ERR_OK)
        t->err = e;
    return e != ERR_OK;
}

/* ==== asking ================================================================================== */

static const char *mark(struct rules_turn *t)
{
    return t->say.data == NULL ? "" : buf_text(&t->say);
}

/* Puts a question, which is remembered. */
void book_talk_ask(struct rules_turn *t, enum asks what, const char *phrase,
                   const struct book_told *w)
{
    struct book_talk *k = &t->b.book;
    size_t before = strlen(mark(t));

    book_tell(t, phrase, w);
    k->asked = what;
    k->tries = 0;
    const char *said = mark(t) + before;
    said += strspn(said, " ");
    k->last = rules_keep(t, said, strlen(said), 2000);
}

static void forget(struct rules_turn *t)
{
    t->b.book = book_talk_none();
}

/* It is over: anything else? */
void book_talk_finish(struct rules_turn *t)
{
    forget(t);
    t->b.at = STEP_ANYTHING_ELSE;
    t->b.misses = 0;
    t->b.wish = "";
    rules_say(t, t->profile->say.anything_else);
}

void book_drop_offers(struct rules_turn *t)
{
    const struct book_desk d = book_talk_desk(t);

    t->b.book.offer = 0;
    t->b.book.offers = 0;
    (void)book_talk_failed(t, book_drop(&d, NULL));
}

/* The book cannot go on: a person is offered. */
void book_offer_person(struct rules_turn *t, const char *phrase, const struct book_told *w)
{
    book_drop_offers(t);
    forget(t);
    book_tell(t, phrase, w);
    t->b.at = STEP_OFFER;
    t->b.rule = -1;
    rules_add_wish(t, t->ask->words);
}

/* ==== what is wished ========================================================================== */

struct book_wish book_wish_of(const struct rules_turn *t)
{
    const struct book_talk *k = &t->b.book;
    struct book_wish w = {.services = k->services,
                          .specialist = k->specialist,
                          .days = k->nearest || k->any_day ? 0 : k->days,
                          .time = k->time,
                          .from = k->from,
                          .to = k->to,
                          .visit = k->doing == BOOK_MOVING ? k->visit : 0};

    memcpy(w.service, k->service, sizeof w.service);
    memcpy(w.day, k->day, sizeof w.day);
    if (!k->for_other)
        w.phone = *k->phone != '\0' ? k->phone : t->ask->caller_phone;
    return w;
}

static bool knows_when(const struct book_talk *k)
{
    return k->days > 0 || k->nearest || k->any_day;
}

/* ==== the next question ======================================================================= */

void book_ask_service(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    struct book_told w = {0};

    bool unknown = u->unknown_service;
    if (unknown || u->could_be_n > 0) { /* else those that were asked about stay */
        k->among_n = u->could_be_n;
        memcpy(k->among, u->could_be, sizeof k->among);
    }
    if (k->among_n > 0) {
        book_tell_choice(t, k->among, k->among_n, &w);
        book_talk_ask(t, ASKS_SERVICE, words_of(t)->say.which_service, &w);
    } else {
        book_talk_ask(t, ASKS_SERVICE,
                      unknown ? words_of(t)->say.unknown_service : words_of(t)->say.ask_service,
                      &w);
    }
}

/* ---- offers -------------------------------------------------------------------------------- */

static bool is_one_day(const struct rules_turn *t, const struct offer *o, size_t n)
{
    day_number first = 0;
    int minute = 0;

    for (size_t i = 0; i < n; i++) {
        day_number day = 0;
        if (book_local(t->profile, o[i].part[0].start_s, &day, &minute) != ERR_OK)
            return false;
        if (i == 0)
            first = day;
        else if (day != first)
            return false;
    }
    return true;
}

/* Tells these times, of which the caller is to choose one. */
static void tell_offers(struct rules_turn *t, const struct offer *offers, size_t n)
{
    const struct book_words *words = words_of(t);
    struct book_told w = {0};

    book_tell_when(t, offers[0].part[0].start_s, &w);
    book_tell_times(t, offers, n, &w);
    t->b.book.offer = 0;
    t->b.book.offers = (int)n;
    book_talk_ask(t, ASKS_CHOICE,
                  n == 1                     ? words->say.offer_one
                  : is_one_day(t, offers, n) ? words->say.offer_times
                                             : words->say.offer_days,
                  &w);
}

/* Makes the offers and tells them. False: all were taken meanwhile. */
bool book_offer_times(struct rules_turn *t, const struct book_wish *wish,
                      const struct book_found *found, enum book_choice how, int near)
{
    const struct book_desk d = book_talk_desk(t);
    struct free_time times[BOOK_OFFERS];
    struct offer offers[BOOK_OFFERS];
    size_t n = book_choose(found, how, near, (size_t)t->profile->book->offer, times);

    if (book_talk_failed(t, book_offer(&d, wish, times, n, offers, &n, NULL)) || n == 0)
        return false;
    tell_offers(t, offers, n);
    return true;
}

/* Other times than the wanted: of the same days, then of later ones. */
static void offer_other(struct rules_turn *t, struct book_wish wish)
{
    const struct book_desk d = book_talk_desk(t);
    struct book_found found = {0};
    int near = wish.time;

    wish.time = -1;
    if (book_talk_failed(t, book_find(&d, &wish, &found, NULL)))
        return;
    if (found.n > 0 && book_offer_times(t, &wish, &found, near < 0 ? BOOK_SPREAD : BOOK_NEAR, near))
        return;
    day_number after = wish.days > 0 ? wish.day[0] : DAY_NONE;
    wish.days = 0;
    if (near < 0 || book_talk_failed(t, book_find(&d, &wish, &found, NULL)) || found.n == 0) {
        wish.from = wish.to = -1;
        if (t->err != ERR_OK || book_talk_failed(t, book_find(&d, &wish, &found, NULL)))
            return;
    }
    struct book_found later = {.time = found.time};
    while (later.time < found.time + found.n && later.time->day < after)
        later.time++;
    later.n = found.n - (size_t)(later.time - found.time);
    if (later.n == 0)
        later = found;
    if (later.n > 0 && book_offer_times(t, &wish, &later, BOOK_EARLIEST, -1))
        return;
    if (t->err == ERR_OK)
        book_offer_person(t, words_of(t)->say.nothing_free, &(struct book_told){0});
}

static bool is_open(const struct rules_turn *t, day_number day)
{
    const struct book *b = t->profile->book;

    for (size_t i = 0; i < b->specialists; i++)
        if (catalogue_works(b, (int)i, day))
            return true;
    return false;
}

/* Why a time, or a day, cannot be had. */
void book_tell_why(struct rules_turn *t, const struct book_wish *wish, enum free_why why)
{
    const struct book_words *words = words_of(t);
    const struct book_desk d = book_talk_desk(t);
    struct book_told w = {0};
    int64_t second = 0;
    bool at = wish->days > 0 && wish->time >= 0;
    const char *full =
        wish->from >= 0 || wish->to >= 0 ? words->say.hours_full : words->say.day_full;

    if (wish->days > 0)
        book_tell_day(t, wish->day[0], &w);
    if (at)
        book_tell_moment(t, wish->day[0], wish->time, &w);
    if (at) /* 0: it does not exist, or exists twice */
        (void)free_second(t->profile->time_zone, wish->day[0], wish->time, &second);
    if (wish->specialist >= 0)
        book_tell_specialists(t, &wish->specialist, 1, &w);
    switch (why) {
    case FREE_PAST:
        book_tell(t, second * 1000 > d.now_ms ? words->say.too_soon : words->say.past, &w);
        break;
    case FREE_TOO_FAR:
        book_tell(t, words->say.too_far, &w);
        break;
    case FREE_NO_SUCH:
    case FREE_OUTSIDE:
        book_tell(t, at ? words->say.hour_closed : full, &w);
        break;
    case FREE_CLOSED:
        book_tell_services(t, wish->service, wish->services, &w);
        book_tell(t,
                  wish->specialist >= 0      ? words->say.day_off
                  : is_open(t, wish->day[0]) ? words->say.day_nobody
                                             : words->say.day_closed,
                  &w);
        break;
    case FREE_OWN:
        book_tell(t, words->say.own_visit, &w);
        break;
    case FREE_NOT_DONE_BY:
    case FREE_TAKEN:
    case FREE_OK:
        book_tell(t, at ? words->say.taken : full, &w);
        break;
    }
}

/* Two or three do it, all of them are free then, and the caller has named none. */
static bool asks_specialist(struct rules_turn *t, const struct book_wish *wish)
{
    struct book_talk *k = &t->b.book;
    const struct book_desk d = book_talk_desk(t);
    const struct service *s = &t->profile->book->service[k->service[0]];
    struct book_told w = {0};
    int who[WHO_MAX];
    size_t n = 0;

    if (k->specialist >= 0 || k->any_specialist || k->services != 1 || s->by_n < 2 || s->by_n > 3)
        return false;
    if (book_talk_failed(t, book_who(&d, wish, who, WHO_MAX, &n, NULL)) || n < s->by_n)
        return false;
    book_tell_specialists(t, who, n, &w);
    book_tell_services(t, k->service, k->services, &w);
    book_talk_ask(t, ASKS_SPECIALIST, words_of(t)->say.ask_specialist, &w);
    return true;
}

/* The wanted time itself is free: it is kept at once. */
static bool keep_wanted(struct rules_turn *t, const struct book_wish *wish,
                        const struct book_found *found)
{
    const struct book_desk d = book_talk_desk(t);
    struct book_talk *k = &t->b.book;
    struct offer made[1];
    size_t n = 0;

    if (asks_specialist(t, wish) || t->err != ERR_OK)
        return true;
    if (book_talk_failed(t, book_offer(&d, wish, found->time, 1, made, &n, NULL)))
        return true;
    if (n == 0)
        return false;
    k->offer = made[0].id;
    k->offers = 1;
    book_read_back(t);
    return true;
}

/* "У вівторок", said on a Tuesday: today while a time is left, else in a week. */
static enum err find(const struct book_desk *d, struct book_talk *k, struct book_wish *wish,
                     struct book_found *found)
{
    enum err e = book_find(d, wish, found, NULL);

    if (e != ERR_OK || found->n > 0 || !k->or_next_week || k->days != 1)
        return e;
    k->day[0] = wish->day[0] = k->day[0] + 7;
    k->or_next_week = false;
    return book_find(d, wish, found, NULL);
}

static void ask_times(struct rules_turn *t)
{
    const struct book_desk d = book_talk_desk(t);
    struct book_talk *k = &t->b.book;
    struct book_wish wish = book_wish_of(t);
    struct book_found found = {0};

    if (book_talk_failed(t, find(&d, k, &wish, &found)))
        return;
    if (found.n > 0 && wish.time >= 0 && keep_wanted(t, &wish, &found))
        return;
    if (found.n > 0 && wish.time < 0 &&
        book_offer_times(t, &wish, &found, k->nearest ? BOOK_EARLIEST : BOOK_SPREAD, -1))
        return;
    if (t->err != ERR_OK)
        return;
    book_tell_why(t, &wish, found.why);
    k->time = -1;
    if (found.why == FREE_TOO_FAR || (found.why == FREE_PAST && wish.time < 0)) {
        k->days = 0;
        book_talk_ask(t, ASKS_DAY, words_of(t)->say.ask_day, &(struct book_told){0});
        return;
    }
    offer_other(t, wish);
}

/* ---- who, and the read-back ---------------------------------------------------------------------- */

const char *book_client_name(const struct rules_turn *t)
{
    const struct book_talk *k = &t->b.book;

    if (*k->name != '\0' || k->for_other)
        return k->name;
    return t->ask->client_name == NULL ? "" : t->ask->client_name;
}

const char *book_client_phone(const struct rules_turn *t)
{
    const struct book_talk *k = &t->b.book;

    return t->ask->caller_phone == NULL ? k->phone : t->ask->caller_phone;
}

/* The offer that was chosen, as the store has it; NULL: it is gone. */
const struct offer *book_chosen(struct rules_turn *t)
{
    const struct book_desk d = book_talk_desk(t);
    struct offer *list = NULL;
    size_t n = 0;

    if (book_talk_failed(t, book_offers(&d, &list, &n, NULL)))
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (list[i].id == t->b.book.offer)
            return &list[i];
    return NULL;
}

/* The time went to somebody else while the caller was thinking. */
void book_lost(struct rules_turn *t)
{
    struct book_wish wish = book_wish_of(t);

    if (t->err != ERR_OK)
        return;
    book_drop_offers(t);
    book_tell_why(t, &wish, FREE_TAKEN);
    offer_other(t, wish);
}

/* Asks for what is still missing of the client, else reads everything back. */
void book_read_back(struct rules_turn *t)
{
    const struct book_words *words = words_of(t);
    const struct book_desk d = book_talk_desk(t);
    const struct book_talk *k = &t->b.book;
    bool kept = false;

    if (book_talk_failed(t, book_keep(&d, k->offer, &kept, NULL)))
        return;
    const struct offer *o = kept ? book_chosen(t) : NULL;
    if (o == NULL) {
        book_lost(t);
        return;
    }
    if (k->doing == BOOK_BOOKING && *book_client_name(t) == '\0')
        book_talk_ask(t, ASKS_NAME, k->for_other ? words->say.ask_other_name : words->say.ask_name,
                      &(struct book_told){0});
    else if (k->doing == BOOK_BOOKING && *book_client_phone(t) == '\0')
        book_talk_ask(t, ASKS_PHONE, words->say.ask_phone, &(struct book_told){0});
    else
        book_tell_back(t, o, book_client_name(t));
}

void book_tell_who(struct rules_turn *t, int service)
{
    const struct service *s = &t->profile->book->service[service];
    struct book_told w = {0};
    int who[WHO_MAX];
    size_t n = 0;

    for (; n < s->by_n && n < WHO_MAX; n++)
        who[n] = s->by[n];
    book_tell_services(t, &service, 1, &w);
    book_tell_specialists(t, who, n, &w);
    book_tell(t, words_of(t)->say.who, &w);
}

void book_talk_go_on(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    const struct when *w = &u->when;

    if (k->services == 0) {
        book_ask_service(t, u);
    } else if (w->no_such_day || (w->past && !knows_when(k))) {
        book_tell(t, w->past ? words_of(t)->say.past : words_of(t)->say.no_such_day,
                  &(struct book_told){0});
        book_talk_ask(t, ASKS_DAY, words_of(t)->say.ask_day, &(struct book_told){0});
    } else if (k->offer != 0) {
        book_read_back(t);
    } else if (!knows_when(k)) {
        struct book_told told = {0};
        book_tell_services(t, k->service, k->services, &told);
        book_talk_ask(t, ASKS_DAY, words_of(t)->say.ask_day, &told);
    } else if (k->specialist >= 0 && k->services == 1 &&
               !catalogue_does(t->profile->book, k->service[0], k->specialist)) {
        struct book_told told = {0};
        book_tell_services(t, k->service, k->services, &told);
        book_tell_specialists(t, &k->specialist, 1, &told);
        book_tell(t, words_of(t)->say.not_done_by, &told);
        book_tell_who(t, k->service[0]);
        k->specialist = -1;
        k->any_specialist = true;
        ask_times(t);
    } else {
        ask_times(t);
    }
}
