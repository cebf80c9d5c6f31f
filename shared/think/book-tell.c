/* What the book says: days, times, services and prices in words (language/tell.h), put into its
 * phrases. */
#include <string.h>

#include "base/text.h"
#include "language/tell.h"
#include "think/book-talk.h"

#define LIST_MAX   16 /* things in one sentence */
#define VISITS_MAX ((size_t)8 * 1024)

static const struct book_words *words_of(const struct rules_turn *t)
{
    return t->profile->book->words;
}

static const struct language *language_of(const struct rules_turn *t)
{
    return language_find(t->profile->language);
}

static const char *note(struct rules_turn *t, const char *text)
{
    t->no_memory |= text == NULL;
    return text == NULL ? "" : text;
}

static const char *fill(struct rules_turn *t, const char *phrase, const struct phrase_value *values)
{
    return note(t, profile_phrase_with(t->arena, t->profile, phrase, t->ask->local, values));
}

/* "Інна, Олена та Марія". */
static const char *list_of(struct rules_turn *t, const char *const *item, size_t n,
                           enum tell_join join)
{
    return note(t, tell_list(t->arena, language_of(t), item, n, join));
}

/* ---- days and times ------------------------------------------------------------------------------ */

static day_number today_of(const struct rules_turn *t)
{
    const struct tm *tm = t->ask->local;

    return date_number((struct date){tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday});
}

static bool local(struct rules_turn *t, int64_t second, day_number *ret_day, int *ret_minute)
{
    return !book_talk_failed(t, book_local(t->profile, second, ret_day, ret_minute));
}

void book_tell_day(struct rules_turn *t, day_number day, struct book_told *w)
{
    w->day = note(t, tell_day(t->arena, language_of(t), day, today_of(t), TELL_ON));
}

static const char *when_text(struct rules_turn *t, day_number day, int minute)
{
    return note(t, tell_when(t->arena, language_of(t), (struct tell_moment){day, minute},
                             today_of(t), TELL_ON));
}

void book_tell_moment(struct rules_turn *t, day_number day, int minute, struct book_told *w)
{
    book_tell_day(t, day, w);
    w->time = note(t, tell_time(t->arena, language_of(t), minute, TELL_ON));
    w->when = when_text(t, day, minute);
}

void book_tell_when(struct rules_turn *t, int64_t start_s, struct book_told *w)
{
    day_number day = 0;
    int minute = 0;

    if (local(t, start_s, &day, &minute))
        book_tell_moment(t, day, minute, w);
}

void book_tell_old(struct rules_turn *t, int64_t start_s, struct book_told *w)
{
    day_number day = 0;
    int minute = 0;

    if (local(t, start_s, &day, &minute))
        w->old_when = when_text(t, day, minute);
}

/* Of one day the times alone; of several each with its day, which is said once. */
void book_tell_times(struct rules_turn *t, const struct offer *offers, size_t n,
                     struct book_told *w)
{
    struct tell_moment at[LIST_MAX];

    n = n > LIST_MAX ? LIST_MAX : n;
    for (size_t i = 0; i < n; i++)
        if (!local(t, offers[i].part[0].start_s, &at[i].day, &at[i].minute))
            return;
    w->times = note(t, tell_times(t->arena, language_of(t), at, n, today_of(t)));
}

/* ---- services and people ------------------------------------------------------------------------- */

static void tell_services(struct rules_turn *t, const int *service, size_t n, bool choice,
                          struct book_told *w)
{
    const struct book *b = t->profile->book;
    const char *accusative[LIST_MAX];
    const char *name[LIST_MAX];
    enum tell_join join = choice ? TELL_CHOICE : TELL_AND;

    n = n > LIST_MAX ? LIST_MAX : n;
    for (size_t i = 0; i < n; i++) {
        accusative[i] = b->service[service[i]].accusative;
        name[i] = b->service[service[i]].name;
    }
    w->services = list_of(t, accusative, n, join);
    w->service_names = list_of(t, name, n, join);
}

void book_tell_services(struct rules_turn *t, const int *service, size_t n, struct book_told *w)
{
    tell_services(t, service, n, false, w);
}

void book_tell_choice(struct rules_turn *t, const int *service, size_t n, struct book_told *w)
{
    tell_services(t, service, n, true, w);
}

