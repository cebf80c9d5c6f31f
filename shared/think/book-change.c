/* Moving a visit, cancelling it, and "when is my visit?": which visit is meant, and whose. */
#include <string.h>

#include "base/text.h"
#include "think/book-talk.h"

#define TOLD_VISITS 5  /* in one sentence */
#define WORD_BYTES  10 /* five letters of a service's name are enough to know it by */

static const struct book_words *words_of(const struct rules_turn *t)
{
    return t->profile->book->words;
}

/* ---- whose visits -------------------------------------------------------------------------------- */

static bool read_visits(struct rules_turn *t, struct visit **ret, size_t *ret_n)
{
    const struct book_desk d = book_talk_desk(t);
    const struct book_talk *k = &t->b.book;

    return !book_talk_failed(t, book_visits(&d, k->phone, k->name, ret, ret_n, NULL));
}

static void ask_identity(struct rules_turn *t)
{
    const struct book_words *words = words_of(t);
    struct book_talk *k = &t->b.book;

    k->identifies = true;
    if (*k->phone == '\0')
        book_talk_ask(t, ASKS_PHONE, words->say.visit_phone, &(struct book_told){0});
    else
        book_talk_ask(t, ASKS_NAME, words->say.visit_name, &(struct book_told){0});
}

/* Nobody has told whose visit it is: the number of the call is not known. */
static bool is_unknown(const struct rules_turn *t)
{
    const struct book_talk *k = &t->b.book;

    return t->ask->caller_phone == NULL && (*k->phone == '\0' || *k->name == '\0');
}

/* ---- which of them ------------------------------------------------------------------------------- */

static bool is_on(const struct rules_turn *t, const struct visit *v, const struct when *w)
{
    day_number day = 0;
    int minute = 0;

    if (w->days_n == 0)
        return true;
    if (book_local(t->profile, v->part[0].start_s, &day, &minute) != ERR_OK)
        return false;
    for (size_t i = 0; i < w->days_n; i++)
        if (date_number((struct date){w->days[i].year, w->days[i].month, w->days[i].day}) == day)
            return true;
    return false;
}

static bool has(const int *list, size_t n, int service)
{
    for (size_t i = 0; i < n; i++)
        if (list[i] == service)
            return true;
    return false;
}

/* Does the line hold a word of this name, as far as it goes? */
static bool holds_word_of(const struct rules_turn *t, const char *name)
{
    const char *at = text_fold(t->arena, name);

    while (at != NULL && *at != '\0') {
        size_t n = strcspn(at, " ");
        const char *stem = n < WORD_BYTES ? NULL : arena_strndup(t->arena, at, WORD_BYTES);
        if (stem != NULL && text_has_stem(t->folded, stem))
            return true;
        at += n + (at[n] == ' ');
    }
    return false;
}

/* Is the visit called by a service's name, as it was told then or as it is in this language? */
static bool is_called(const struct rules_turn *t, const struct visit *v)
{
    const struct book *b = t->profile->book;
    int service[CATALOGUE_VISIT_SERVICES];
    size_t n = book_services_of(b, v->part, v->parts, service);

    for (size_t i = 0; i < n; i++)
        if (holds_word_of(t, b->service[service[i]].name))
            return true;
    for (size_t i = 0; i < v->parts; i++)
        if (holds_word_of(t, v->part[i].service_names))
            return true;
    return false;
}

/* Of a word that could be several services ("стрижку") one is enough. */
static bool is_for(const struct rules_turn *t, const struct visit *v, const struct understood *u)
{
    int service[CATALOGUE_VISIT_SERVICES];
    size_t n = book_services_of(t->profile->book, v->part, v->parts, service);
    bool could = u->services > 0 || u->could_be_n == 0;

    for (size_t i = 0; i < u->services; i++)
        if (!has(service, n, u->service[i]))
            return false;
    for (size_t i = 0; i < u->could_be_n && !could; i++)
        could = has(service, n, u->could_be[i]);
    return could;
}

static bool is_with(const struct rules_turn *t, const struct visit *v, const struct understood *u)
{
    if (u->specialist < 0)
        return true;
    const char *id = t->profile->book->specialist[u->specialist].id;
    for (size_t i = 0; i < v->parts; i++)
        if (strcmp(v->part[i].specialist, id) == 0)
            return true;
    return false;
}

/* Those that the line can mean, in the place of all; if it fits none, all stay. `day`: a day that it
 * tells is the visit's, not where it shall go. */
