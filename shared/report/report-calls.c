#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "business/phone.h"
#include "report/report.h"
#include "store/outbox.h"

#define LEADS_MOST 1000 /* of one call */

/* ---- masking -------------------------------------------------------------------------------------- */

#define MASK_LEAST 7
#define MASK_FIRST 3
#define MASK_LAST  2

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of the run of digits that begins at `s`, separators between them included. */
static const char *run_end(const char *s, int *ret_digits)
{
    const char *end = s;
    int digits = 0;

    while (*s != '\0' && (is_digit(*s) || strchr(" -().", *s) != NULL)) {
        digits += is_digit(*s);
        s++;
        if (is_digit(s[-1]))
            end = s;
    }
    *ret_digits = digits;
    return end;
}

/* Without memory nothing is shown. */
static void mask(struct arena *a, const char **text)
{
    char *copy = *text == NULL ? NULL : arena_strdup(a, *text);

    *text = copy == NULL && *text != NULL ? "" : copy;
    for (char *p = copy; p != NULL && *p != '\0';) {
        int digits = 0;
        int seen = 0;
        const char *end = is_digit(*p) ? run_end(p, &digits) : p + 1;
        for (; p < end; p++) {
            seen += is_digit(*p);
            if (digits >= MASK_LEAST && is_digit(*p) && seen > MASK_FIRST &&
                seen <= digits - MASK_LAST)
                *p = '*';
        }
    }
}

static void mask_call(struct arena *a, struct call *c)
{
    mask(a, &c->caller);
    mask(a, &c->called);
}

static void mask_leads(struct arena *a, struct report_leads *l)
{
    for (size_t i = 0; i < l->n; i++) {
        mask(a, &l->leads[i].name);
        mask(a, &l->leads[i].phone);
        mask(a, &l->leads[i].wish);
        mask(a, &l->leads[i].note);
    }
}

static void mask_whole(struct arena *a, struct report_call *c)
{
    mask_call(a, &c->call);
    mask(a, &c->client.phone);
    mask_leads(a, &c->leads);
    for (size_t i = 0; i < c->turns_n; i++) {
        mask(a, &c->turns[i].turn.heard);
        mask(a, &c->turns[i].turn.said);
    }
}

/* ---- lists ---------------------------------------------------------------------------------------- */

int64_t report_call_ms(const struct call *c)
{
    int64_t until = c->ended_ms != 0 ? c->ended_ms : c->active_ms;

    return until >= c->started_ms && c->started_ms != 0 ? until - c->started_ms : -1;
}

enum err report_calls_read(struct store *s, struct arena *a, const struct report_query *q,
                           struct report_calls *ret, struct why *why)
{
    struct report_calls list = {0};

    enum err e = q->phone == NULL
                     ? calls_newest(s, a, 0, q->limit, &list.calls, &list.n, why)
                     : calls_of_phone(s, a, q->phone, q->limit, &list.calls, &list.n, why);
    if (e != ERR_OK)
        return e;
    while (list.n > 0 && list.calls[list.n - 1].started_ms < q->since_ms)
        list.n--;
    for (size_t i = 0; i < list.n && q->masked; i++)
        mask_call(a, &list.calls[i]);
    *ret = list;
    return ERR_OK;
}

const char *report_zone(const struct report_scope *scope, const char *profile)
{
    for (size_t i = 0; i < scope->profiles_n; i++)
        if (strcmp(scope->profiles[i].name, profile) == 0)
            return scope->profiles[i].time_zone;
    return scope->default_profile == NULL ? NULL : scope->default_profile->time_zone;
}

static enum err local(const char *zone, int64_t ms, struct tm *ret)
{
    return zone == NULL || *zone == '\0' ? zone_machine(ms, ret) : zone_local(zone, ms, ret);
}

/* Those of the day that it is now where their business is. */
static enum err keep_today(const struct report_scope *scope, struct report_leads *l)
{
    enum err e = ERR_OK;
    size_t kept = 0;

    for (size_t i = 0; i < l->n && e == ERR_OK; i++) {
        const char *zone = report_zone(scope, l->leads[i].profile);
        struct tm then, now;
        e = local(zone, l->leads[i].created_ms, &then);
        if (e == ERR_OK)
            e = local(zone, scope->now_ms, &now);
        if (e == ERR_OK && then.tm_year == now.tm_year && then.tm_yday == now.tm_yday)
            l->leads[kept++] = l->leads[i];
    }
    l->n = kept;
    return e;
}

#define LONGEST_DAY_MS INT64_C(90000000) /* 25 hours */
#define LEADS_READ     10000

