/* What a model can do with the book. Everything it says of services, specialists, offers and visits
 * it says by ids of the catalogue and the store; what cannot be had is told as data it can go on with:
 * why, and the nearest times that are free. Texts for the model are English; what the caller hears the
 * model makes of them. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "language/heard.h"
#include "think/action.h"
#include "think/book.h"
#include "think/rules.h"

#define TEXT_MAX    ((size_t)8 * 1024) /* of what a model is told */
#define TOLD_TIMES  24
#define ID_TEXT     200
#define NEAREST     3
#define MIDDAY      (12 * 60)
#define VISITS_TOLD 8

static struct book_desk desk_of(const struct action_call *call)
{
    return (struct book_desk){.env = call->env,
                              .effects = call->effects,
                              .caller_phone = call->caller_phone,
                              .now_ms = clock_unix_ms()};
}

static enum err refuse(struct action_result *ret, const char *told)
{
    ret->wrong = true;
    ret->told = told;
    return told == NULL ? ERR_MEMORY : ERR_OK;
}

/* The same, and what the caller has to be asked for now. */
static enum err refuse_asking(struct action_result *ret, enum asks asks, const char *told)
{
    ret->asks = asks;
    return refuse(ret, told);
}

/* The store's fault: the model says so. */
static enum err trouble(struct action_result *ret, enum err e)
{
    if (e == ERR_MEMORY)
        return e;
    return refuse(ret,
                  "The appointment book cannot be used at this moment and nothing was changed. "
                  "Say so, and offer to leave a request for a person.");
}

/* ==== what the model told ===================================================================== */

static const char *list_ids(const struct action_call *call, bool services)
{
    const struct book *b = call->profile->book;
    struct buf out;

    buf_init(&out, call->arena, TEXT_MAX);
    buf_puts(&out, services ? "There is no such service. The services are: "
                            : "There is no such specialist. The specialists are: ");
    size_t n = services ? b->services : b->specialists;
    for (size_t i = 0; i < n && out.len < TEXT_MAX / 2; i++)
        buf_printf(&out, "%s%s", i == 0 ? "" : ", ",
                   services ? b->service[i].id : b->specialist[i].id);
    buf_puts(&out, ".");
    return buf_err(&out) == ERR_OK ? buf_text(&out) : NULL;
}

/* "manicure-gel, brows". False: the result says what is wrong. */
static bool read_services(const struct action_call *call, const char *text, struct book_wish *wish,
                          struct action_result *ret)
{
    while (*text != '\0') {
        text += strspn(text, ", ");
        size_t n = strcspn(text, ", ");
        if (n == 0)
            break;
        const char *id = arena_strndup(call->arena, text, n);
        int place = id == NULL ? -1 : catalogue_service(call->profile->book, id);
        if (place < 0 || wish->services == CATALOGUE_VISIT_SERVICES) {
            (void)!refuse(ret, list_ids(call, true));
            return false;
        }
        wish->service[wish->services++] = place;
        text += n;
    }
    if (wish->services > 0)
        return true;
    (void)!refuse_asking(ret, ASKS_SERVICE,
                         "The field \"services\" is empty: ask which service the client wants.");
    return false;
}

static bool read_specialist(const struct action_call *call, const char *id, struct book_wish *wish,
                            struct action_result *ret)
{
    wish->specialist = -1;
    if (*id == '\0')
        return true;
    wish->specialist = catalogue_specialist(call->profile->book, id);
    if (wish->specialist >= 0)
        return true;
    (void)!refuse(ret, list_ids(call, false));
    return false;
}

/* "10:30"; -1: none. */
static int read_minute(const char *text)
{
    char *end = NULL;
    long hour = strtol(text, &end, 10);

    if (end == text || *end != ':' || hour < 0 || hour > 24)
        return -1;
    long minute = strtol(end + 1, &end, 10);
    return *end == '\0' && minute >= 0 && minute < 60 ? (int)(hour * 60 + minute) : -1;
}

static day_number today_of(const struct action_call *call)
{
    const struct tm *tm = call->local;

    return date_number((struct date){tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday});
}

/* ==== what it is told ========================================================================= */

static const char *const weekdays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};

