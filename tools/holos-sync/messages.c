#include "tools/holos-sync/messages.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/zone.h"
#include "business/book-words.h"
#include "business/catalogue.h"
#include "report/report.h"
#include "store/message.h"
#include "wire/jsonw.h"

#define WRITE_MS 30000
#define HOUR_S   3600
#define FRESH_MS                                                                                   \
    (INT64_C(3600) * 1000) /* a visit booked longer ago needs no confirmation any more */
#define PAYLOAD_MAX ((size_t)16 * 1024)

struct plan {
    const struct profile *profile;
    struct store *store;
    struct arena *arena;
    int64_t now_ms;
    int n;
};

static bool sends(const struct profile *p)
{
    return p->book != NULL && p->broken == NULL &&
           (p->book->booked.by != 0 || p->book->reminder.by != 0);
}

bool messages_are_wanted(const struct app *app)
{
    for (size_t i = 0; i < app->profiles_n; i++)
        if (sends(&app->profiles[i]))
            return true;
    return false;
}

/* ---- what it says --------------------------------------------------------------------------------- */

static const char *names_of(struct plan *x, const struct visit *v, bool services)
{
    struct buf b;

    buf_init(&b, x->arena, PAYLOAD_MAX);
    for (size_t i = 0; i < v->parts; i++) {
        const struct booking_part *part = &v->part[i];
        bool again = i > 0 && strcmp(part->specialist, v->part[i - 1].specialist) == 0;
        if (services || !again)
            buf_printf(&b, "%s%s", i == 0 ? "" : ", ",
                       services ? part->service_names : part->specialist_name);
    }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* In the client's language, if the business speaks it. */
static enum err text_of(struct plan *x, const struct visit *v, const char *what, bool moved,
                        const char **ret)
{
    const struct profile *p = profile_in(x->profile, v->language);
    char start[32], when[32];
    struct tm local = {0};

    if (p == NULL || p->book == NULL)
        p = x->profile;
    const struct book_words *words = p->book->words;
    report_local_time(p->time_zone, v->part[0].start_s, start);
    (void)snprintf(when, sizeof when, "%.2s.%.2s.%.4s %.5s", start + 8, start + 5, start,
                   start + 11);
    const struct phrase_value values[] = {{"when", when},
                                          {"services", names_of(x, v, true)},
                                          {"service_names", names_of(x, v, true)},
                                          {"specialist", names_of(x, v, false)},
                                          {"name", v->name},
                                          {NULL, NULL}};
    enum err e = zone_local(p->time_zone, x->now_ms, &local);
    if (e != ERR_OK)
        return e;
    *ret = profile_phrase_with(x->arena, p,
                               strcmp(what, "reminder") == 0 ? words->say.message_reminder
                               : moved                       ? words->say.message_moved
                                                             : words->say.message_booked,
                               &local, values);
    return *ret == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err payload_of(struct plan *x, const struct visit *v, const char *what, bool moved,
                           const char **ret)
{
    const char *text = NULL;
    char start[32];
    struct jsonw w;
    struct buf b;

    enum err e = text_of(x, v, what, moved, &text);
    if (e != ERR_OK)
        return e;
    buf_init(&b, x->arena, PAYLOAD_MAX);
    jsonw_init(&w, &b);
    jsonw_object(&w);
    jsonw_put_text(&w, "message", moved && strcmp(what, "booked") == 0 ? "moved" : what);
    jsonw_put_int(&w, "visit", v->id);
    jsonw_key(&w, "bookings");
    jsonw_array(&w);
    for (size_t i = 0; i < v->parts; i++)
        jsonw_int(&w, v->part[i].id);
    jsonw_end_array(&w);
    jsonw_put_text(&w, "profile", v->profile);
    jsonw_put_text(&w, "name", v->name);
    jsonw_put_text(&w, "phone", v->phone);
    jsonw_put_text(&w, "start",
                   report_local_time(x->profile->time_zone, v->part[0].start_s, start));
    jsonw_put_text(&w, "text", text);
    jsonw_end_object(&w);
    *ret = buf_text(&b);
    return buf_err(&b);
}

/* ---- which are due -------------------------------------------------------------------------------- */

static const struct {
    unsigned bit;
    const char *name;
} ways[] = {{BOOK_BY_LOG, "log"}, {BOOK_BY_WEBHOOK, "webhook"}};

#define WAYS (sizeof ways / sizeof ways[0])

/* The ways by which each message has still to go. */
struct due {
    unsigned booked, reminder;
    bool moved;
};

static enum err still(struct plan *x, const struct visit *v, const char *what, unsigned by,
                      unsigned *ret, struct why *why)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < WAYS && e == ERR_OK; i++) {
        const struct message m = {v->id, what, ways[i].name, v->part[0].start_s};
        bool had = true;
        if ((by & ways[i].bit) != 0)
            e = message_had(x->store, &m, &had, why);
        *ret |= e == ERR_OK && !had ? ways[i].bit : 0;
    }
    return e;
}