static size_t meant(const struct rules_turn *t, const struct understood *u, bool day,
                    struct visit *list, size_t n)
{
    size_t called = 0; /* by a word of the service's name, if none fits */
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        bool fits = is_for(t, &list[i], u) && is_with(t, &list[i], u) &&
                    (!day || is_on(t, &list[i], &u->when));
        if (!fits)
            continue;
        const struct visit v = list[kept];
        list[kept++] = list[i];
        list[i] = v;
    }
    for (size_t i = 0; kept == 0 && u->services > 0 && i < n; i++) {
        if (!is_called(t, &list[i]))
            continue;
        const struct visit v = list[called];
        list[called++] = list[i];
        list[i] = v;
    }
    return kept > 0 ? kept : called > 0 ? called : n;
}

/* ---- what is done to it -------------------------------------------------------------------------- */

static void ask_cancel(struct rules_turn *t, const struct visit *v)
{
    struct book_told w = {0};

    t->b.book.visit = v->id;
    book_tell_visits(t, v, 1, &w);
    book_talk_ask(t, ASKS_CONFIRM, words_of(t)->say.cancel_back, &w);
}

/* What the visit is for stays as it is, and who does it unless somebody else was named. A time alone
 * means its own day. */
static void move(struct rules_turn *t, const struct visit *v, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    struct book_told w = {0};
    int minute = 0;
    bool hours = u->when.time >= 0 || u->when.from >= 0 || u->when.to >= 0;

    k->visit = v->id;
    k->for_other = v->for_other;
    k->services = book_services_of(t->profile->book, v->part, v->parts, k->service);
    if (k->services == 0) {
        book_tell_visits(t, v, 1, &w);
        rules_say(t, t->profile->say.offer_request);
        t->b.book = book_talk_none();
        t->b.at = STEP_OFFER;
        return;
    }
    if (k->specialist < 0 && !k->any_specialist && v->parts == 1)
        k->specialist = catalogue_specialist(t->profile->book, v->part[0].specialist);
    if (k->days == 0 && !k->nearest && !k->any_day && hours) {
        if (book_talk_failed(t, book_local(t->profile, v->part[0].start_s, &k->day[0], &minute)))
            return;
        k->days = 1;
    }
    if (k->days > 0 || k->nearest || k->any_day) {
        book_talk_go_on(t, u);
        return;
    }
    book_tell_visits(t, v, 1, &w);
    book_talk_ask(t, ASKS_DAY, words_of(t)->say.move_when, &w);
}

static void go_on_with(struct rules_turn *t, const struct visit *v, const struct understood *u)
{
    if (t->b.book.doing == BOOK_CANCELLING)
        ask_cancel(t, v);
    else
        move(t, v, u);
}

static void ask_which(struct rules_turn *t, const struct visit *list, size_t n)
{
    struct book_told w = {0};

    n = n > TOLD_VISITS ? TOLD_VISITS : n;
    t->b.book.offers = (int)n;
    book_tell_visits(t, list, n, &w);
    book_talk_ask(t, ASKS_WHICH, words_of(t)->say.which_visit, &w);
}

/* Where it shall go, if the line tells it. */
static void take_when(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;

    k->days = 0;
    for (size_t i = 0; i < u->when.days_n && k->days < BOOK_DAYS; i++)
        k->day[k->days++] = date_number(
            (struct date){u->when.days[i].year, u->when.days[i].month, u->when.days[i].day});
    k->or_next_week = u->when.or_next_week;
    k->nearest = u->when.nearest;
    k->any_day = u->when.days_n == 0 && u->when.any;
    k->time = u->when.time;
    k->from = u->when.from;
    k->to = u->when.to;
    if (u->specialist >= 0)
        k->specialist = u->specialist;
    k->any_specialist |= u->any_specialist;
}