static void put_when(struct buf *b, const struct profile *p, int64_t second)
{
    day_number day = 0;
    char text[12];
    int minute = 0;

    if (book_local(p, second, &day, &minute) == ERR_OK)
        buf_printf(b, "%s %s %02d:%02d", weekdays[date_weekday(day)], date_write(day, text),
                   minute / 60, minute % 60);
}

static void put_times(struct buf *b, const struct action_call *call, const struct book_found *f,
                      size_t most)
{
    const struct book *book = call->profile->book;

    for (size_t i = 0; i < f->n && i < most; i++) {
        buf_puts(b, i == 0 ? "" : "; ");
        put_when(b, call->profile, f->time[i].start_s);
        buf_printf(b, " with %s", book->specialist[f->time[i].by[0]].id);
    }
    if (f->n > most)
        buf_printf(b, "; and %zu more", f->n - most);
}

static const char *const reasons[] = {
    [FREE_OK] = "It is not free",
    [FREE_PAST] = "That time is over, or sooner than visits are taken",
    [FREE_TOO_FAR] = "That is later than visits are taken",
    [FREE_NO_SUCH] = "Visits do not begin at that minute",
    [FREE_NOT_DONE_BY] = "That specialist does not do it",
    [FREE_CLOSED] = "Nobody works that day, or not that specialist",
    [FREE_OUTSIDE] = "It is outside the working hours, or too long for what is left",
    [FREE_TAKEN] = "It is taken",
    [FREE_OWN] = "The client has another visit at that time",
};

/* Local minutes from the wished start. */
static int64_t distance(const struct free_time *t, day_number day, int minute)
{
    int64_t apart = ((int64_t)t->day - day) * 24 * 60 + t->minute - minute;

    return apart < 0 ? -apart : apart;
}

/* The nearest to a start, before and after it, in their order. Returns how many. */
static size_t nearest(const struct book_found *f, day_number day, int minute, struct free_time *ret)
{
    size_t first = 0; /* a window over the starts, which are in order, shut from both sides */
    size_t end = f->n;

    while (end - first > NEAREST) {
        if (distance(&f->time[first], day, minute) > distance(&f->time[end - 1], day, minute))
            first++;
        else
            end--;
    }
    for (size_t i = first; i < end; i++)
        ret[i - first] = f->time[i];
    return end - first;
}

/* Of wished days without a wished time. */
static const char *why_none(const struct action_call *call, const struct book_wish *wish,
                            enum free_why reason)
{
    if (wish->time >= 0)
        return reasons[reason];
    if (wish->days > 0 && wish->day[wish->days - 1] < today_of(call))
        return reasons[FREE_PAST];
    if (wish->days > 0 && wish->day[0] > today_of(call) + call->profile->book->horizon_days)
        return reasons[FREE_TOO_FAR];
    return "Nothing is free then";
}

/* Why not, and the nearest that are free. */
static enum err refuse_time(const struct action_call *call, struct book_wish wish,
                            enum free_why reason, struct action_result *ret)
{
    const struct book_desk d = desk_of(call);
    const char *why = why_none(call, &wish, reason);
    day_number day = wish.days > 0 ? wish.day[0] : today_of(call);
    int minute = wish.time >= 0 ? wish.time : wish.from >= 0 ? wish.from : MIDDAY;
    struct free_time near[NEAREST];
    struct book_found found = {0};
    struct buf b;

    wish.time = wish.from = wish.to = -1;
    wish.days = 0;
    enum err e = book_find(&d, &wish, &found, NULL);
    if (e != ERR_OK)
        return trouble(ret, e);
    found.n = nearest(&found, day, minute, near);
    found.time = near;
    buf_init(&b, call->arena, TEXT_MAX);
    buf_printf(&b, "%s. ", why);
    buf_puts(&b, found.n > 0 ? "The nearest free times: " : "No time at all is free.");
    put_times(&b, call, &found, NEAREST);
    return refuse_asking(ret, found.n > 0 ? ASKS_CHOICE : ASKS_NOTHING,
                         buf_err(&b) == ERR_OK ? buf_text(&b) : NULL);
}