enum err report_leads_read(struct store *s, struct arena *a, const struct report_query *q,
                           struct report_leads *ret, struct why *why)
{
    struct report_leads list = {0};

    struct lead_filter f = {
        .since_ms = q->since_ms, .open = q->open, .profile = q->profile, .phone = q->phone};

    if (q->today != NULL && q->today->now_ms - LONGEST_DAY_MS > f.since_ms)
        f.since_ms = q->today->now_ms - LONGEST_DAY_MS;
    enum err e =
        leads_listed(s, a, &f, q->today == NULL ? q->limit : LEADS_READ, &list.leads, &list.n, why);
    if (e == ERR_OK && q->today != NULL)
        e = keep_today(q->today, &list);
    if (e == ERR_OK)
        e = outbox_waiting(s, "lead", &list.waiting, why);
    if (e == ERR_OK)
        e = outbox_used(s, "lead", &list.sends, why);
    if (e != ERR_OK)
        return e;
    if (list.n > (size_t)q->limit)
        list.n = (size_t)q->limit;
    if (q->masked)
        mask_leads(a, &list);
    *ret = list;
    return ERR_OK;
}

/* ---- one call ------------------------------------------------------------------------------------- */

static enum err read_turns(struct store *s, struct arena *a, struct report_call *c, struct why *why)
{
    struct turn *turns = NULL;

    enum err e = turns_of_call(s, a, c->call.id, &turns, &c->turns_n, why);
    if (e != ERR_OK)
        return e;
    c->turns = arena_calloc(a, c->turns_n + 1, sizeof *c->turns);
    if (c->turns == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < c->turns_n && e == ERR_OK; i++) {
        c->turns[i].turn = turns[i];
        e = vendor_requests_of_turn(s, a, c->call.id, turns[i].n, &c->turns[i].requests,
                                    &c->turns[i].requests_n, why);
    }
    return e;
}

/* A call's own name goes before a telephone number that is written alike. */
static enum err find_call(struct store *s, struct arena *a, const char *name, struct call *ret,
                          struct why *why)
{
    char digits[PHONE_TAIL + 1];
    struct call *calls = NULL;
    size_t n = 0;

    enum err e = call_named(s, a, name, ret, why);
    if (e != ERR_NOT_FOUND || !phone_tail(name, digits))
        return e;
    e = calls_of_phone(s, a, digits, 1, &calls, &n, why);
    if (e == ERR_OK && n == 0)
        return why_set(why, ERR_NOT_FOUND, "no call has this id, and none came from this number");
    if (e == ERR_OK)
        *ret = calls[0];
    return e;
}

enum err report_call_read(struct store *s, struct arena *a, const char *name, bool masked,
                          struct report_call *ret, struct why *why)
{
    struct report_call c = {0};

    enum err e = find_call(s, a, name, &c.call, why);
    if (e == ERR_OK && c.call.client_id != 0)
        e = client_get(s, a, c.call.client_id, c.call.profile, &c.client, why);
    if (e == ERR_OK)
        e = read_turns(s, a, &c, why);
    if (e == ERR_OK)
        e = leads_newest(s, a, c.call.id, LEADS_MOST, &c.leads.leads, &c.leads.n, why);
    if (e != ERR_OK)
        return e;
    if (masked)
        mask_whole(a, &c);
    *ret = c;
    return ERR_OK;
}

/* ---- JSON ----------------------------------------------------------------------------------------- */

static void put_time(struct jsonw *w, const char *name, int64_t ms)
{
    char iso[25];

    jsonw_put_text(w, name, ms == 0 ? NULL : clock_iso8601(ms, iso));
}

static void put_known(struct jsonw *w, const char *name, int64_t v)
{
    jsonw_key(w, name);
    if (v < 0)
        jsonw_null(w);
    else
        jsonw_int(w, v);
}

static void put_call(struct jsonw *w, const struct call *c)
{
    jsonw_put_int(w, "id", c->id);
    jsonw_put_text(w, "source", c->source);
    jsonw_put_text(w, "external_id", c->external_id);
    jsonw_put_text(w, "caller", c->caller);
    jsonw_put_text(w, "called", c->called);
    jsonw_put_text(w, "profile", c->profile);
    jsonw_put_text(w, "direction", c->direction);
    jsonw_put_text(w, "status", call_status_text(c->status));
    jsonw_put_text(w, "end_reason", c->end_reason);
    put_time(w, "started", c->started_ms);
    put_time(w, "answered", c->answered_ms);
    put_time(w, "active", c->active_ms);
    put_time(w, "ended", c->ended_ms);
    jsonw_put_int(w, "turns", c->turns);
    jsonw_put_int(w, "cost_microusd", c->cost_microusd);
    put_known(w, "billed_s", c->billed_s);
}

