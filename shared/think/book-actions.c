/* What a model can do with the book. Everything it says of services, specialists, offers and visits
 * it says by ids of the catalogue and the store; what cannot be had is told as data it can go on with:
 * why, and the nearest times that are free. Texts for the model are English; what the caller hears the
 * model makes of them. */
#include "think/book-actions.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "language/heard.h"

#define TOLD_TIMES 24
#define ID_TEXT    200
#define NEAREST    3
#define MIDDAY     (12 * 60)

struct book_desk book_actions_desk(const struct action_call *call)
{
    return (struct book_desk){.env = call->env,
                              .effects = call->effects,
                              .caller_phone = call->caller_phone,
                              .now_ms = clock_unix_ms()};
}

enum err book_actions_refuse(struct action_result *ret, enum asks asks, const char *told)
{
    ret->wrong = true;
    ret->open.asks = asks;
    ret->told = told;
    return told == NULL ? ERR_MEMORY : ERR_OK;
}

enum err book_actions_trouble(struct action_result *ret, enum err e)
{
    if (e == ERR_MEMORY)
        return e;
    return book_actions_refuse(
        ret, ASKS_CONFIRM,
        "The appointment book cannot be used at this moment and nothing was changed. "
        "Say so, and offer to leave a request for a person.");
}

/* ==== what the model told ===================================================================== */

static const char *list_ids(const struct action_call *call, bool services)
{
    const struct book *b = call->profile->book;
    struct buf out;

    buf_init(&out, call->arena, BOOK_ACTIONS_TEXT);
    buf_puts(&out, services ? "There is no such service. The services are: "
                            : "There is no such specialist. The specialists are: ");
    size_t n = services ? b->services : b->specialists;
    for (size_t i = 0; i < n && out.len < BOOK_ACTIONS_TEXT / 2; i++)
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
            (void)!book_actions_refuse(ret, ASKS_SERVICE, list_ids(call, true));
            return false;
        }
        wish->service[wish->services++] = place;
        text += n;
    }
    if (wish->services > 0)
        return true;
    (void)!book_actions_refuse(
        ret, ASKS_SERVICE, "The field \"services\" is empty: ask which service the client wants.");
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
    (void)!book_actions_refuse(ret, ASKS_SPECIALIST, list_ids(call, false));
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

void book_actions_put_when(struct buf *b, const struct profile *p, int64_t second)
{
    day_number day = 0;
    char text[12];
    int minute = 0;

    if (book_local(p, second, &day, &minute) == ERR_OK)
        buf_printf(b, "%s %s %02d:%02d", weekdays[date_weekday(day)], date_write(day, text),
                   minute / 60, minute % 60);
}

static void put_time(struct buf *b, const struct action_call *call, const struct free_time *t,
                     size_t services)
{
    const struct book *book = call->profile->book;
    int last = -1; /* who does several services one after another is told once */

    book_actions_put_when(b, call->profile, t->start_s);
    for (size_t i = 0; i < services; i++) {
        if (t->by[i] != last)
            buf_printf(b, "%s%s", last < 0 ? " with " : " then ", book->specialist[t->by[i]].id);
        last = t->by[i];
    }
}

/* The times, numbered as they are to be offered, which is how a key chooses one. ERR_MEMORY. */
static enum err put_choice(struct buf *b, const struct action_call *call,
                           const struct book_wish *wish, const struct book_found *times,
                           struct action_result *ret)
{
    struct asks_open *open = &ret->open;

    open->asks = ASKS_CHOICE;
    for (open->choices = 0; open->choices < times->n && open->choices < ASKS_CHOICES;
         open->choices++) {
        struct buf one;
        buf_init(&one, call->arena, BOOK_ACTIONS_TEXT);
        put_time(&one, call, &times->time[open->choices], wish->services);
        if (buf_err(&one) != ERR_OK)
            return ERR_MEMORY;
        open->choice[open->choices] = buf_text(&one);
        buf_printf(b, "%s%zu) %s", open->choices == 0 ? "" : "; ", open->choices + 1,
                   buf_text(&one));
    }
    return ERR_OK;
}