static void put_price(struct buf *b, const struct book *book, int64_t from, int64_t to)
{
    if (from < 0)
        buf_puts(b, "price not told, a person tells it");
    else if (to < 0)
        buf_printf(b, "from %lld %s", (long long)from, book->currency);
    else if (to == from)
        buf_printf(b, "%lld %s", (long long)from, book->currency);
    else
        buf_printf(b, "%lld to %lld %s", (long long)from, (long long)to, book->currency);
}

/* ==== find_times ============================================================================== */

enum { FIND_SERVICES, FIND_SPECIALIST, FIND_DAY, FIND_UNTIL, FIND_FROM, FIND_TO };

static bool read_days(const struct action_call *call, struct book_wish *wish,
                      struct action_result *ret)
{
    const char *first = call->value[FIND_DAY];
    const char *last = call->value[FIND_UNTIL];
    day_number from = today_of(call);
    day_number to = 0;

    if (*first == '\0' && *last == '\0')
        return true;
    if ((*first != '\0' && !date_read(first, &from)) || (*last != '\0' && !date_read(last, &to))) {
        (void)!refuse(ret, "Days are written like 2026-12-03.");
        return false;
    }
    to = *last == '\0' ? from : to;
    if (to < from) {
        (void)!refuse(ret, "The last day is before the first.");
        return false;
    }
    for (; from <= to && wish->days < BOOK_DAYS; from++)
        wish->day[wish->days++] = from;
    return true;
}

static bool read_hours(const struct action_call *call, struct book_wish *wish,
                       struct action_result *ret)
{
    const char *from = call->value[FIND_FROM];
    const char *to = call->value[FIND_TO];

    wish->from = read_minute(from);
    wish->to = read_minute(to);
    if ((*from == '\0' || wish->from >= 0) && (*to == '\0' || wish->to >= 0))
        return true;
    (void)!refuse(ret, "Hours are written like 15:00.");
    return false;
}

static enum err find_times(const struct action_call *call, struct action_result *ret)
{
    const struct book_desk d = desk_of(call);
    struct book_wish wish = {.time = -1, .phone = call->caller_phone};
    struct book_found found = {0};
    struct buf b;

    if (!read_services(call, call->value[FIND_SERVICES], &wish, ret) ||
        !read_specialist(call, call->value[FIND_SPECIALIST], &wish, ret) ||
        !read_days(call, &wish, ret) || !read_hours(call, &wish, ret))
        return ret->told == NULL ? ERR_MEMORY : ERR_OK;
    enum err e = book_find(&d, &wish, &found, NULL);
    if (e != ERR_OK)
        return trouble(ret, e);
    if (found.n == 0)
        return refuse_time(call, wish, found.why, ret);
    buf_init(&b, call->arena, TEXT_MAX);
    buf_puts(&b, "Free: ");
    put_times(&b, call, &found, TOLD_TIMES);
    buf_puts(&b, ". None of them is kept yet: offer_time keeps one.");
    ret->told = buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
    ret->asks = ASKS_CHOICE;
    return ret->told == NULL ? ERR_MEMORY : ERR_OK;
}

const struct action action_find_times = {
    .name = "find_times",
    .about = "Looks up the free times of the appointment book. Keeps none.",
    .input = {[FIND_SERVICES] = {"services", "ids of the services of one visit, joined by commas",
                                 NULL, ID_TEXT},
              [FIND_SPECIALIST] = {"specialist", "id of the specialist; empty: anyone", NULL,
                                   ID_TEXT},
              [FIND_DAY] = {"day", "like 2026-12-03; empty: the earliest", NULL, 10},
              [FIND_UNTIL] = {"until", "last day of several; empty: only that day", NULL, 10},
              [FIND_FROM] = {"from", "not before, like 15:00; empty: any", NULL, 5},
              [FIND_TO] = {"to", "begins before, like 18:00; empty: any", NULL, 5}},
    .run = find_times,
    .needs_book = true,
};

/* ==== offer_time, move_booking ================================================================ */

static bool read_at(const char *text, struct book_wish *wish)
{
    char day[11];

    if (strlen(text) < 15)
        return false;
    memcpy(day, text, 10);
    day[10] = '\0';
    wish->time = read_minute(text + 11);
    wish->days = 1;
    return date_read(day, &wish->day[0]) && wish->time >= 0;
}

/* Keeps the time for the caller and tells the offer's id. A call has one list of offers: a new one
 * would take away what the same turn has confirmed. */