void report_calls_json(struct jsonw *w, const struct report_calls *calls)
{
    jsonw_array(w);
    for (size_t i = 0; i < calls->n; i++) {
        jsonw_object(w);
        put_call(w, &calls->calls[i]);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void put_leads(struct jsonw *w, const struct report_leads *leads)
{
    jsonw_key(w, "leads");
    jsonw_array(w);
    for (size_t i = 0; i < leads->n; i++) {
        const struct lead *l = &leads->leads[i];
        jsonw_object(w);
        jsonw_put_int(w, "id", l->id);
        jsonw_put_int(w, "call_id", l->call_id);
        jsonw_put_text(w, "profile", l->profile);
        jsonw_put_text(w, "name", l->name);
        jsonw_put_text(w, "phone", l->phone);
        jsonw_put_text(w, "wish", l->wish);
        jsonw_put_text(w, "status", l->status);
        jsonw_put_text(w, "note", l->note);
        put_time(w, "created", l->created_ms);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

void report_leads_json(struct jsonw *w, const struct report_leads *leads)
{
    jsonw_object(w);
    jsonw_put_int(w, "waiting", leads->waiting);
    put_leads(w, leads);
    jsonw_end_object(w);
}

static void put_request(struct jsonw *w, const struct vendor_request *r)
{
    jsonw_object(w);
    jsonw_put_text(w, "stage", r->stage);
    jsonw_put_text(w, "rung", r->rung);
    jsonw_put_text(w, "outcome", r->outcome);
    jsonw_put_int(w, "status", r->status);
    jsonw_put_int(w, "connects", r->connects);
    jsonw_put_int(w, "began_us", r->began_us);
    jsonw_put_int(w, "tls_us", r->tls_us);
    jsonw_put_int(w, "first_byte_us", r->first_byte_us);
    jsonw_put_int(w, "total_us", r->total_us);
    jsonw_put_int(w, "sent", r->sent);
    jsonw_put_int(w, "received", r->received);
    jsonw_put_int(w, "cost_microusd", r->cost_microusd);
    jsonw_put_bool(w, "cost_known", r->cost_known);
    jsonw_end_object(w);
}

static void put_turn(struct jsonw *w, const struct report_turn *turn)
{
    const struct turn *t = &turn->turn;

    jsonw_object(w);
    jsonw_put_int(w, "n", t->n);
    put_time(w, "started", t->started_ms);
    put_time(w, "answered", t->answered_ms);
    jsonw_put_text(w, "heard", t->heard);
    jsonw_put_text(w, "heard_by", t->heard_by);
    jsonw_key(w, "confidence");
    if (t->confidence < 0)
        jsonw_null(w);
    else
        jsonw_number(w, t->confidence);
    jsonw_put_text(w, "said", t->said);
    jsonw_put_bool(w, "ends", t->ends);
    jsonw_put_text(w, "think_rung", t->think_rung);
    jsonw_put_text(w, "speak_rung", t->speak_rung);
    put_known(w, "hear_us", t->hear_us);
    put_known(w, "think_us", t->think_us);
    put_known(w, "speak_us", t->speak_us);
    put_known(w, "total_us", t->total_us);
    jsonw_put_int(w, "tokens_in", t->tokens_in);
    jsonw_put_int(w, "tokens_out", t->tokens_out);
    jsonw_put_int(w, "cost_microusd", t->cost_microusd);
    jsonw_put_int(w, "faults", t->faults);
    jsonw_key(w, "asked");
    jsonw_array(w);
    for (size_t i = 0; i < turn->requests_n; i++)
        put_request(w, &turn->requests[i]);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void put_client(struct jsonw *w, const struct client *c)
{
    jsonw_key(w, "client");
    if (c->id == 0) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_put_int(w, "id", c->id);
    jsonw_put_text(w, "phone", c->phone);
    jsonw_put_text(w, "name", c->name);
    jsonw_put_int(w, "calls", c->calls);
    jsonw_end_object(w);
}

void report_call_json(struct jsonw *w, const struct report_call *call)
{
    jsonw_object(w);
    put_call(w, &call->call);
    put_client(w, &call->client);
    jsonw_key(w, "history");
    jsonw_array(w);
    for (size_t i = 0; i < call->turns_n; i++)
        put_turn(w, &call->turns[i]);
    jsonw_end_array(w);
    put_leads(w, &call->leads);
    jsonw_end_object(w);
}