void book_tell_specialists(struct rules_turn *t, const int *who, size_t n, struct book_told *w)
{
    const struct book *b = t->profile->book;
    const char *name[LIST_MAX];
    const char *genitive[LIST_MAX];

    n = n > LIST_MAX ? LIST_MAX : n;
    for (size_t i = 0; i < n; i++) {
        name[i] = b->specialist[who[i]].name;
        genitive[i] = b->specialist[who[i]].genitive;
    }
    w->specialists = list_of(t, name, n, TELL_AND);
    w->specialist = w->specialists;
    w->to_specialist = list_of(t, genitive, n, TELL_AND);
}

/* ---- visits -------------------------------------------------------------------------------------- */

/* A service that the profile no longer has is told by the name that it had. */
static const char *visit_text(struct rules_turn *t, const struct visit *v)
{
    const struct book *b = t->profile->book;
    int service[CATALOGUE_VISIT_SERVICES];
    const char *old[BOOKING_PARTS];
    int who[BOOKING_PARTS];
    struct book_told w = {0};
    size_t people = 0;
    size_t n = book_services_of(b, v->part, v->parts, service);

    for (size_t i = 0; i < v->parts; i++) {
        int place = catalogue_specialist(b, v->part[i].specialist);
        old[i] = v->part[i].service_names;
        if (place >= 0)
            who[people++] = place;
    }
    if (n > 0)
        book_tell_services(t, service, n, &w);
    else
        w.services = list_of(t, old, v->parts, TELL_AND);
    book_tell_when(t, v->part[0].start_s, &w);
    if (people > 0)
        book_tell_specialists(t, who, people, &w);
    else
        w.specialist = w.to_specialist = v->part[0].specialist_name;
    const struct phrase_value values[] = {{"services", w.services},
                                          {"when", w.when},
                                          {"specialist", w.specialist},
                                          {"to_specialist", w.to_specialist},
                                          {NULL, NULL}};
    return fill(t, b->words->say.a_visit, values);
}

void book_tell_visits(struct rules_turn *t, const struct visit *visits, size_t n,
                      struct book_told *w)
{
    struct buf b;

    buf_init(&b, t->arena, VISITS_MAX);
    for (size_t i = 0; i < n && i < LIST_MAX; i++)
        buf_printf(&b, "%s%s", i == 0 ? "" : "; ", visit_text(t, &visits[i]));
    w->visits = note(t, buf_err(&b) == ERR_OK ? buf_text(&b) : NULL);
}

/* ---- money and minutes --------------------------------------------------------------------------- */

void book_tell_price(struct rules_turn *t, const int *service, size_t n, struct book_told *w)
{
    struct tell_price price = {.currency = t->profile->book->currency};

    book_price(t->profile->book, service, n, &price.from, &price.to);
    w->price = price.from < 0 ? NULL : note(t, tell_money(t->arena, language_of(t), &price, NOM));
}

void book_tell_length(struct rules_turn *t, const int *service, size_t n, struct book_told *w)
{
    w->length = note(
        t, tell_length(t->arena, language_of(t), book_minutes(t->profile->book, service, n), ACC));
}

/* ---- the phrase ---------------------------------------------------------------------------------- */

void book_tell(struct rules_turn *t, const char *phrase, const struct book_told *w)
{
    struct phrase_value values[] = {{"services", w->services},
                                    {"service_names", w->service_names},
                                    {"specialist", w->specialist},
                                    {"to_specialist", w->to_specialist},
                                    {"specialists", w->specialists},
                                    {"day", w->day},
                                    {"time", w->time},
                                    {"when", w->when},
                                    {"times", w->times},
                                    {"old_when", w->old_when},
                                    {"visits", w->visits},
                                    {"price", w->price},
                                    {"length", w->length},
                                    {"name", w->name},
                                    {NULL, NULL}};
    const char *said = fill(t, phrase, values);

    values[sizeof values / sizeof *values - 2].text = NULL;
    rules_say_text(t, said, fill(t, phrase, values));
}

/* ---- what was done ------------------------------------------------------------------------------- */