static enum err keep(const struct action_call *call, const struct book_wish *wish,
                     struct action_result *ret)
{
    const struct book *book = call->profile->book;
    const struct book_desk d = desk_of(call);
    struct book_found found = {0};
    struct offer o[1];
    int64_t from = -1;
    int64_t to = -1;
    size_t n = 0;
    struct buf b;

    if (effects_book(call->effects) != NULL)
        return refuse(ret, "A visit was confirmed just now. Say so first, and keep the next time "
                           "only after the client's next message.");
    enum err e = book_find(&d, wish, &found, NULL);
    if (e == ERR_OK && found.n > 0)
        e = book_offer(&d, wish, found.time, 1, o, &n, NULL);
    if (e != ERR_OK)
        return trouble(ret, e);
    if (n == 0)
        return refuse_time(call, *wish, found.n > 0 ? FREE_TAKEN : found.why, ret);
    book_price(book, wish->service, wish->services, &from, &to);
    buf_init(&b, call->arena, TEXT_MAX);
    buf_printf(&b, "Kept for the client as offer %lld: ", (long long)o[0].id);
    put_when(&b, call->profile, o[0].part[0].start_s);
    for (size_t i = 0; i < o[0].parts; i++)
        buf_printf(&b, "%s %s with %s", i == 0 ? "," : " then", o[0].part[i].service_names,
                   o[0].part[i].specialist_name);
    buf_puts(&b, ", ");
    put_price(&b, book, from, to);
    buf_puts(&b, ". It is not booked. Read it back, ask for a yes, and use confirm_booking only "
                 "after the client has said yes in a later message.");
    ret->told = buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
    ret->asks = ASKS_CONFIRM;
    return ret->told == NULL ? ERR_MEMORY : ERR_OK;
}

enum { OFFER_SERVICES, OFFER_SPECIALIST, OFFER_AT, OFFER_OTHER };

static const char *const yes_no[] = {"yes", "no", NULL};

static enum err offer_time(const struct action_call *call, struct action_result *ret)
{
    bool other = strcmp(call->value[OFFER_OTHER], "yes") == 0;
    struct book_wish wish = {.time = -1, .from = -1, .to = -1};

    wish.phone = other ? NULL : call->caller_phone;
    if (!read_services(call, call->value[OFFER_SERVICES], &wish, ret) ||
        !read_specialist(call, call->value[OFFER_SPECIALIST], &wish, ret))
        return ret->told == NULL ? ERR_MEMORY : ERR_OK;
    if (!read_at(call->value[OFFER_AT], &wish))
        return refuse(ret, "The field \"at\" is written like 2026-12-03 10:30.");
    return keep(call, &wish, ret);
}

const struct action action_offer_time = {
    .name = "offer_time",
    .about = "Keeps one free time for the client, to be read back and confirmed. Use it as soon as "
             "the client has chosen a time.",
    .input = {[OFFER_SERVICES] = {"services", "ids of the services of one visit, joined by commas",
                                  NULL, ID_TEXT},
              [OFFER_SPECIALIST] = {"specialist", "id of the specialist; empty: anyone", NULL,
                                    ID_TEXT},
              [OFFER_AT] = {"at", "the start in local time, like 2026-12-03 10:30", NULL, 16},
              [OFFER_OTHER] = {"for_other", "is the visit for another person than the caller?",
                               yes_no, 3}},
    .run = offer_time,
    .needs_book = true,
};

/* The visit of that number, if the caller may see it; NULL: no. */
static enum err own_visit(const struct action_call *call, const char *id, const char *phone,
                          const char *name, const struct visit **ret)
{
    const struct book_desk d = desk_of(call);
    long long wanted = strtoll(id, NULL, 10);
    struct visit *list = NULL;
    size_t n = 0;

    *ret = NULL;
    enum err e = book_visits(&d, phone, name, &list, &n, NULL);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        if (list[i].id == wanted)
            *ret = &list[i];
    return e;
}

/* In E.164; "" as it is not told, or no number. */
static const char *number_of(const struct action_call *call, const char *told)
{
    char number[PHONE_MAX];

    if (*told == '\0' || phone_e164(told, call->profile->country, number) != ERR_OK)
        return "";
    const char *copy = arena_strdup(call->arena, number);
    return copy == NULL ? "" : copy;
}

