/* The conversation of the book. A turn goes from top to bottom of book_talk_turn: what may be said at
 * any time, the answer to what was asked, what else was told, and then the next question. */
#include "think/book-talk.h"

#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "language/heard.h"
#include "think/name.h"

#define TRIES      2 /* a question is put again so often; then a person is offered */
#define WHO_MAX    8 /* specialists that are named in one sentence */
#define FEW_WORDS  4
#define PIECES_MAX 200 /* of a number that is not whole yet */

static const struct book_words *words_of(const struct rules_turn *t)
{
    return t->profile->book->words;
}

static void ask_once_more(struct rules_turn *t)
{
    rules_say(t, t->b.book.last);
}

static void forget(struct rules_turn *t)
{
    t->b.book = book_talk_none();
}

/* ==== what the line tells ===================================================================== */

static bool tells_services(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;

    if (u->services == 0 || k->doing == BOOK_MOVING || k->doing == BOOK_CANCELLING)
        return false;
    if (!u->adds || k->services == 0) {
        bool same = k->services == u->services &&
                    memcmp(k->service, u->service, u->services * sizeof *u->service) == 0;
        memcpy(k->service, u->service, sizeof k->service);
        k->services = u->services;
        return !same;
    }
    size_t before = k->services;
    for (size_t i = 0; i < u->services && k->services < CATALOGUE_VISIT_SERVICES; i++)
        k->service[k->services++] = u->service[i];
    return k->services > before;
}

static bool tells_specialist(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    int before = k->specialist;

    if (k->asked == ASKS_NAME && u->name != NULL) /* "Олена" is the client here */
        return false;
    if (u->specialist >= 0) {
        k->specialist = u->specialist;
        k->any_specialist = false;
    } else if (u->any_specialist) {
        k->specialist = -1;
        k->any_specialist = true;
    } else if (u->not_specialist >= 0 && u->not_specialist == k->specialist) {
        k->specialist = -1;
    } else {
        return false;
    }
    return k->specialist != before || u->any_specialist;
}

static bool tells_days(struct book_talk *k, const struct when *w)
{
    /* "Без різниці" about the specialist is no other day. */
    bool any = w->any && k->days == 0 && k->asked != ASKS_SPECIALIST;
    if (w->days_n == 0 && !w->nearest && !any)
        return false;
    if (w->days_n > 0) {
        k->days = 0;
        k->or_next_week = w->or_next_week;
        for (size_t i = 0; i < w->days_n && k->days < BOOK_DAYS; i++)
            k->day[k->days++] =
                date_number((struct date){w->days[i].year, w->days[i].month, w->days[i].day});
    }
    k->nearest = w->nearest;
    k->any_day = w->days_n == 0 && any;
    return true;
}

static bool tells_hours(struct book_talk *k, const struct when *w)
{
    if (w->time >= 0) {
        k->time = w->time;
        k->from = k->to = -1;
        return true;
    }
    if (w->from < 0 && w->to < 0)
        return false;
    k->time = -1;
    k->from = w->from;
    k->to = w->to;
    return true;
}

/* "Ні, не Марина, а Марія", to what was read back. */
static const char *corrected_name(struct rules_turn *t)
{
    struct name_line line = {.arena = t->arena, .profile = t->profile, .words = t->ask->words};

    if (t->b.book.doing != BOOK_BOOKING ||
        (t->b.book.asked != ASKS_CONFIRM && *t->b.book.name == '\0'))
        return NULL;
    const char *name = name_corrected(&line).name;
    t->no_memory |= line.no_memory;
    return name;
}

/* A number may come in pieces, one a turn: "нуль п'ятдесят" is no time of day then. */
static bool takes_piece(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    char number[PHONE_MAX];

    if (k->asked != ASKS_PHONE || u->phone != NULL || u->when.time < 0)
        return false;
    const char *joined = arena_printf(t->arena, "%s %s", t->b.heard, t->ask->words);
    t->no_memory |= joined == NULL;
    if (joined == NULL)
        return true;
    if (phone_in_text(joined, t->profile->country, number) == ERR_OK) {
        k->phone = rules_keep(t, number, strlen(number), PHONE_MAX);
        t->b.heard = "";
    } else {
        t->b.heard = rules_keep(t, joined, strlen(joined), PIECES_MAX);
    }
    return true;
}

