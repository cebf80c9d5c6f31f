#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/zone.h"
#include "business/phone.h"
#include "language/heard.h"
#include "tools/holos/book.h"
#include "tools/holos/print.h"

#define NAME_BYTES 100
#define NOTE_BYTES 1000
#define NEAREST    3
#define FREE_DAYS  14 /* that `free` shows */

/* ==== reading the command line ================================================================ */

static bool refuse(struct book_job *j, const char *what, const char *text, const char *must)
{
    j->code = tool_refuse(j->t, EXIT_USAGE, "%s is \"%.40s\"; %s", what, text, must);
    return false;
}

static day_number today(const struct book_job *j)
{
    day_number day = 0;
    int minute = 0;

    (void)!book_local(j->profile, j->desk.now_ms / 1000, &day, &minute);
    return day;
}

bool book_day(struct book_job *j, const char *what, const char *text, day_number *ret)
{
    if (strcmp(text, "today") == 0)
        *ret = today(j);
    else if (strcmp(text, "tomorrow") == 0)
        *ret = today(j) + 1;
    else if (!date_read(text, ret))
        return refuse(j, what, text, "a day is written 2026-12-03, today or tomorrow");
    return true;
}

/* "2026-12-03 10:30", "tomorrow 9:00". */
bool book_moment(struct book_job *j, const char *what, const char *text, day_number *ret_day,
                 int *ret_minute)
{
    static const char must[] = "a moment is written \"2026-12-03 10:30\" or \"tomorrow 10:30\"";
    size_t n = strcspn(text, " T");
    char *end = NULL;

    const char *day = arena_strndup(&j->t->arena, text, n);
    if (day == NULL || text[n] == '\0')
        return refuse(j, what, text, must);
    if (!book_day(j, what, day, ret_day))
        return false;
    const char *at = text + n + 1;
    long hour = strtol(at, &end, 10);
    if (end == at || *end != ':' || hour < 0 || hour > 24 || strlen(end) != 3)
        return refuse(j, what, text, must);
    at = end + 1;
    long minute = strtol(at, &end, 10);
    if (*end != '\0' || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60)
        return refuse(j, what, text, must);
    *ret_minute = (int)(hour * 60 + minute);
    return true;
}

bool book_specialist(struct book_job *j, int *ret)
{
    const char *id = options_text(&j->t->options, "specialist", NULL);

    *ret = -1;
    if (id == NULL)
        return true;
    *ret = catalogue_specialist(j->profile->book, id);
    if (*ret >= 0)
        return true;
    j->code = tool_refuse(j->t, BOOK_NO_SUCH, "there is no specialist \"%.40s\" in profile %s", id,
                          j->profile->name);
    return false;
}

static bool read_services(struct book_job *j, struct book_wish *wish)
{
    const char *list = options_text(&j->t->options, "service", NULL);

    if (list == NULL) {
        j->code = tool_refuse(j->t, EXIT_USAGE, "say which service: --service ID[,ID]");
        return false;
    }
    while (*list != '\0') {
        size_t n = strcspn(list, ",");
        const char *id = arena_strndup(&j->t->arena, list, n);
        int place = id == NULL ? -1 : catalogue_service(j->profile->book, id);
        if (place < 0 || wish->services == CATALOGUE_VISIT_SERVICES) {
            j->code = tool_refuse(j->t, place < 0 ? BOOK_NO_SUCH : EXIT_USAGE,
                                  place < 0 ? "there is no service \"%.40s\" in profile %s"
                                            : "too many services at \"%.40s\" in profile %s",
                                  id == NULL ? "" : id, j->profile->name);
            return false;
        }
        wish->service[wish->services++] = place;
        list += n + (list[n] == ',');
    }
    return wish->services > 0 || refuse(j, "--service", "", "it must name a service");
}

bool book_id(struct book_job *j, int64_t *ret)
{
    const char *text = j->t->options.operands < 2 ? "" : j->t->options.operand[1];
    char *end = NULL;

    *ret = strtoll(text, &end, 10);
    if (*text >= '1' && *text <= '9' && *end == '\0')
        return true;
    return refuse(j, "the booking", text, "it must be a number that `holos book list` shows");
}