enum { MOVE_VISIT, MOVE_AT, MOVE_SPECIALIST, MOVE_PHONE, MOVE_NAME };

static const char no_visit[] = "There is no such visit that this caller may see. Visits are those "
                               "of the number that calls; for "
                               "another number both the number and the name of the visit are "
                               "needed. Do not say which is wrong.";

/* How many it was booked with. */
static size_t services_in(const struct visit *v)
{
    size_t n = 0;

    for (size_t i = 0; i < v->parts; i++) {
        n++;
        for (const char *at = strchr(v->part[i].services, ','); at != NULL;
             at = strchr(at + 1, ','))
            n++;
    }
    return n;
}

static enum err move_booking(const struct action_call *call, struct action_result *ret)
{
    struct book_wish wish = {.time = -1, .from = -1, .to = -1};
    const struct visit *v = NULL;

    enum err e = own_visit(call, call->value[MOVE_VISIT], number_of(call, call->value[MOVE_PHONE]),
                           call->value[MOVE_NAME], &v);
    if (e != ERR_OK)
        return trouble(ret, e);
    if (v == NULL)
        return refuse(ret, no_visit);
    if (!read_specialist(call, call->value[MOVE_SPECIALIST], &wish, ret))
        return ret->told == NULL ? ERR_MEMORY : ERR_OK;
    if (!read_at(call->value[MOVE_AT], &wish))
        return refuse(ret, "The field \"at\" is written like 2026-12-03 10:30.");
    wish.visit = v->id;
    wish.phone = v->for_other ? NULL : v->phone;
    wish.services = book_services_of(call->profile->book, v->part, v->parts, wish.service);
    if (wish.specialist < 0 && v->parts == 1)
        wish.specialist = catalogue_specialist(call->profile->book, v->part[0].specialist);
    if (wish.services != services_in(v))
        return refuse(ret,
                      "A service of this visit is no longer done: leave a request for a person.");
    return keep(call, &wish, ret);
}

const struct action action_move_booking = {
    .name = "move_booking",
    .about = "Keeps a new time for a visit that is booked. It is moved by confirm_booking, after a "
             "yes in a later message.",
    .input = {[MOVE_VISIT] = {"visit", "id of the visit, from my_bookings", NULL, 20},
              [MOVE_AT] = {"at", "the new start in local time, like 2026-12-03 10:30", NULL, 16},
              [MOVE_SPECIALIST] = {"specialist", "id of another specialist; empty: the same", NULL,
                                   ID_TEXT},
              [MOVE_PHONE] = {"phone", "as for my_bookings; empty: the number that calls", NULL,
                              64},
              [MOVE_NAME] = {"name", "as for my_bookings; empty: not told", NULL, ACTION_NAME_MAX}},
    .run = move_booking,
    .needs_book = true,
};

/* ==== confirm_booking ========================================================================= */

enum { CONFIRM_OFFER, CONFIRM_NAME, CONFIRM_PHONE, CONFIRM_OTHER };

/* What has to be known of who comes. A moved visit has it already. */
static enum err read_person(const struct action_call *call, struct book_person *who,
                            struct action_result *ret)
{
    *who = (struct book_person){.name = call->value[CONFIRM_NAME],
                                .for_other = strcmp(call->value[CONFIRM_OTHER], "yes") == 0};
    who->phone = call->caller_phone != NULL ? call->caller_phone
                                            : number_of(call, call->value[CONFIRM_PHONE]);
    if (!heard_is_spelt_as_name(who->name)) /* marks and markup in it are no name's */
        return refuse_asking(ret, ASKS_NAME,
                             *who->name == '\0'
                                 ? "The name is missing: ask for it."
                                 : "That is no name: ask for it, and write its letters alone.");
    if (*who->phone == '\0')
        return refuse_asking(ret, ASKS_PHONE,
                             "The client's number is hidden: ask for the telephone number.");
    return ERR_OK;
}

static enum err confirm(const struct action_call *call, const struct offer *o,
                        struct action_result *ret)
{
    const struct book_desk d = desk_of(call);
    struct book_person who = {.name = "", .phone = ""};
    bool done = false;