static bool tells_person(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    bool news = false;

    const char *name = u->name == NULL ? corrected_name(t) : u->name;
    if (name != NULL) {
        k->name = rules_keep(t, name, strlen(name), ACTION_NAME_MAX);
        news = true;
    }
    if (u->phone != NULL && (t->ask->caller_phone == NULL || k->identifies)) {
        k->phone = rules_keep(t, u->phone, strlen(u->phone), PHONE_MAX);
        news = true;
    }
    if (u->for_other && !k->for_other) {
        k->for_other = true;
        k->name = u->name == NULL ? "" : k->name;
        news = true;
    }
    return news;
}

/* Takes what the line tells. A new wish makes the offer void; a name does not. */
static bool take(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    if (takes_piece(t, u))
        return *k->phone != '\0';
    bool wish = tells_services(t, u);

    wish |= tells_specialist(t, u);
    wish |= tells_days(k, &u->when);
    wish |= tells_hours(k, &u->when);
    if (wish && (k->offer != 0 || k->offers > 0))
        book_drop_offers(t);
    return tells_person(t, u) || wish;
}

/* ==== answers ================================================================================= */

/* Which of the offers is meant? NULL: none. */
static const struct offer *choice_of(struct rules_turn *t, const struct understood *u,
                                     const struct offer *list, size_t n)
{
    const struct book_talk *k = &t->b.book;

    if (n == 0)
        return NULL;
    if (u->choice == WHEN_LAST)
        return &list[n - 1];
    if (u->choice > 0)
        return (size_t)u->choice <= n ? &list[u->choice - 1] : NULL;
    for (size_t i = 0; i < n && u->when.time >= 0; i++) {
        day_number day = 0;
        int minute = 0;
        if (book_local(t->profile, list[i].part[0].start_s, &day, &minute) != ERR_OK)
            return NULL;
        bool same_day = u->when.days_n == 0;
        for (size_t j = 0; j < u->when.days_n && !same_day; j++)
            same_day = date_number((struct date){u->when.days[j].year, u->when.days[j].month,
                                                 u->when.days[j].day}) == day;
        if (same_day && minute % (12 * 60) == u->when.time % (12 * 60))
            return &list[i];
    }
    if (u->when.time >= 0 || u->when.days_n > 0 || u->when.from >= 0 || u->when.to >= 0)
        return NULL;
    bool first = u->when.any || u->when.nearest ||
                 (u->answer == ANSWER_YES && (n == 1 || k->nearest || k->tries > 0));
    return first ? &list[0] : NULL;
}

static void choose(struct rules_turn *t, const struct offer *o)
{
    struct book_talk *k = &t->b.book;
    day_number day = 0;
    int minute = 0;

    if (book_talk_failed(t, book_local(t->profile, o->part[0].start_s, &day, &minute)))
        return;
    k->offer = o->id;
    k->day[0] = day;
    k->days = 1;
    k->nearest = k->any_day = k->or_next_week = false;
    k->time = minute;
    k->from = k->to = -1;
    k->any_specialist = k->specialist < 0;
    book_read_back(t);
}

/* "А пізніше?", "інший час": the times before or after those that were told. */
static bool wants_others(struct rules_turn *t, const struct understood *u, const struct offer *list,
                         size_t n)
{
    const struct book_desk d = book_talk_desk(t);
    struct book_wish wish = book_wish_of(t);
    struct book_found found = {0};
    int64_t first_s = list[0].part[0].start_s;
    int64_t last_s = list[n - 1].part[0].start_s;

    if (!u->earlier && !u->later && !u->other)
        return false;
    wish.time = -1;
    if (book_talk_failed(t, book_find(&d, &wish, &found, NULL)))
        return true;
    size_t kept = 0;
    for (size_t i = 0; i < found.n; i++) {
        int64_t at = found.time[i].start_s;
        bool told = false;
        for (size_t j = 0; j < n && !told; j++)
            told = list[j].part[0].start_s == at;
        if (!told && (!u->earlier || at < first_s) && (!u->later || at > last_s))
            found.time[kept++] = found.time[i];
    }
    found.n = kept;
    if (kept > 0 &&
        book_offer_times(t, &wish, &found, u->earlier ? BOOK_SPREAD : BOOK_EARLIEST, -1))
        return true;
    if (t->err == ERR_OK) {
        book_tell_why(t, &wish, FREE_TAKEN);
        book_drop_offers(t);
        t->b.book.days = 0;
        t->b.book.nearest = t->b.book.any_day = false;
        book_talk_ask(t, ASKS_DAY, words_of(t)->say.ask_day, &(struct book_told){0});
    }
    return true;
}