static bool required(struct book_job *j, const char *name, const char **ret)
{
    *ret = options_text(&j->t->options, name, NULL);
    if (*ret != NULL)
        return true;
    j->code = tool_refuse(j->t, EXIT_USAGE, "--%s is missing", name);
    return false;
}

int64_t book_midnight(const struct book_job *j, day_number day)
{
    int64_t second = 0;

    for (int minute = 0; minute < 300; minute++)
        if (free_second(j->profile->time_zone, day, minute, &second))
            return second - (int64_t)minute * 60;
    return (int64_t)day * 86400;
}

/* ==== ends ==================================================================================== */

static int failed(struct book_job *j, enum err e)
{
    if (e == ERR_NOT_FOUND) {
        (void)tool_fail(j->t, e);
        return BOOK_NO_SUCH;
    }
    return tool_fail(j->t, e);
}

static const char *const reasons[][2] = {
    [FREE_OK] = {"taken", "it is not free"},
    [FREE_PAST] = {"past", "that time is over, or sooner than the notice allows"},
    [FREE_TOO_FAR] = {"too-far", "that day is after the horizon"},
    [FREE_NO_SUCH] = {"no-such-time", "visits cannot begin at that minute"},
    [FREE_NOT_DONE_BY] = {"not-done-by", "the specialist does not do it"},
    [FREE_CLOSED] = {"closed", "nobody who does it works on that day"},
    [FREE_OUTSIDE] = {"outside-hours", "it does not fit into the working hours"},
    [FREE_TAKEN] = {"taken", "the time is taken"},
    [FREE_OWN] = {"client-busy", "the client has another visit at that time"},
};

