/* report - what the owner reads of the calls: figures, the list, one call whole, the requests.
 *
 * One meaning and one JSON for every reader: the page and the metrics (handlers/stats.c), and the
 * operator's command (holos stats, calls, show, leads). A reader asks for a struct and formats it
 * for people, or lets the struct's one writer write it as JSON:
 *
 *     struct report_figures f;
 *     enum err e = report_figures_read(store, arena, &scope, &f, why);
 *     report_figures_json(&w, &f);
 *
 * What the words mean, for all of them:
 *
 *   today    begins at the first moment at which the calendar of the profile's time zone shows the
 *            date that it shows now. Such a day has 23, 24 or 25 hours.
 *   30 days  are the last 30 times 24 hours.
 *   active   is a call that has not ended, and something happened in it within its profile's
 *            session_minutes. After that time the sweep ends it.
 *
 * A call whose profile is not loaded any more goes by the default profile's zone and session time.
 * Structs and texts live in the caller's arena. Times are UTC milliseconds (_ms), durations of
 * stages microseconds (_us). The errors are the store's, zone_local's, and ERR_MEMORY. */
#ifndef HOLOS_REPORT_REPORT_H
#define HOLOS_REPORT_REPORT_H

#include "business/profile.h"
#include "store/booking.h"
#include "store/breaker.h"
#include "store/figures.h"
#include "store/lead.h"
#include "store/vendor-request.h"
#include "wire/jsonw.h"

/* ---- figures ------------------------------------------------------------------------------------ */

enum report_period { REPORT_TODAY, REPORT_DAYS_30, REPORT_KEPT, REPORT__PERIODS };

struct report_counts {
    int64_t since_ms; /* of several profiles: the earliest */
    int64_t calls, by_status[CALL__MAX];
    int64_t turns;    /* of the caller; greetings are not counted */
    int64_t leads;    /* requests for a person */
    int64_t bookings; /* visits that were booked then, whatever has become of them */
    int64_t errors;   /* vendors that failed in a turn, also in a greeting */
    int64_t cost_microusd;
    struct report_stage {
        int64_t n;              /* turns in which the stage ran */
        int64_t p50_us, p95_us; /* nearest rank, exact; 0 if n is 0 */
    } stage[STAGE__MAX];        /* all zero in REPORT_KEPT */
};

struct report_profile {
    const char *name;        /* NULL: the sum, or all profiles that are not loaded any more */
    const char *time_zone;   /* NULL: the sum */
    int64_t active_since_ms; /* a call is active if something happened since */
    int64_t active;
    struct report_counts period[REPORT__PERIODS];
};

struct report_figures {
    struct report_profile sum;
    struct report_profile *profiles; /* as in the scope; one more if calls of others are kept */
    size_t profiles_n;
    int64_t waiting;         /* messages that have not gone out */
    bool sends;              /* something sends them */
    struct breaker *skipped; /* vendors that all workers pass over now */
    size_t skipped_n;
};

struct report_scope {
    const struct profile *profiles; /* name, time_zone and limits.session_minutes are looked at */
    size_t profiles_n;
    const struct profile *default_profile; /* the default one */
    int64_t now_ms;
    bool kept; /* also count REPORT_KEPT, everything in the store: reads all of it */
};

enum err report_figures_read(struct store *s, struct arena *a, const struct report_scope *scope,
                             struct report_figures *ret, struct why *why) must_check;

/* Members of an open object: outbox_waiting, active_calls, today, days_30, profiles, skipped. */
void report_figures_json(struct jsonw *w, const struct report_figures *f);

/* "hear", "think", "speak", "total". */
const char *report_stage_text(enum figures_stage stage);

/* ---- calls and requests ------------------------------------------------------------------------- */

struct report_query {
    int64_t since_ms; /* begun or taken since */
    int limit;
    bool masked;         /* hide the middle of telephone numbers */
    const char *phone;   /* the last nine digits (phone_tail) of the caller's; NULL: any */
    const char *profile; /* requests: of this one; NULL: of any */
    bool open;           /* requests: not those that are done */
    /* requests: of the day that it is now in their profile's zone; NULL: of any day */
    const struct report_scope *today;
};

struct report_calls {
    struct call *calls; /* the newest first */
    size_t n;
};

struct report_leads {
    struct lead *leads; /* the newest first */
    size_t n;
    int64_t waiting; /* messages that have not gone out */
    bool sends;      /* something sends them */
};

struct report_turn {
    struct turn turn;
    struct vendor_request *requests; /* what it asked of the vendors */
    size_t requests_n;
};

struct report_call {
    struct call call;
    struct client client; /* id 0: unknown */
    struct report_turn *turns;
    size_t turns_n;
    struct report_leads leads; /* waiting: 0 */
};

enum err report_calls_read(struct store *s, struct arena *a, const struct report_query *q,
                           struct report_calls *ret, struct why *why) must_check;
enum err report_leads_read(struct store *s, struct arena *a, const struct report_query *q,
                           struct report_leads *ret, struct why *why) must_check;
/* The time zone in which a profile's requests are told; NULL: none is known. */
const char *report_zone(const struct report_scope *scope, const char *profile);

/* `name` as in call_named, or a telephone number: its newest call. ERR_NOT_FOUND. */
enum err report_call_read(struct store *s, struct arena *a, const char *name, bool masked,
                          struct report_call *ret, struct why *why) must_check;

/* From its begin until its end or its last activity; -1 if that is not known. */
int64_t report_call_ms(const struct call *c);

/* One value each: an array; an object of waiting and leads; an object of the call with its client,
 * history and leads. */
void report_calls_json(struct jsonw *w, const struct report_calls *calls);
void report_leads_json(struct jsonw *w, const struct report_leads *leads);
void report_call_json(struct jsonw *w, const struct report_call *call);

/* ---- bookings ----------------------------------------------------------------------------------- */

/* The local time of a UTC second with its offset, as RFC 3339 has it: "2026-12-03T10:30:00+02:00". */
char *report_local_time(const char *time_zone, int64_t second, char out[static 32]);

/* An array: an object for each booking, a visit of several specialists has several. `zone` is that of
 * the profile (NULL: UTC). */
void report_bookings_json(struct jsonw *w, const struct visit *visits, size_t n, const char *zone);

/* A visit with its history: an object. */
void report_visit_json(struct jsonw *w, const struct visit *v, const struct booking_change *changes,
                       size_t n, const char *zone);

#endif