static const char *const reasons[] = {
    [FREE_OK] = "It is not free",
    [FREE_PAST] = "That time is over, or sooner than visits are taken",
    [FREE_TOO_FAR] = "That is later than visits are taken",
    [FREE_NO_SUCH] = "Visits do not begin at that minute",
    [FREE_NOT_DONE_BY] = "That specialist does not do it",
    [FREE_CLOSED] = "Nobody works that day",
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

static void put_reason(struct buf *b, const struct action_call *call, const struct book_wish *wish,
                       enum free_why reason)
{
    const struct book *book = call->profile->book;
    const char *who = wish->specialist >= 0 ? book->specialist[wish->specialist].id : NULL;

    if (reason == FREE_CLOSED && who != NULL)
        buf_printf(b, "%s does not work that day", who);
    else if (reason == FREE_NOT_DONE_BY && who != NULL)
        buf_printf(b, "%s does not do it", who);
    else if (reason == FREE_TAKEN && wish->time < 0)
        buf_puts(b, "Nothing is free then");
    else
        buf_puts(b, reasons[reason]);
    for (size_t i = 0; reason == FREE_NOT_DONE_BY && i < wish->services; i++) {
        const struct service *s = &book->service[wish->service[i]];
        buf_printf(b, ". %s is done by", s->id);
        for (size_t k = 0; k < s->by_n; k++)
            buf_printf(b, "%s %s", k == 0 ? "" : ",", book->specialist[s->by[k]].id);
    }
    buf_puts(b, ". ");
}

/* Why not, and the nearest that are free. */
static enum err refuse_time(const struct action_call *call, struct book_wish wish,
                            enum free_why reason, struct action_result *ret)
{
    const struct book_desk d = book_actions_desk(call);
    day_number day = wish.days > 0 ? wish.day[0] : today_of(call);
    int minute = wish.time >= 0 ? wish.time : wish.from >= 0 ? wish.from : MIDDAY;
    struct free_time near[NEAREST];
    struct book_found found = {0};
    struct buf b;

    buf_init(&b, call->arena, BOOK_ACTIONS_TEXT);
    put_reason(&b, call, &wish, reason);
    wish.time = wish.from = wish.to = -1;
    wish.days = 0;
    wish.specialist = reason == FREE_NOT_DONE_BY ? -1 : wish.specialist;
    enum err e = book_find(&d, &wish, &found, NULL);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    if (found.n == 0) {
        buf_puts(&b, "No time at all is free: offer to leave a request for a person.");
        return book_actions_refuse(ret, ASKS_CONFIRM, buf_err(&b) == ERR_OK ? buf_text(&b) : NULL);
    }
    buf_puts(&b, "The nearest free times: ");
    const struct book_found three = {.time = near, .n = nearest(&found, day, minute, near)};
    e = put_choice(&b, call, &wish, &three, ret);
    return e == ERR_OK
               ? book_actions_refuse(ret, ASKS_CHOICE, buf_err(&b) == ERR_OK ? buf_text(&b) : NULL)
               : e;
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

/* The caller's own words for a day: any, the earliest first. */
#define NEAREST_DAY "nearest"

static bool refuse_day(struct action_result *ret, const char *told)
{
    (void)!book_actions_refuse(ret, ASKS_DAY, told);
    return false;
}

static bool read_days(const struct action_call *call, struct book_wish *wish,
                      struct action_result *ret)
{
    const char *first = call->value[FIND_DAY];
    const char *last = call->value[FIND_UNTIL];
    bool any = strcmp(first, NEAREST_DAY) == 0;
    day_number from = today_of(call);
    day_number to = 0;

    if (*first == '\0' && *last == '\0')
        return refuse_day(ret, "The field \"day\" is empty: ask which day the client wants. Use "
                               "\"nearest\" if the client wants the nearest free time.");
    if (any && *last == '\0')
        return true;
    if ((*first != '\0' && !any && !date_read(first, &from)) ||
        (*last != '\0' && !date_read(last, &to)))
        return refuse_day(ret, "Days are written like 2026-12-03.");
    to = *last == '\0' ? from : to;
    if (to < from)
        return refuse_day(ret, "The last day is before the first.");
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
    (void)!book_actions_refuse(ret, ASKS_TIME, "Hours are written like 15:00.");
    return false;
}

static bool is_among(const struct free_time *t, const struct free_time *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].start_s == t->start_s)
            return true;
    return false;
}