void book_change_begin(struct rules_turn *t, const struct understood *u, enum book_doing what)
{
    struct book_talk *k = &t->b.book;
    struct visit *list = NULL;
    size_t n = 0;

    k->doing = what;
    if (u->phone != NULL && u->name != NULL) { /* another number's visit: both were told */
        k->phone = rules_keep(t, u->phone, strlen(u->phone), 40);
        k->name = rules_keep(t, u->name, strlen(u->name), ACTION_NAME_MAX);
    }
    if (what == BOOK_MOVING)
        take_when(t, u);
    if (is_unknown(t)) {
        ask_identity(t);
        return;
    }
    if (!read_visits(t, &list, &n))
        return;
    if (n == 0) {
        bool told = *k->phone != '\0';
        book_tell(t, told ? words_of(t)->say.not_found : words_of(t)->say.mine_none,
                  &(struct book_told){0});
        book_talk_finish(t);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (list[i].id == k->visit) { /* it was chosen before */
            go_on_with(t, &list[i], u);
            return;
        }
    if (n > 1)
        n = meant(t, u, what == BOOK_CANCELLING, list, n);
    if (n == 1)
        go_on_with(t, &list[0], u);
    else
        ask_which(t, list, n);
}

void book_change_identify(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;

    if (*k->phone == '\0' || *k->name == '\0') {
        int tries = k->tries + 1;
        if (tries > 3) {
            book_tell(t, words_of(t)->say.not_found, &(struct book_told){0});
            book_talk_finish(t);
            return;
        }
        ask_identity(t);
        k->tries = tries;
        return;
    }
    k->identifies = false;
    if (k->doing == BOOK_ASKED)
        book_change_mine(t, u);
    else
        book_change_begin(t, u, k->doing);
}

bool book_change_which(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    struct visit *list = NULL;
    size_t n = 0;

    if (!read_visits(t, &list, &n))
        return true;
    if (n == 0)
        return false;
    size_t told = n > TOLD_VISITS ? TOLD_VISITS : n;
    if (u->choice == WHEN_LAST || (u->choice > 0 && (size_t)u->choice <= told)) {
        go_on_with(t, &list[u->choice == WHEN_LAST ? told - 1 : (size_t)u->choice - 1], u);
        return true;
    }
    size_t fit = meant(t, u, true, list, n);
    if (fit != 1)
        return false;
    if (k->doing == BOOK_MOVING && u->when.days_n > 0) { /* the day told which, not where to */
        const struct understood which = {.specialist = -1,
                                         .when = {.time = -1, .from = -1, .to = -1}};
        go_on_with(t, &list[0], &which);
    } else {
        go_on_with(t, &list[0], u);
    }
    return true;
}

void book_change_mine(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    struct book_told w = {0};
    struct visit *list = NULL;
    size_t n = 0;

    if (u->phone != NULL && u->name != NULL) {
        k->phone = rules_keep(t, u->phone, strlen(u->phone), 40);
        k->name = rules_keep(t, u->name, strlen(u->name), ACTION_NAME_MAX);
    }
    if (is_unknown(t)) {
        k->doing = BOOK_ASKED;
        k->about = INTENT_MINE;
        ask_identity(t);
        return;
    }
    if (!read_visits(t, &list, &n))
        return;
    if (n > 0)
        book_tell_visits(t, list, n > TOLD_VISITS ? TOLD_VISITS : n, &w);
    const struct book_words *words = words_of(t);
    book_tell(t,
              n > 0               ? words->say.mine
              : *k->phone != '\0' ? words->say.not_found
                                  : words->say.mine_none,
              &w);
    if (book_talk_goes_on(k) && k->doing != BOOK_ASKED && *k->last != '\0')
        rules_say(t, k->last);
    else
        book_talk_finish(t);
}

bool book_change_booked(struct rules_turn *t, const struct understood *u)
{
    struct visit *list = NULL;
    size_t n = 0;

    if (u->services > 0 || (u->when.days_n == 0 && u->when.time < 0 && u->when.from < 0))
        return false;
    if (!read_visits(t, &list, &n))
        return true;
    const struct visit *newest = NULL;
    for (size_t i = 0; i < n; i++)
        if (list[i].call_id == t->ask->env->call_id && (newest == NULL || list[i].id > newest->id))
            newest = &list[i];
    if (newest == NULL)
        return false;
    t->b.book = book_talk_none();
    t->b.book.doing = BOOK_MOVING;
    take_when(t, u);
    move(t, newest, u);
    return true;
}

void book_change_cancel(struct rules_turn *t, bool yes)
{
    const struct book_desk d = book_talk_desk(t);
    struct book_talk *k = &t->b.book;
    struct visit *list = NULL;
    size_t n = 0;
    struct book_told w = {0};
    const struct visit *v = NULL;

    if (!read_visits(t, &list,
                     &n)) /* once more: whose it is is asked of the store, not of memory */
        return;
    for (size_t i = 0; i < n; i++)
        v = list[i].id == k->visit ? &list[i] : v;
    if (yes && v != NULL) {
        book_tell_visits(t, v, 1, &w);
        book_cancel(&d, v);
        book_tell(t, words_of(t)->say.cancelled, &w);
    } else {
        book_tell(t, yes ? words_of(t)->say.not_found : words_of(t)->say.kept, &w);
    }
    book_talk_finish(t);
}