static bool at_choice(struct rules_turn *t, const struct understood *u)
{
    const struct book_desk d = book_talk_desk(t);
    struct offer *list = NULL;
    size_t n = 0;

    if (book_talk_failed(t, book_offers(&d, &list, &n, NULL)))
        return true;
    if (n == 0 || list == NULL)
        return false;
    const struct offer *o = u->services > 0 && !u->adds ? NULL : choice_of(t, u, list, n);
    if (o != NULL && (u->specialist < 0 || u->specialist == t->b.book.specialist)) {
        choose(t, o);
        return true;
    }
    return wants_others(t, u, list, n);
}

/* Done: the visit is on the turn's effects, and told when they are committed. */
static void book(struct rules_turn *t)
{
    const struct book_words *words = words_of(t);
    const struct book_desk d = book_talk_desk(t);
    const struct book_talk *k = &t->b.book;
    const struct offer *o = book_chosen(t);
    const struct book_person who = {book_client_name(t), book_client_phone(t), k->for_other};
    struct book_told w = {.name = *who.name == '\0' || k->for_other ? NULL : who.name};
    bool done = false;

    if (o == NULL || book_talk_failed(t, book_confirm(&d, o, &who, &done, NULL)) || !done) {
        book_lost(t);
        return;
    }
    book_tell_services(t, k->service, k->services, &w);
    book_tell_when(t, o->part[0].start_s, &w);
    t->b.name = k->for_other || *k->name == '\0' ? t->b.name : k->name;
    book_tell(t, k->doing == BOOK_MOVING ? words->say.moved : words->say.booked, &w);
    book_talk_finish(t);
}

static bool at_confirm(struct rules_turn *t, const struct understood *u, bool news)
{
    struct book_talk *k = &t->b.book;

    if (k->doing == BOOK_CANCELLING && u->answer != ANSWER_NONE) {
        book_change_cancel(t, u->answer == ANSWER_YES);
        return true;
    }
    if (news || u->answer == ANSWER_NONE)
        return false;
    if (u->answer == ANSWER_YES) {
        book(t);
        return true;
    }
    book_drop_offers(t);
    book_talk_ask(t, ASKS_TIME, words_of(t)->say.what_else, &(struct book_told){0});
    return true;
}

/* A name that is none of the known ones: what a short answer says is one. */
static bool take_as_name(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;

    if (k->asked != ASKS_NAME || k->tries == 0 || t->words == 0 || t->words > FEW_WORDS ||
        u->answer != ANSWER_NONE || u->thanks || !heard_is_spelt_as_name(t->ask->words))
        return false;
    k->name = rules_keep(t, t->ask->words, strlen(t->ask->words), ACTION_NAME_MAX);
    return true;
}

/* Nothing of it was of use: the question is put again, then a person is offered. */
static void not_understood(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;

    if (u->thanks && u->answer == ANSWER_NONE) {
        ask_once_more(t);
        return;
    }
    if (k->tries >= TRIES) {
        book_offer_person(t, t->profile->say.offer_request, &(struct book_told){0});
        return;
    }
    k->tries++;
    if (k->tries > 1)
        rules_say(t, t->profile->say.not_understood);
    ask_once_more(t);
}

/* "Будь-хто", "ні": nobody in particular. A number chooses one of those that were named. */
static bool at_specialist(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    const struct service *s = &t->profile->book->service[k->service[0]];

    if (u->specialist >= 0)
        return false;
    if (u->choice > 0 && (size_t)u->choice <= s->by_n)
        k->specialist = s->by[u->choice - 1];
    k->any_specialist = k->specialist < 0;
    return true;
}

/* "Без різниці", to which of several: the first of them. */
static bool takes_any_service(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;

    if (k->asked != ASKS_SERVICE || k->services > 0 || k->among_n == 0 ||
        (!u->when.any && !u->any_specialist))
        return false;
    k->service[0] = k->among[0];
    k->services = 1;
    return true;
}

/* Fewer services than those it was asked about, or others. */
static bool tells_more_of_services(const struct book_talk *k, const struct understood *u)
{
    bool same = k->asked == ASKS_SERVICE && k->among_n > 0 && u->could_be_n == k->among_n;

    return u->could_be_n > 0 && !same;
}

/* None of the offered times. */
static void ask_other_day(struct rules_turn *t)
{
    struct book_talk *k = &t->b.book;

    book_drop_offers(t);
    k->days = 0;
    k->nearest = k->any_day = false;
    k->time = k->from = k->to = -1;
    book_talk_ask(t, ASKS_DAY, words_of(t)->say.ask_day, &(struct book_told){0});
}