static bool tell_cancelled(struct rules_turn *t, const struct book_desk *d)
{
    int64_t id = effects_cancelled_visit(d->effects);
    struct env *env = d->env;
    struct book_told w = {0};
    struct visit v = {0};

    if (id == 0)
        return false;
    if (!book_talk_failed(t, visit_get(env->store, env->arena, id, &v, NULL)))
        book_tell_visits(t, &v, 1, &w);
    book_tell(t, words_of(t)->say.cancelled, &w);
    return true;
}

static bool tell_booked(struct rules_turn *t, const struct book_desk *d)
{
    const struct effect_book *done = effects_book(d->effects);
    const struct book *b = t->profile->book;
    int service[CATALOGUE_VISIT_SERVICES];
    struct book_told w = {0};
    struct offer *list = NULL;
    size_t n = 0;

    if (done == NULL || book_talk_failed(t, book_offers(d, &list, &n, NULL)))
        return done != NULL;
    for (size_t i = 0; i < n; i++) {
        if (list[i].id != done->offer_id)
            continue;
        size_t services = book_services_of(b, list[i].part, list[i].parts, service);
        w.name = done->for_other || *done->name == '\0' ? NULL : done->name;
        book_tell_services(t, service, services, &w);
        book_tell_when(t, list[i].part[0].start_s, &w);
        book_tell(t, list[i].move_visit != 0 ? b->words->say.moved : b->words->say.booked, &w);
    }
    return true;
}

/* Of a turn that is a model's. */
static struct rules_ask ask_of(const struct book_desk *d)
{
    struct env *env = d->env;

    return (struct rules_ask){.profile = env->profile,
                              .words = "",
                              .state = "",
                              .caller_phone = d->caller_phone,
                              .local = env->local,
                              .env = env};
}

static struct rules_turn turn_of(const struct rules_ask *ask)
{
    return (struct rules_turn){
        .arena = ask->env->arena, .ask = ask, .profile = ask->profile, .folded = ""};
}

static enum err told(const struct rules_turn *t, const char **ret)
{
    *ret = NULL;
    if (t->err != ERR_OK)
        return t->err;
    if (t->no_memory || buf_err(&t->say) != ERR_OK)
        return ERR_MEMORY;
    *ret = t->say.len == 0 ? "" : buf_text(&t->say);
    return ERR_OK;
}

enum err book_tell_done(const struct book_desk *d, const char **ret)
{
    const struct rules_ask ask = ask_of(d);
    struct rules_turn t = turn_of(&ask);
    bool cancelled = tell_cancelled(&t, d);
    bool booked = tell_booked(&t, d);

    enum err e = told(&t, ret);
    *ret = cancelled || booked ? *ret : NULL;
    return e;
}

/* Who does it, each once; and of a move, from when. */
static void tell_parts(struct rules_turn *t, const struct offer *o, struct book_told *w)
{
    int who[BOOKING_PARTS];
    struct visit v = {0};
    size_t n = 0;

    for (size_t i = 0; i < o->parts; i++) {
        int place = catalogue_specialist(t->profile->book, o->part[i].specialist);
        if (place >= 0)
            who[n++] = place;
    }
    book_tell_specialists(t, who, n, w);
    if (o->move_visit != 0 &&
        !book_talk_failed(t, visit_get(t->ask->env->store, t->arena, o->move_visit, &v, NULL)))
        book_tell_old(t, v.part[0].start_s, w);
}

void book_tell_back(struct rules_turn *t, const struct offer *o, const char *name)
{
    const struct book_words *words = words_of(t);
    struct book_told w = {.name = *name == '\0' ? NULL : name};
    int service[CATALOGUE_VISIT_SERVICES];
    size_t n = book_services_of(t->profile->book, o->part, o->parts, service);

    book_tell_services(t, service, n, &w);
    book_tell_when(t, o->part[0].start_s, &w);
    tell_parts(t, o, &w);
    if (t->err != ERR_OK)
        return;
    book_tell_price(t, service, n, &w);
    book_talk_ask(t, ASKS_CONFIRM,
                  o->move_visit != 0 ? words->say.move_back
                  : w.price == NULL  ? words->say.read_back
                                     : words->say.read_back_price,
                  &w);
}

enum err book_tell_offer(const struct book_desk *d, const struct offer *offer, const char *name,
                         const char **ret)
{
    const struct rules_ask ask = ask_of(d);
    struct rules_turn t = turn_of(&ask);

    book_tell_back(&t, offer, name == NULL ? "" : name);
    return told(&t, ret);
}