    if (o->turn >= call->env->turn)
        return refuse_asking(
            ret, ASKS_CONFIRM,
            "The client has not answered yet: read the offer back, ask for a yes, and "
            "wait for the next message.");
    if (o->move_visit != 0 && o->move_visit == effects_cancelled_visit(call->effects))
        return refuse(ret, "This visit was cancelled just now.");
    enum err e = o->move_visit != 0 ? ERR_OK : read_person(call, &who, ret);
    if (e != ERR_OK || ret->wrong)
        return e;
    e = book_confirm(&d, o, &who, &done, NULL);
    if (e != ERR_OK)
        return trouble(ret, e);
    if (!done)
        return refuse(ret, "It was not booked: the time is no longer kept, or the client has "
                           "another visit then. Use find_times again.");
    ret->told = "Done. Say what is booked, and ask whether there is anything else.";
    ret->asks = ASKS_ELSE;
    return ERR_OK;
}

static enum err confirm_booking(const struct action_call *call, struct action_result *ret)
{
    const struct book_desk d = desk_of(call);
    long long id = strtoll(call->value[CONFIRM_OFFER], NULL, 10);
    struct offer *list = NULL;
    size_t n = 0;

    enum err e = book_offers(&d, &list, &n, NULL);
    if (e != ERR_OK)
        return trouble(ret, e);
    for (size_t i = 0; i < n; i++)
        if (list[i].id == id)
            return confirm(call, &list[i], ret);
    return refuse(ret, "There is no such offer any more: nothing was booked. Use find_times and "
                       "offer_time again.");
}

const struct action action_confirm_booking = {
    .name = "confirm_booking",
    .about =
        "Books an offer, or moves a visit to it, after the client has said yes to it in a later "
        "message than the one that offered it.",
    .input = {[CONFIRM_OFFER] = {"offer", "id of the offer", NULL, 20},
              [CONFIRM_NAME] = {"name", "the name of the person who comes", NULL, ACTION_NAME_MAX},
              [CONFIRM_PHONE] = {"phone", "the client's number, if it is hidden; else empty", NULL,
                                 64},
              [CONFIRM_OTHER] = {"for_other", "is the visit for another person than the caller?",
                                 yes_no, 3}},
    .run = confirm_booking,
    .needs_book = true,
};

/* ==== cancel_booking ========================================================================== */

enum { CANCEL_VISIT, CANCEL_PHONE, CANCEL_NAME };

/* Has this very turn confirmed that it moves? */
static enum err is_being_moved(const struct action_call *call, int64_t visit, bool *ret)
{
    const struct effect_book *confirmed = effects_book(call->effects);
    const struct book_desk d = desk_of(call);
    struct offer *list = NULL;
    size_t n = 0;

    *ret = false;
    if (confirmed == NULL)
        return ERR_OK;
    enum err e = book_offers(&d, &list, &n, NULL);
    for (size_t i = 0; e == ERR_OK && i < n; i++)
        *ret |= list[i].id == confirmed->offer_id && list[i].move_visit == visit;
    return e;
}

/* The first time it is only noted in the call's state; in the next turn it is done. */
static enum err cancel_booking(const struct action_call *call, struct action_result *ret)
{
    const struct book_desk d = desk_of(call);
    const struct visit *v = NULL;
    int64_t asked = 0;
    bool moved = false;

    enum err e =
        own_visit(call, call->value[CANCEL_VISIT], number_of(call, call->value[CANCEL_PHONE]),
                  call->value[CANCEL_NAME], &v);
    if (e == ERR_OK)
        e = rules_cancel_asked(call->arena, call->profile, call->state, &asked);
    if (e != ERR_OK)
        return trouble(ret, e);
    if (v == NULL)
        return refuse(ret, no_visit);
    e = is_being_moved(call, v->id, &moved);
    if (e != ERR_OK)
        return trouble(ret, e);
    if (moved)
        return refuse(ret, "This visit was moved just now. Say so first.");
    if (asked != v->id) {
        effects_put(call->effects, (struct effect){.kind = EFFECT_ASK_CANCEL, .visit_id = v->id});
        ret->told = "Not cancelled yet. Say which visit it is, ask for a yes, and use "
                    "cancel_booking again after the client has said yes in a later message.";
        ret->asks = ASKS_CONFIRM;
        return ERR_OK;
    }
    book_cancel(&d, v);
    ret->told = "Cancelled. Say so, and ask whether there is anything else.";
    ret->asks = ASKS_ELSE;
    return ERR_OK;
}