/* Those to be offered first, then what else there is. */
static enum err tell_times(const struct action_call *call, const struct book_wish *wish,
                           const struct book_found *found, struct action_result *ret)
{
    struct free_time first[BOOK_OFFERS];
    size_t n = book_choose(found, wish->days == 0 ? BOOK_EARLIEST : BOOK_SPREAD, -1,
                           (size_t)call->profile->book->offer, first);
    size_t told = n;
    struct buf b;

    buf_init(&b, call->arena, BOOK_ACTIONS_TEXT);
    buf_puts(&b, "Free; offer these in this order: ");
    const struct book_found these = {.time = first, .n = n};
    enum err e = put_choice(&b, call, wish, &these, ret);
    if (e != ERR_OK)
        return e;
    for (size_t i = 0; i < found->n && told < TOLD_TIMES; i++) {
        if (is_among(&found->time[i], first, n))
            continue;
        buf_puts(&b, told == n ? ". Also free: " : "; ");
        put_time(&b, call, &found->time[i], wish->services);
        told++;
    }
    if (found->n > told)
        buf_printf(&b, "; and %zu more", found->n - told);
    buf_puts(&b, ". None of them is kept yet: offer_time keeps one.");
    ret->told = buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
    return ret->told == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err find_times(const struct action_call *call, struct action_result *ret)
{
    const struct book_desk d = book_actions_desk(call);
    struct book_wish wish = {.time = -1, .phone = call->caller_phone};
    struct book_found found = {0};

    if (!read_services(call, call->value[FIND_SERVICES], &wish, ret) ||
        !read_specialist(call, call->value[FIND_SPECIALIST], &wish, ret) ||
        !read_days(call, &wish, ret) || !read_hours(call, &wish, ret))
        return ret->told == NULL ? ERR_MEMORY : ERR_OK;
    enum err e = book_find(&d, &wish, &found, NULL);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    return found.n == 0 ? refuse_time(call, wish, found.why, ret)
                        : tell_times(call, &wish, &found, ret);
}

const struct action action_find_times = {
    .name = "find_times",
    .about = "Looks up the free times of the appointment book. Keeps none.",
    .input = {[FIND_SERVICES] = {"services", "ids of the services of one visit, joined by commas",
                                 NULL, ID_TEXT},
              [FIND_SPECIALIST] = {"specialist", "id of the specialist; empty: anyone", NULL,
                                   ID_TEXT},
              [FIND_DAY] = {"day",
                            "like 2026-12-03; \"nearest\": the earliest times of any day; "
                            "empty: not told yet",
                            NULL, 10},
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

static enum err refuse_at(struct action_result *ret, const char *at)
{
    return *at == '\0'
               ? book_actions_refuse(ret, ASKS_DAY,
                                     "The field \"at\" is empty: ask for the day and the hour.")
               : book_actions_refuse(ret, ASKS_TIME,
                                     "The field \"at\" is written like 2026-12-03 10:30.");
}

/* Keeps the time for the caller and tells the offer's id. A call has one list of offers: a new one
 * would take away what the same turn has confirmed. */
static enum err keep(const struct action_call *call, const struct book_wish *wish,
                     struct action_result *ret)
{
    const struct book *book = call->profile->book;
    const struct book_desk d = book_actions_desk(call);
    struct book_found found = {0};
    struct offer o[1];
    int64_t from = -1;
    int64_t to = -1;
    size_t n = 0;
    struct buf b;

    if (effects_book(call->effects) != NULL)
        return book_actions_refuse(
            ret, ASKS_ELSE,
            "A visit was confirmed just now. Say so first, and keep the next time "
            "only after the client's next message.");
    enum err e = book_find(&d, wish, &found, NULL);
    if (e == ERR_OK && found.n > 0)
        e = book_offer(&d, wish, found.time, 1, o, &n, NULL);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    if (n == 0)
        return refuse_time(call, *wish, found.n > 0 ? FREE_TAKEN : found.why, ret);
    const char *words = NULL;
    e = book_tell_offer(&d, &o[0], call->client_name, &words);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    book_price(book, wish->service, wish->services, &from, &to);
    buf_init(&b, call->arena, BOOK_ACTIONS_TEXT);
    buf_printf(&b, "Kept for the client as offer %lld: ", (long long)o[0].id);
    book_actions_put_when(&b, call->profile, o[0].part[0].start_s);
    for (size_t i = 0; i < o[0].parts; i++)
        buf_printf(&b, "%s %s with %s", i == 0 ? "," : " then", o[0].part[i].service_names,
                   o[0].part[i].specialist_name);
    buf_puts(&b, ", ");
    put_price(&b, book, from, to);
    buf_printf(&b,
               ". It is not booked. Read it back and ask for a yes, in such words: \"%s\" Use "
               "confirm_booking only after the client has said yes in a later message.",
               words);
    ret->told = buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
    ret->open.asks = ASKS_CONFIRM;
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
        return refuse_at(ret, call->value[OFFER_AT]);
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

enum { MOVE_VISIT, MOVE_AT, MOVE_SPECIALIST, MOVE_PHONE, MOVE_NAME };

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
    const char *phone = book_actions_number(call, call->value[MOVE_PHONE]);
    const char *name = call->value[MOVE_NAME];
    struct book_wish wish = {.time = -1, .from = -1, .to = -1};
    const struct visit *v = NULL;

    enum err e = book_actions_visit(call, call->value[MOVE_VISIT], phone, name, &v);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    if (v == NULL)
        return book_actions_refuse_visit(call, phone, name, ret);
    if (!read_specialist(call, call->value[MOVE_SPECIALIST], &wish, ret))
        return ret->told == NULL ? ERR_MEMORY : ERR_OK;
    if (!read_at(call->value[MOVE_AT], &wish))
        return refuse_at(ret, call->value[MOVE_AT]);
    wish.visit = v->id;
    wish.phone = v->for_other ? NULL : v->phone;
    wish.services = book_services_of(call->profile->book, v->part, v->parts, wish.service);
    if (wish.specialist < 0 && v->parts == 1)
        wish.specialist = catalogue_specialist(call->profile->book, v->part[0].specialist);
    if (wish.services != services_in(v))
        return book_actions_refuse(
            ret, ASKS_CONFIRM,
            "A service of this visit is no longer done: offer to leave a request for a "
            "person.");
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
    if (*who->name == '\0' && !who->for_other && call->client_name != NULL)
        who->name = call->client_name; /* who is known is not asked */
    who->phone = call->caller_phone != NULL ? call->caller_phone
                                            : book_actions_number(call, call->value[CONFIRM_PHONE]);
    if (!heard_is_spelt_as_name(who->name)) /* marks and markup in it are no name's */
        return book_actions_refuse(
            ret, ASKS_NAME,
            *who->name == '\0' ? "The name is missing: ask for it."
                               : "That is no name: ask for it, and write its letters alone.");
    if (*who->phone == '\0')
        return book_actions_refuse(ret, ASKS_PHONE,
                                   "The client's number is hidden: ask for the telephone number.");
    return ERR_OK;
}

static enum err confirm(const struct action_call *call, const struct offer *o,
                        struct action_result *ret)
{
    const struct book_desk d = book_actions_desk(call);
    struct book_person who = {.name = "", .phone = ""};
    bool done = false;

    if (o->turn >= call->env->turn)
        return book_actions_refuse(
            ret, ASKS_CONFIRM,
            "The client has not answered yet: read the offer back, ask for a yes, and "
            "wait for the next message.");
    if (o->move_visit != 0 && o->move_visit == effects_cancelled_visit(call->effects))
        return book_actions_refuse(ret, ASKS_ELSE, "This visit was cancelled just now.");
    enum err e = o->move_visit != 0 ? ERR_OK : read_person(call, &who, ret);
    if (e != ERR_OK || ret->wrong)
        return e;
    e = book_confirm(&d, o, &who, &done, NULL);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    if (!done)
        return book_actions_refuse(
            ret, ASKS_TIME,
            "It was not booked: the time is no longer kept, or the client has "
            "another visit then. Use find_times again.");
    ret->told = "Done. Say what is booked, and ask whether there is anything else.";
    ret->open.asks = ASKS_ELSE;
    return ERR_OK;
}

static enum err confirm_booking(const struct action_call *call, struct action_result *ret)
{
    const struct book_desk d = book_actions_desk(call);
    long long id = strtoll(call->value[CONFIRM_OFFER], NULL, 10);
    struct offer *list = NULL;
    size_t n = 0;

    enum err e = book_offers(&d, &list, &n, NULL);
    if (e != ERR_OK)
        return book_actions_trouble(ret, e);
    for (size_t i = 0; i < n; i++)
        if (list[i].id == id)
            return confirm(call, &list[i], ret);
    return book_actions_refuse(
        ret, ASKS_TIME,
        "There is no such offer any more: nothing was booked. Use find_times and "
        "offer_time again.");
}

const struct action action_confirm_booking = {
    .name = "confirm_booking",
    .about =
        "Books an offer, or moves a visit to it, after the client has said yes to it in a later "
        "message than the one that offered it.",
    .input = {[CONFIRM_OFFER] = {"offer", "id of the offer", NULL, 20},
              [CONFIRM_NAME] = {"name",
                                "the name of the person who comes; empty: the client, as known",
                                NULL, ACTION_NAME_MAX},
              [CONFIRM_PHONE] = {"phone", "the client's number, if it is hidden; else empty", NULL,
                                 64},
              [CONFIRM_OTHER] = {"for_other", "is the visit for another person than the caller?",
                                 yes_no, 3}},
    .run = confirm_booking,
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
    buf_init(&b, call->arena, BOOK_ACTIONS_TEXT);
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