static int64_t distance(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* The nearest starts to a moment, before and after it, of all that can be booked. */
static size_t nearest(const struct book_found *f, int64_t to_s, struct free_time *ret)
{
    size_t n = 0;

    while (n < NEAREST) {
        const struct free_time *best = NULL;
        for (size_t i = 0; i < f->n; i++) {
            bool have = false;
            for (size_t k = 0; k < n; k++)
                have |= ret[k].start_s == f->time[i].start_s;
            if (!have && (best == NULL ||
                          distance(f->time[i].start_s, to_s) < distance(best->start_s, to_s)))
                best = &f->time[i];
        }
        if (best == NULL)
            break;
        ret[n++] = *best;
    }
    return n;
}

static void put_nearest(struct book_job *j, const struct free_time *times, size_t n)
{
    char text[32];
    struct jsonw w;

    tool_json(j->t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "error", "the time cannot be booked");
    jsonw_key(&w, "nearest");
    jsonw_array(&w);
    for (size_t i = 0; i < n; i++) {
        jsonw_object(&w);
        jsonw_put_text(&w, "specialist", j->profile->book->specialist[times[i].by[0]].id);
        jsonw_put_text(&w, "start",
                       report_local_time(j->profile->time_zone, times[i].start_s, text));
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    (void)tool_json_end(j->t);
}

/* Not bookable: why, and the nearest that are. */
static int refuse_time(struct book_job *j, struct book_wish wish, enum free_why reason)
{
    int64_t wanted = book_midnight(j, wish.day[0]) + (int64_t)wish.time * 60;
    struct free_time near[NEAREST];
    struct book_found found = {0};
    struct buf b;
    char text[32];

    wish.time = -1;
    wish.days = 0;
    enum err e = book_find(&j->desk, &wish, &found, &j->t->why);
    if (e != ERR_OK)
        return failed(j, e);
    size_t n = nearest(&found, wanted, near);
    if (j->t->json)
        put_nearest(j, near, n);
    buf_init(&b, &j->t->arena, 1000);
    for (size_t i = 0; i < n; i++)
        buf_printf(&b, "%s%.16s %s", i == 0 ? "; the nearest that can be had: " : ", ",
                   report_local_time(j->profile->time_zone, near[i].start_s, text),
                   j->profile->book->specialist[near[i].by[0]].id);
    return tool_refuse(j->t, BOOK_TAKEN, "%s%s", reasons[reason][1], buf_text(&b));
}

/* ==== list, show ============================================================================== */

static void put_rows(struct book_job *j, const struct visit *list, size_t n)
{
    static const struct column columns[] = {
        {"ID", true},        {"START", false},  {"END", false},   {"SPECIALIST", false},
        {"SERVICES", false}, {"CLIENT", false}, {"PHONE", false}, {"BY", false},
        {"STATE", false},    {"NOTE", false},
    };
    struct table table;
    char text[32];

    table_init(&table, &j->t->arena, columns, sizeof columns / sizeof columns[0]);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < list[i].parts; k++) {
            const struct booking_part *p = &list[i].part[k];
            table_cellf(&table, "%lld", (long long)p->id);
            report_local_time(j->profile->time_zone, p->start_s, text);
            table_cellf(&table, "%.10s %.5s", text, text + 11);
            report_local_time(j->profile->time_zone, p->end_s, text);
            table_cellf(&table, "%.5s", text + 11);
            table_cell(&table, p->specialist_name);
            table_cell(&table, p->service_names);
            table_cell(&table, list[i].name);
            table_cell(&table, list[i].phone);
            table_cell(&table, list[i].by);
            table_cell(&table, list[i].state);
            table_cell(&table, list[i].note);
        }
    table_print(&table, &j->t->out);
    if (n == 0)
        buf_puts(&j->t->out, "no bookings\n");
}

static bool read_filter(struct book_job *j, struct visit_filter *ret)
{
    const struct options *o = &j->t->options;
    const char *from = options_text(o, "from", NULL);
    const char *to = options_text(o, "to", NULL);
    const char *phone = options_text(o, "phone", NULL);
    day_number day = 0;
    int who = -1;

    *ret = (struct visit_filter){.profile = j->profile->name,
                                 .to_s = INT64_MAX,
                                 .cancelled = options_has(o, "all"),
                                 .with_other = true};
    if (from != NULL && !book_day(j, "--from", from, &day))
        return false;
    if (from != NULL)
        ret->from_s = book_midnight(j, day);
    if (to != NULL && !book_day(j, "--to", to, &day))
        return false;
    if (to != NULL)
        ret->to_s = book_midnight(j, day + 1);
    if (!book_specialist(j, &who))
        return false;
    if (who >= 0)
        ret->specialist = j->profile->book->specialist[who].id;
    if (phone == NULL)
        return true;
    char *digits = arena_calloc(&j->t->arena, PHONE_TAIL + 1, 1);
    if (digits == NULL || !phone_tail(phone, digits))
        return refuse(j, "--phone", phone, "it must be a telephone number of nine digits or more");
    ret->phone = digits;
    return true;
}

static int list(struct book_job *j)
{
    struct visit_filter f = {0};
    struct visit *visits = NULL;
    size_t n = 0;
    struct jsonw w;

    if (!read_filter(j, &f))
        return j->code;
    enum err e = visits_listed(j->store, &j->t->arena, &f, &visits, &n, &j->t->why);
    if (e != ERR_OK)
        return failed(j, e);
    if (!j->t->json) {
        put_rows(j, visits, n);
        return EXIT_FINE;
    }
    tool_json(j->t, &w);
    report_bookings_json(&w, visits, n, j->profile->time_zone);
    return tool_json_end(j->t);
}

static enum err find_visit(struct book_job *j, int64_t id, struct visit *ret)
{
    enum err e = booking_visit(j->store, &j->t->arena, id, ret, &j->t->why);

    return e == ERR_NOT_FOUND ? why_set(&j->t->why, e, "there is no booking %lld", (long long)id)
                              : e;
}

static int show(struct book_job *j)
{
    struct booking_change *changes = NULL;
    struct visit v = {0};
    int64_t id = 0;
    size_t n = 0;
    char text[32];
    struct jsonw w;

    if (!book_id(j, &id))
        return j->code;
    enum err e = find_visit(j, id, &v);
    if (e == ERR_OK)
        e = visit_history(j->store, &j->t->arena, v.id, &changes, &n, &j->t->why);
    if (e != ERR_OK)
        return failed(j, e);
    if (j->t->json) {
        tool_json(j->t, &w);
        report_visit_json(&w, &v, changes, n, j->profile->time_zone);
        return tool_json_end(j->t);
    }
    put_rows(j, &v, 1);
    for (size_t i = 0; i < n; i++)
        buf_printf(&j->t->out, "%.16s  %s by %s%s%s%s%s%s%s\n",
                   report_local_time(j->profile->time_zone, changes[i].at_ms / 1000, text),
                   changes[i].what, changes[i].by, *changes[i].from == '\0' ? "" : ", from ",
                   changes[i].from, *changes[i].to == '\0' ? "" : ", to ", changes[i].to,
                   *changes[i].why == '\0' ? "" : ": ", print_clean(&j->t->arena, changes[i].why));
    return EXIT_FINE;
}

/* ==== add, move, cancel ======================================================================= */

static struct booking_actor staff(const struct book_job *j)
{
    return (struct booking_actor){
        .by = "staff", .why = options_text(&j->t->options, "why", ""), .now_ms = j->desk.now_ms};
}

static bool read_client(struct book_job *j, struct visit *v)
{
    const char *phone = NULL;
    const char *note = options_text(&j->t->options, "note", "");
    char e164[PHONE_MAX];

    if (!required(j, "name", &v->name) || !required(j, "phone", &phone))
        return false;
    if (*v->name == '\0' || strlen(v->name) > NAME_BYTES)
        return refuse(j, "--name", v->name, "it must be a name of at most 100 bytes");
    if (strlen(note) > NOTE_BYTES)
        return refuse(j, "--note", note, "it may have 1000 bytes");
    if (phone_e164(phone, j->profile->country, e164) != ERR_OK)
        return refuse(j, "--phone", phone, "it must be a telephone number");
    v->phone = arena_strdup(&j->t->arena, e164);
    v->note = note;
    return v->phone != NULL;
}

/* Nothing comes between looking and writing: it is one transaction. */
static int add_at(struct book_job *j, const struct book_wish *wish, struct visit *v)
{
    const struct booking_actor who = staff(j);
    bool past = options_has(&j->t->options, "past");
    enum free_why reason = FREE_OK;
    struct free_time at = {0};

    enum err e = store_begin(j->store, deadline_in_ms(5000), &j->t->why);
    if (e == ERR_OK)
        e = book_check(&j->desk, wish, past, &reason, &at, &j->t->why);
    if (e == ERR_OK && reason != FREE_OK) {
        store_rollback(j->store);
        return refuse_time(j, *wish, reason);
    }
    if (e == ERR_OK)
        e = book_parts(&j->desk, wish, &at, v->part, &v->parts);
    if (e == ERR_OK)
        e = visit_add(j->store, &j->t->arena, v, &who, &j->t->why);
    if (e == ERR_OK)
        e = store_commit(j->store, &j->t->why);
    store_rollback(j->store);
    if (e == ERR_EXISTS)
        return refuse_time(j, *wish, FREE_TAKEN);
    return e == ERR_OK ? EXIT_FINE : failed(j, e);
}

static int print_ids(struct book_job *j, const struct visit *v)
{
    struct jsonw w;

    if (j->t->json) {
        tool_json(j->t, &w);
        report_bookings_json(&w, v, 1, j->profile->time_zone);
        return tool_json_end(j->t);
    }
    for (size_t i = 0; i < v->parts; i++)
        buf_printf(&j->t->out, "%lld\n", (long long)v->part[i].id);
    return EXIT_FINE;
}

static int add(struct book_job *j)
{
    struct book_wish wish = {.days = 1, .from = -1, .to = -1};
    struct visit v = {.profile = j->profile->name,
                      .state = "booked",
                      .currency = j->profile->book->currency,
                      .language = j->profile->language,
                      .by = "staff"};
    const char *at = NULL;

    if (!read_services(j, &wish) || !book_specialist(j, &wish.specialist) ||
        !required(j, "at", &at) || !book_moment(j, "--at", at, &wish.day[0], &wish.time) ||
        !read_client(j, &v))
        return j->code;
    wish.phone = v.phone;
    int code = add_at(j, &wish, &v);
    return code == EXIT_FINE ? print_ids(j, &v) : code;
}

static int move_to(struct book_job *j, const struct book_wish *wish, struct visit *v)
{
    const struct booking_actor who = staff(j);
    struct booking_part part[BOOKING_PARTS];
    enum free_why reason = FREE_OK;
    struct free_time at = {0};
    size_t parts = 0;

    enum err e = store_begin(j->store, deadline_in_ms(5000), &j->t->why);
    if (e == ERR_OK)
        e = book_check(&j->desk, wish, false, &reason, &at, &j->t->why);
    if (e == ERR_OK && reason != FREE_OK) {
        store_rollback(j->store);
        return refuse_time(j, *wish, reason);
    }
    if (e == ERR_OK)
        e = book_parts(&j->desk, wish, &at, part, &parts);
    if (e == ERR_OK)
        e = visit_move(j->store, &j->t->arena, v->id, part, parts, &who, &j->t->why);
    if (e == ERR_OK)
        e = visit_get(j->store, &j->t->arena, v->id, v, &j->t->why);
    if (e == ERR_OK)
        e = store_commit(j->store, &j->t->why);
    store_rollback(j->store);
    if (e == ERR_EXISTS)
        return refuse_time(j, *wish, FREE_TAKEN);
    return e == ERR_OK ? EXIT_FINE : failed(j, e);
}

static int move(struct book_job *j)
{
    struct book_wish wish = {.days = 1, .from = -1, .to = -1};
    struct visit v = {0};
    const char *at = NULL;
    int64_t id = 0;

    if (!book_id(j, &id) || !required(j, "at", &at) ||
        !book_moment(j, "--at", at, &wish.day[0], &wish.time) ||
        !book_specialist(j, &wish.specialist))
        return j->code;
    enum err e = find_visit(j, id, &v);
    if (e != ERR_OK)
        return failed(j, e);
    wish.visit = v.id;
    wish.phone = v.for_other ? NULL : v.phone;
    wish.services = book_services_of(j->profile->book, v.part, v.parts, wish.service);
    if (wish.specialist < 0 && v.parts == 1)
        wish.specialist = catalogue_specialist(j->profile->book, v.part[0].specialist);
    if (wish.services == 0)
        return tool_refuse(j->t, BOOK_TAKEN,
                           "the profile no longer has its services: cancel it and add a new one");
    int code = move_to(j, &wish, &v);
    return code == EXIT_FINE ? print_ids(j, &v) : code;
}

static int cancel(struct book_job *j)
{
    const struct booking_actor who = staff(j);
    struct visit v = {0};
    int64_t id = 0;

    if (!book_id(j, &id))
        return j->code;
    enum err e = find_visit(j, id, &v);
    if (e == ERR_OK)
        e = store_begin(j->store, deadline_in_ms(5000), &j->t->why);
    if (e == ERR_OK)
        e = visit_cancel(j->store, &j->t->arena, v.id, &who, &j->t->why);
    if (e == ERR_OK)
        e = store_commit(j->store, &j->t->why);
    store_rollback(j->store);
    return e == ERR_OK ? EXIT_FINE : failed(j, e);
}

/* ==== free, block ============================================================================= */

static int print_free(struct book_job *j, const struct book_found *f)
{
    char text[32];
    struct jsonw w;

    if (!j->t->json) {
        for (size_t i = 0; i < f->n; i++) {
            report_local_time(j->profile->time_zone, f->time[i].start_s, text);
            buf_printf(&j->t->out, "%.10s %.5s  %s\n", text, text + 11,
                       j->profile->book->specialist[f->time[i].by[0]].id);
        }
        if (f->n == 0)
            buf_puts(&j->t->out, "nothing is free\n");
        return EXIT_FINE;
    }
    tool_json(j->t, &w);
    jsonw_array(&w);
    for (size_t i = 0; i < f->n; i++) {
        jsonw_object(&w);
        jsonw_put_text(&w, "specialist", j->profile->book->specialist[f->time[i].by[0]].id);
        jsonw_put_text(&w, "start",
                       report_local_time(j->profile->time_zone, f->time[i].start_s, text));
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    return tool_json_end(j->t);
}

static int free_times(struct book_job *j)
{
    struct book_wish wish = {.time = -1, .from = -1, .to = -1};
    const char *from = options_text(&j->t->options, "from", "today");
    struct book_found found = {0};
    int64_t days = FREE_DAYS;
    day_number first = 0;

    if (options_number(&j->t->options, "days", 1, 731, &days, &j->t->why) != ERR_OK)
        return tool_refuse(j->t, EXIT_USAGE, "%s", j->t->why.text);
    if (!read_services(j, &wish) || !book_specialist(j, &wish.specialist) ||
        !book_day(j, "--from", from, &first))
        return j->code;
    const struct book_range range = {first, first + (day_number)days - 1};
    enum err e = book_find_each(&j->desk, &wish, &range, &found, &j->t->why);
    return e == ERR_OK ? print_free(j, &found) : failed(j, e);
}

static int block(struct book_job *j)
{
    const char *from = NULL;
    const char *to = NULL;
    struct block b = {
        .profile = j->profile->name, .why = options_text(&j->t->options, "why", ""), .by = "staff"};
    day_number day[2] = {0};
    int minute[2] = {0};
    int who = -1;

    if (!book_specialist(j, &who) || !required(j, "from", &from) || !required(j, "to", &to) ||
        !book_moment(j, "--from", from, &day[0], &minute[0]) ||
        !book_moment(j, "--to", to, &day[1], &minute[1]))
        return j->code;
    if (who < 0)
        return tool_refuse(j->t, EXIT_USAGE, "--specialist is missing");
    b.specialist = j->profile->book->specialist[who].id;
    b.from_s = book_midnight(j, day[0]) + (int64_t)minute[0] * 60;
    b.to_s = book_midnight(j, day[1]) + (int64_t)minute[1] * 60;
    if (b.to_s <= b.from_s)
        return tool_refuse(j->t, EXIT_USAGE, "--to is not after --from");
    enum err e = store_begin(j->store, deadline_in_ms(5000), &j->t->why);
    if (e == ERR_OK)
        e = block_add(j->store, &j->t->arena, &b, j->desk.now_ms, &j->t->why);
    if (e == ERR_OK)
        e = store_commit(j->store, &j->t->why);
    store_rollback(j->store);
    if (e == ERR_EXISTS)
        return tool_refuse(j->t, BOOK_TAKEN,
                           "the time is taken: `holos book day` shows by what; move or cancel that "
                           "first");
    if (e != ERR_OK)
        return failed(j, e);
    buf_printf(&j->t->out, j->t->json ? "{\"block\":%lld}\n" : "%lld\n", (long long)b.id);
    return EXIT_FINE;
}

static int unblock(struct book_job *j)
{
    int64_t id = 0;

    if (!book_id(j, &id))
        return j->code;
    enum err e = store_begin(j->store, deadline_in_ms(5000), &j->t->why);
    if (e == ERR_OK)
        e = block_remove(j->store, id, &j->t->why);
    if (e == ERR_OK)
        e = store_commit(j->store, &j->t->why);
    store_rollback(j->store);
    return e == ERR_OK ? EXIT_FINE : failed(j, e);
}

/* ==== the verb ================================================================================ */

static const struct job_row {
    const char *name;
    int (*run)(struct book_job *j);
} jobs[] = {
    {"list", list},
    {"show", show},
    {"add", add},
    {"move", move},
    {"cancel", cancel},
    {"free", free_times},
    {"block", block},
    {"unblock", unblock},
    {"day", book_print_day},
    {"ics", book_print_ics},
    {"sheet", book_print_sheet},
    {"answer", book_answer},
};

/* The one that was named, or the only one that keeps a book; NULL: it was refused. */
static const struct profile *choose(struct tool *t, const struct app *app, int *ret_code)
{
    const char *name = options_text(&t->options, "profile", NULL);
    const struct profile *p = name == NULL ? NULL : app_profile_named(app, name);
    struct buf names;
    size_t n = 0;

    buf_init(&names, &t->arena, 2000);
    for (size_t i = 0; i < app->profiles_n; i++)
        if (app->profiles[i].book != NULL) {
            buf_printf(&names, "%s%s", n++ == 0 ? "" : ", ", app->profiles[i].name);
            p = name == NULL ? &app->profiles[i] : p;
        }
    if (name != NULL && p == NULL)
        *ret_code = tool_refuse(t, BOOK_NO_SUCH, "there is no profile \"%.40s\"", name);
    else if (n == 0 || (p != NULL && p->book == NULL))
        *ret_code = tool_refuse(t, EXIT_FAULT, "%s keeps no book: docs/profiles.md says how to",
                                name == NULL ? "no profile" : name);
    else if (name == NULL && n > 1)
        *ret_code =
            tool_refuse(t, EXIT_USAGE, "say which: --profile NAME, one of %s", buf_text(&names));
    else
        return p;
    return NULL;
}

static int run_job(struct tool *t, const struct app *app, const struct job_row *row)
{
    struct book_job j = {.t = t};
    struct effects effects = {0};

    j.profile = choose(t, app, &j.code);
    if (j.profile == NULL)
        return j.code;
    enum err e = tool_store(t, &j.store);
    if (e != ERR_OK)
        return tool_fail(t, e);
    j.env = (struct env){.arena = &t->arena,
                         .deadline = deadline_in_ms(10000),
                         .store = j.store,
                         .profile = j.profile};
    j.desk = (struct book_desk){.env = &j.env, .effects = &effects, .now_ms = clock_unix_ms()};
    int code = row->run(&j);
    store_close(j.store);
    return code;
}

static int run(struct tool *t)
{
    static struct app app;

    if (t->options.operands == 0)
        return tool_refuse(t, EXIT_USAGE, "say what: `holos help book` lists it");
    const struct job_row *row = NULL;
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        if (strcmp(jobs[i].name, t->options.operand[0]) == 0)
            row = &jobs[i];
    if (row == NULL)
        return tool_refuse(t, EXIT_USAGE, "\"%.40s\" is none of its verbs; `holos help book`",
                           t->options.operand[0]);
    enum err e = app_open(&app, APP_PARTS(&app_profiles), &t->why);
    int code = e == ERR_OK ? run_job(t, &app, row) : tool_fail(t, e);
    app_close(&app);
    return code;
}

static const struct option_row options[] = {
    {"profile", 'p', "NAME", "the business; left out: the only one that keeps a book"},
    {"from", '\0', "WHEN", "list, free, ics, sheet: a day; block: a moment"},
    {"to", '\0', "WHEN", "list: a day; block: a moment"},
    {"days", '\0', "N", "free: so many days (14)"},
    {"specialist", '\0', "ID", "only this one's, or with this one"},
    {"service", '\0', "ID[,ID]", "add, free: what the visit is for"},
    {"at", '\0', "\"DAY HH:MM\"", "add, move: the start, in the business's time"},
    {"name", '\0', "NAME", "add: the client's name"},
    {"phone", '\0', "NUMBER", "add: the client's number; list: only of this number"},
    {"note", '\0', "TEXT", "add: a note for the staff"},
    {"why", '\0', "TEXT", "cancel, block: the reason, for the history"},
    {"past", '\0', NULL, "add: the visit has been; for the history"},
    {"all", 'a', NULL, "list: the cancelled ones, too"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_book = {
    .name = "book",
    .operands = "list|show ID|add|move ID|cancel ID|free|block|unblock ID|day "
                "[DAY]|ics|sheet|answer ID yes|no",
    .operands_least = 0,
    .operands_most = 3,
    .options = options,
    .takes_json = true,
    .about = "look at the appointment book and change it",
    .help = "Days are written 2026-12-03, today or tomorrow; times are the business's own.\n"
            "Exit status besides the usual: 3 no such booking, service or specialist;\n"
            "4 the time cannot be booked: the reason and the nearest times are printed.\n"
            "sheet lists what staff changed in their Google Sheet, and what became of it.\n"
            "answer notes what the client answered to a reminder: yes, the visit is confirmed;\n"
            "no, it is cancelled.\n"
            "\n"
            "  holos book free --service manicure-gel --from tomorrow\n"
            "  holos book add --service manicure-gel --at \"tomorrow 10:30\" --name Olena\n"
            "             --phone 0501234567\n"
            "  holos book move 17 --at \"2026-12-04 12:00\"\n"
            "  holos book block --specialist inna --from \"today 15:00\" --to \"today 16:00\"",
    .run = run,
};