const struct action action_cancel_booking = {
    .name = "cancel_booking",
    .about = "Cancels a visit. Use it when the client asks for it, and once more after a yes in a "
             "later message.",
    .input = {[CANCEL_VISIT] = {"visit", "id of the visit, from my_bookings", NULL, 20},
              [CANCEL_PHONE] = {"phone", "as for my_bookings; empty: the number that calls", NULL,
                                64},
              [CANCEL_NAME] = {"name", "as for my_bookings; empty: not told", NULL,
                               ACTION_NAME_MAX}},
    .run = cancel_booking,
    .needs_book = true,
};

/* ==== my_bookings ============================================================================= */

enum { MINE_PHONE, MINE_NAME };

static enum err my_bookings(const struct action_call *call, struct action_result *ret)
{
    const struct book_desk d = desk_of(call);
    struct visit *list = NULL;
    size_t n = 0;
    struct buf b;

    enum err e = book_visits(&d, number_of(call, call->value[MINE_PHONE]), call->value[MINE_NAME],
                             &list, &n, NULL);
    if (e != ERR_OK)
        return trouble(ret, e);
    buf_init(&b, call->arena, TEXT_MAX);
    if (n == 0)
        buf_puts(&b,
                 call->caller_phone == NULL || *call->value[MINE_PHONE] != '\0'
                     ? "No visit is found by that number and name together. Do not say which of "
                       "them is wrong."
                     : "This number has no coming visit.");
    for (size_t i = 0; i < n && i < VISITS_TOLD; i++) {
        buf_printf(&b, "%svisit %lld: ", i == 0 ? "" : "; ", (long long)list[i].id);
        put_when(&b, call->profile, list[i].part[0].start_s);
        for (size_t k = 0; k < list[i].parts; k++)
            buf_printf(&b, "%s %s with %s", k == 0 ? "," : " then", list[i].part[k].service_names,
                       list[i].part[k].specialist_name);
        if (list[i].for_other)
            buf_printf(&b, ", for %s", list[i].name);
    }
    ret->told = buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
    return ret->told == NULL ? ERR_MEMORY : ERR_OK;
}

const struct action action_my_bookings = {
    .name = "my_bookings",
    .about = "The coming visits of the caller, with their ids.",
    .input =
        {[MINE_PHONE] = {"phone",
                         "another number than the one that calls, if the client tells it; empty "
                         "otherwise",
                         NULL, 64},
         [MINE_NAME] = {"name", "the name that the visit is under, with another number", NULL,
                        ACTION_NAME_MAX}},
    .run = my_bookings,
    .needs_book = true,
};

/* ==== service_info ============================================================================ */

static enum err service_info(const struct action_call *call, struct action_result *ret)
{
    const struct book *book = call->profile->book;
    struct book_wish wish = {0};
    struct buf b;

    if (!read_services(call, call->value[0], &wish, ret))
        return ret->told == NULL ? ERR_MEMORY : ERR_OK;
    buf_init(&b, call->arena, TEXT_MAX);
    for (size_t i = 0; i < wish.services; i++) {
        const struct service *s = &book->service[wish.service[i]];
        buf_printf(&b, "%s%s (%s): %d minutes, ", i == 0 ? "" : "; ", s->id, s->name, s->minutes);
        put_price(&b, book, s->price_from, s->price_to);
        buf_puts(&b, ", done by ");
        for (size_t k = 0; k < s->by_n; k++)
            buf_printf(&b, "%s%s (%s)", k == 0 ? "" : ", ", book->specialist[s->by[k]].id,
                       book->specialist[s->by[k]].name);
    }
    ret->told = buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
    return ret->told == NULL ? ERR_MEMORY : ERR_OK;
}

const struct action action_service_info = {
    .name = "service_info",
    .about = "How long services take, what they cost and who does them.",
    .input = {{"services", "ids of the services, joined by commas", NULL, ID_TEXT}},
    .run = service_info,
    .needs_book = true,
};