static void answer(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    enum asks asked = k->asked;

    if (book_wants_instead(t, u))
        return;
    if ((asked == ASKS_CHOICE && at_choice(t, u)) ||
        (asked == ASKS_WHICH && book_change_which(t, u)))
        return;
    bool news = take(t, u);
    if (k->identifies) {
        book_change_identify(t, u);
        return;
    }
    if (asked == ASKS_CONFIRM && at_confirm(t, u, news))
        return;
    if (asked == ASKS_SPECIALIST && !news)
        news = at_specialist(t, u);
    news |= takes_any_service(t, u);
    news |=
        take_as_name(t, u) || tells_more_of_services(k, u) || u->when.past || u->when.no_such_day;
    if (asked == ASKS_CHOICE && !news && u->answer == ANSWER_NO) {
        ask_other_day(t);
    } else if (asked == ASKS_SERVICE && u->unknown_service && k->tries < TRIES) {
        int tries = k->tries + 1;
        book_ask_service(t, u);
        k->tries = tries;
    } else if (!news || asked == ASKS_WHICH) {
        not_understood(t, u);
    } else if (k->doing == BOOK_CANCELLING) {
        book_change_begin(t, u, BOOK_CANCELLING);
    } else {
        book_talk_go_on(t, u);
    }
}

/* ==== questions about services ================================================================ */

static void tell_who(struct rules_turn *t, const struct book_talk *k, const struct understood *u)
{
    const struct book_words *words = words_of(t);
    const struct book_desk d = book_talk_desk(t);
    struct book_talk of = *k;
    struct book_told w = {0};
    int who[WHO_MAX];
    size_t n = 0;

    book_tell_services(t, k->service, k->services, &w);
    of.days = 0;
    if (!tells_days(&of, &u->when) || of.days == 0) {
        book_tell_who(t, k->service[0]);
        return;
    }
    (void)tells_hours(&of, &u->when);
    struct book_wish wish = {.services = k->services,
                             .specialist = -1,
                             .days = of.days,
                             .time = of.time,
                             .from = of.from,
                             .to = of.to};
    memcpy(wish.service, k->service, sizeof wish.service);
    memcpy(wish.day, of.day, sizeof wish.day);
    if (book_talk_failed(t, book_who(&d, &wish, who, WHO_MAX, &n, NULL)))
        return;
    book_tell_day(t, of.day[0], &w);
    book_tell_specialists(t, who, n, &w);
    book_tell(t, n > 0 ? words->say.who_free : words->say.who_none, &w);
}

/* Tells what it asks of the services. */
static void tell_inquiry(struct rules_turn *t, const struct book_talk *of, enum intent about,
                         const struct understood *u)
{
    const struct book_words *words = words_of(t);
    struct book_told w = {0};

    book_tell_services(t, of->service, of->services, &w);
    if (about == INTENT_WHO) {
        tell_who(t, of, u);
    } else if (about == INTENT_LENGTH) {
        book_tell_length(t, of->service, of->services, &w);
        book_tell(t, words->say.length, &w);
    } else {
        book_tell_price(t, of->service, of->services, &w);
        book_tell(t, w.price == NULL ? words->say.price_unknown : words->say.price, &w);
        if (u->also == INTENT_LENGTH)
            tell_inquiry(t, of, INTENT_LENGTH, u);
    }
}

static bool is_inquiry(enum intent i)
{
    return i == INTENT_PRICE || i == INTENT_LENGTH || i == INTENT_WHO;
}

/* The services that a question is about: its own, else those under way. */
static struct book_talk inquired(const struct rules_turn *t, const struct understood *u)
{
    struct book_talk of = t->b.book;

    if (u->services > 0) {
        memcpy(of.service, u->service, sizeof of.service);
        of.services = u->services;
    }
    return of;
}

/* "Ну, запишіть тоді" means the services that were asked about. */
static void finish_inquiry(struct rules_turn *t, const struct book_talk *of)
{
    book_talk_finish(t);
    memcpy(t->b.book.service, of->service, sizeof of->service);
    t->b.book.services = of->services;
}