/* One booked when its reminder would have gone already gets none: it has just been told. */
static enum err find_due(struct plan *x, const struct visit *v, struct due *ret, struct why *why)
{
    const struct book *b = x->profile->book;
    int64_t remind_ms = (v->part[0].start_s - (int64_t)b->reminder.hours_before * HOUR_S) * 1000;
    int64_t fresh_ms = x->now_ms - FRESH_MS;

    *ret = (struct due){0};
    if (strcmp(v->state, "booked") != 0 || v->part[0].start_s <= x->now_ms / 1000)
        return ERR_OK;
    enum err e = message_was_moved(x->store, v->id, v->part[0].start_s, &ret->moved, why);
    if (e == ERR_OK && (v->created_ms >= fresh_ms || (ret->moved && v->changed_ms >= fresh_ms)))
        e = still(x, v, "booked", b->booked.by, &ret->booked, why);
    if (e == ERR_OK && x->now_ms >= remind_ms && v->created_ms < remind_ms)
        e = still(x, v, "reminder", b->reminder.by, &ret->reminder, why);
    return e;
}

static enum err add(struct plan *x, const struct visit *v, const char *what, unsigned by,
                    bool moved, struct why *why)
{
    const char *payload = NULL;

    if (by == 0)
        return ERR_OK;
    enum err e = payload_of(x, v, what, moved, &payload);
    for (size_t i = 0; i < WAYS && e == ERR_OK; i++) {
        const struct message m = {v->id, what, ways[i].name, v->part[0].start_s};
        if ((by & ways[i].bit) == 0)
            continue;
        e = message_add(x->store, &m, payload, x->now_ms, why);
        x->n += e == ERR_OK;
    }
    return e;
}

/* *ret_due: something is. With `put` it is added, in the open transaction. */
static enum err walk(struct plan *x, const int64_t *id, size_t n, bool put, bool *ret_due,
                     struct why *why)
{
    enum err e = ERR_OK;

    *ret_due = false;
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        struct visit v = {0};
        struct due due = {0};
        e = visit_get(x->store, x->arena, id[i], &v, why);
        if (e == ERR_OK)
            e = find_due(x, &v, &due, why);
        *ret_due |= (due.booked | due.reminder) != 0;
        if (e == ERR_OK && put)
            e = add(x, &v, "booked", due.booked, due.moved, why);
        if (e == ERR_OK && put)
            e = add(x, &v, "reminder", due.reminder, false, why);
        if (e == ERR_NOT_FOUND) /* forgotten meanwhile */
            e = ERR_OK;
    }
    return e;
}

/* What is due is asked for once more with the writer's lock: the visit may have changed. */
static enum err add_all(struct plan *x, const int64_t *id, size_t n, struct why *why)
{
    bool due = false;

    enum err e = store_begin(x->store, deadline_in_ms(WRITE_MS), why);
    if (e != ERR_OK)
        return e;
    e = walk(x, id, n, true, &due, why);
    if (e == ERR_OK)
        return store_commit(x->store, why);
    store_rollback(x->store);
    return e;
}

static enum err plan_for(struct plan *x, struct why *why)
{
    const struct book *b = x->profile->book;
    const struct message_window window = {
        .profile = x->profile->name,
        .now_s = x->now_ms / 1000,
        .until_s = x->now_ms / 1000 +
                   (b->reminder.by == 0 ? 0 : (int64_t)b->reminder.hours_before * HOUR_S),
        .since_ms = b->booked.by == 0 ? INT64_MAX : x->now_ms - FRESH_MS};
    bool due = false;
    int64_t *id = NULL;
    size_t n = 0;

    enum err e = message_visits(x->store, x->arena, &window, &id, &n, why);
    if (e == ERR_OK)
        e = walk(x, id, n, false, &due, why);
    return e == ERR_OK && due ? add_all(x, id, n, why) : e;
}

enum err messages_plan(const struct app *app, struct store *store, struct arena *a, int *ret_n,
                       struct why *why)
{
    enum err e = ERR_OK;

    *ret_n = 0;
    for (size_t i = 0; i < app->profiles_n && e == ERR_OK; i++) {
        struct plan x = {
            .profile = &app->profiles[i], .store = store, .arena = a, .now_ms = clock_unix_ms()};
        if (!sends(x.profile))
            continue;
        arena_clear(a);
        e = plan_for(&x, why);
        *ret_n += x.n;
    }
    return e;
}
