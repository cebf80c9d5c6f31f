#include "tools/holos/people.h"

#include "tools/holos/print.h"

const struct option_row people_masked = {"masked", 'm', NULL,
                                         "hide the middle of telephone numbers"};

const char *people_text(struct tool *t, const char *s)
{
    if (s == NULL || !options_has(&t->options, "masked"))
        return s;
    return print_masked(&t->arena, s);
}

void people_put_time(struct jsonw *w, const char *name, int64_t ms)
{
    char iso[25];

    jsonw_put_text(w, name, ms == 0 ? NULL : clock_iso8601(ms, iso));
}

int64_t people_call_ms(const struct call *c)
{
    int64_t until = c->ended_ms != 0 ? c->ended_ms : c->active_ms;

    return until >= c->started_ms && c->started_ms != 0 ? until - c->started_ms : -1;
}

void people_put_call(struct tool *t, struct jsonw *w, const struct call *c)
{
    jsonw_put_int(w, "id", c->id);
    jsonw_put_text(w, "source", c->source);
    jsonw_put_text(w, "external_id", c->external_id);
    jsonw_put_text(w, "caller", people_text(t, c->caller));
    jsonw_put_text(w, "called", people_text(t, c->called));
    jsonw_put_text(w, "profile", c->profile);
    jsonw_put_text(w, "direction", c->direction);
    jsonw_put_text(w, "status", call_status_text(c->status));
    jsonw_put_text(w, "end_reason", c->end_reason);
    people_put_time(w, "started", c->started_ms);
    people_put_time(w, "answered", c->answered_ms);
    people_put_time(w, "active", c->active_ms);
    people_put_time(w, "ended", c->ended_ms);
    jsonw_put_int(w, "turns", c->turns);
    jsonw_put_int(w, "cost_microusd", c->cost_microusd);
    jsonw_key(w, "billed_s");
    if (c->billed_s < 0)
        jsonw_null(w);
    else
        jsonw_int(w, c->billed_s);
}

void people_put_lead(struct tool *t, struct jsonw *w, const struct lead *l)
{
    jsonw_put_int(w, "id", l->id);
    jsonw_put_int(w, "call_id", l->call_id);
    jsonw_put_text(w, "profile", l->profile);
    jsonw_put_text(w, "name", people_text(t, l->name));
    jsonw_put_text(w, "phone", people_text(t, l->phone));
    jsonw_put_text(w, "wish", people_text(t, l->wish));
    jsonw_put_text(w, "status", l->status);
    people_put_time(w, "created", l->created_ms);
}