/* With nothing under way. */
static bool inquire(struct rules_turn *t, const struct understood *u)
{
    const struct book_talk of = inquired(t, u);
    struct book_talk *k = &t->b.book;

    if (of.services == 0 && u->could_be_n == 0)
        return false;
    if (of.services == 0) {
        k->doing = BOOK_ASKED;
        k->about = u->intent;
        k->also = u->also;
        book_ask_service(t, u);
        return true;
    }
    tell_inquiry(t, &of, u->intent, u);
    finish_inquiry(t, &of);
    return true;
}

/* The answer to "which of them?" that an inquiry needed. */
static void answer_inquiry(struct rules_turn *t, const struct understood *u)
{
    const struct book_talk of = inquired(t, u);
    enum intent about = t->b.book.about;

    if (of.services == 0) {
        not_understood(t, u);
        return;
    }
    struct understood asked = *u;
    asked.also = t->b.book.also;
    tell_inquiry(t, &of, about, &asked);
    finish_inquiry(t, &of);
}

/* ==== what may be said at any time ============================================================ */

static bool by_again(struct rules_turn *t, const struct understood *u)
{
    if (!u->again)
        return false;
    ask_once_more(t);
    return true;
}

/* "Не треба, я передумала", "ні, дякую". */
static bool by_drop(struct rules_turn *t, const struct understood *u)
{
    enum book_doing doing = t->b.book.doing;
    bool declines = u->thanks && u->answer == ANSWER_NO && t->words <= FEW_WORDS &&
                    u->specialist < 0 && doing != BOOK_ASKED && !u->corrects;

    if ((!u->drops && !declines) || u->when.days_n > 0 || u->when.time >= 0 || u->services > 0)
        return false;
    book_drop_offers(t);
    book_tell(t, doing == BOOK_BOOKING ? words_of(t)->say.not_booked : words_of(t)->say.kept,
              &(struct book_told){0});
    book_talk_finish(t);
    return true;
}

static bool by_inquiry(struct rules_turn *t, const struct understood *u)
{
    const struct book_talk of = inquired(t, u);

    if (!is_inquiry(u->intent) || of.services == 0 || t->b.book.doing == BOOK_ASKED)
        return false;
    if (t->b.book.services == 0) /* "скільки коштує манікюр?" is then what the visit is for */
        (void)tells_services(t, u);
    tell_inquiry(t, &of, u->intent, u);
    if (t->b.book.asked == ASKS_SERVICE && t->b.book.services > 0)
        book_talk_go_on(t, u);
    else
        ask_once_more(t);
    return true;
}

static bool by_rule(struct rules_turn *t, const struct understood *u)
{
    if (u->intent != INTENT_RULE || u->rule == NULL || u->rule->action != RULE_SAY)
        return false;
    rules_say(t, u->rule->say);
    ask_once_more(t);
    return true;
}

static void begin(struct rules_turn *t, const struct understood *u, enum book_doing what)
{
    const struct book_talk before = t->b.book;

    book_drop_offers(t);
    forget(t);
    t->b.book.doing = what;
    t->b.misses = 0;
    t->b.wish = "";
    if (what == BOOK_BOOKING) {
        (void)take(t, u);
        if (t->b.book.services == 0 && u->could_be_n == 0 && before.doing == BOOK_NOTHING) {
            memcpy(t->b.book.service, before.service, sizeof before.service);
            t->b.book.services = before.services;
        }
        book_talk_go_on(t, u);
        return;
    }
    t->b.book.visit = before.visit;
    book_change_begin(t, u, what);
}

/* "А на коли я записана?", asked while it is moved or cancelled; "мій запис на стрижку" tells which. */
static bool asks_amid_change(const struct rules_turn *t, const struct understood *u)
{
    const struct book_talk *k = &t->b.book;

    return k->doing != BOOK_ASKED && k->asked != ASKS_WHICH && t->ask->caller_phone != NULL &&
           u->services == 0 && u->could_be_n == 0 && u->when.days_n == 0 && u->when.time < 0;
}

/* "Ні, краще перенесіть": something else than what was under way. */
static bool by_other_intent(struct rules_turn *t, const struct understood *u)
{
    enum book_doing doing = t->b.book.doing;

    if (u->intent == INTENT_MOVE && doing != BOOK_MOVING)
        begin(t, u, BOOK_MOVING);
    else if (u->intent == INTENT_CANCEL && doing != BOOK_CANCELLING)
        begin(t, u, BOOK_CANCELLING);
    else if (u->intent == INTENT_BOOK && doing != BOOK_BOOKING && u->services > 0 &&
             t->b.book.asked != ASKS_WHICH)
        begin(t, u, BOOK_BOOKING);
    else if (u->intent == INTENT_MINE && (doing == BOOK_BOOKING || asks_amid_change(t, u)))
        book_change_mine(t, u);
    else
        return false;
    return true;
}

static bool aside(struct rules_turn *t, const struct understood *u)
{
    static bool (*const ways[])(struct rules_turn *, const struct understood *) = {
        by_again, by_drop, by_inquiry, by_other_intent, by_rule};

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (ways[i](t, u))
            return true;
    return false;
}

/* ==== the turn ================================================================================ */

/* A yes to "would you like to book?", which a rule of the profile asked. */
static bool accepts_booking(const struct rules_turn *t, const struct understood *u)
{
    static const char *const offers[] = {"services", "treatments", "booking", "walk_in"};
    const struct profile *p = t->profile;

    if (t->b.at != STEP_OFFER || u->answer != ANSWER_YES || t->b.rule < 0 ||
        p->rules[t->b.rule].question == NULL)
        return false;
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
        if (strcmp(offers[i], p->rules[t->b.rule].question) == 0)
            return true;
    return false;
}

static bool open_talk(struct rules_turn *t, const struct understood *u)
{
    if (t->b.at == STEP_ANYTHING_ELSE && u->corrects && book_change_booked(t, u))
        return true;
    switch (u->intent) {
    case INTENT_BOOK:
        begin(t, u, BOOK_BOOKING);
        return true;
    case INTENT_MOVE:
        begin(t, u, BOOK_MOVING);
        return true;
    case INTENT_CANCEL:
        begin(t, u, BOOK_CANCELLING);
        return true;
    case INTENT_MINE:
        book_change_mine(t, u);
        return true;
    case INTENT_PRICE:
    case INTENT_LENGTH:
    case INTENT_WHO:
        return inquire(t, u);
    case INTENT_NONE:
        if (!accepts_booking(t, u))
            return false;
        begin(t, u, BOOK_BOOKING);
        return true;
    case INTENT_PERSON:
    case INTENT_GOODBYE:
    case INTENT_RULE:
        break;
    }
    return false;
}

static enum asks asked_before(const struct rules_turn *t)
{
    if (book_talk_goes_on(&t->b.book))
        return t->b.book.asked;
    return t->b.at == STEP_OFFER           ? ASKS_CONFIRM
           : t->b.at == STEP_ANYTHING_ELSE ? ASKS_ELSE
                                           : ASKS_OPEN;
}

/* The call broke off under this line. A yes to what was read back counts all the same: the store says
 * whether it can still be had. All else is left to the rules: a person calls back. */
static bool broke_off(struct rules_turn *t, const struct understood *u)
{
    const struct book_talk *k = &t->b.book;

    if (k->asked != ASKS_CONFIRM || u->answer != ANSWER_YES)
        return false;
    if (k->doing == BOOK_CANCELLING)
        effects_put(&t->effects,
                    (struct effect){.kind = EFFECT_CANCEL_VISIT, .visit_id = k->visit});
    else
        effects_put(&t->effects, (struct effect){.kind = EFFECT_BOOK,
                                                 .book = {.offer_id = k->offer,
                                                          .name = book_client_name(t),
                                                          .phone = book_client_phone(t),
                                                          .for_other = k->for_other,
                                                          .note = "",
                                                          .language = t->profile->language}});
    forget(t);
    return true;
}

bool book_talk_turn(struct rules_turn *t)
{
    struct understand_ask ask = {.profile = t->profile,
                                 .words = t->ask->words,
                                 .local = t->ask->local,
                                 .asked = asked_before(t),
                                 .offers = t->b.book.offers,
                                 .among = t->b.book.among,
                                 .among_n = t->b.book.among_n};
    struct understood u = {0};

    if (t->profile->book == NULL || t->b.at >= STEP_NAME)
        return false;
    if (book_talk_failed(t, understand(t->arena, &ask, &u)))
        return true;
    if (t->ask->env == NULL || t->ask->env->store == NULL)
        return broke_off(t, &u);
    if (!book_talk_goes_on(&t->b.book))
        return open_talk(t, &u);
    if (u.intent == INTENT_GOODBYE || u.intent == INTENT_PERSON) {
        book_drop_offers(t);
        forget(t);
        t->b.at = STEP_IDLE;
        return false;
    }
    if (aside(t, &u))
        return true;
    if (t->b.book.doing == BOOK_ASKED && !t->b.book.identifies)
        answer_inquiry(t, &u);
    else
        answer(t, &u);
    return true;
}
