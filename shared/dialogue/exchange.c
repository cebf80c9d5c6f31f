#include "dialogue/exchange.h"

#include <string.h>

#include "base/text.h"
#include "calls/end.h"
#include "business/phone.h"
#include "wire/jsonw.h"

#define NAME_CHARACTERS 43 /* what Binotel's telephones show of a name (binotel.md 3.1) */

/* Opens the call if nobody has: the caller hears no greeting from it, the exchange only reports. */
static enum err open_shell(struct app *h, struct arena *a, const struct binotel_event *ev,
                           struct deadline d, struct why *why)
{
    const struct profile *p = app_profile(h, ev->called);
    char phone[PHONE_MAX];
    bool made = false;
    struct call call = {
        .source = "binotel",
        .external_id = ev->call_id,
        .caller = ev->customer,
        .called = ev->called,
        .profile = p->name,
        .direction = ev->direction,
    };

    enum err e = store_begin(h->store, d, why);
    if (e != ERR_OK)
        return e;
    bool known = phone_e164(ev->customer, p->country, phone) == ERR_OK;
    e = call_open(h->store, a, &call, known ? phone : NULL, clock_unix_ms(), &call, &made, why);
    if (e == ERR_OK)
        e = store_commit(h->store, why);
    store_rollback(h->store);
    return e;
}

static enum err note(struct app *h, struct arena *a, const struct binotel_event *ev,
                     enum call_status status, struct deadline d, struct why *why)
{
    /* Only a record that says how the call ended knows better than the hang-up. */
    const struct call_news news = {.status = status,
                                   .billed_s = ev->billed_s,
                                   .corrects = ev->request == BINOTEL_COMPLETED &&
                                               binotel_status(ev->status) == status};

    if (*ev->call_id == '\0')
        return ERR_OK;
    return end_status(h, a, "binotel", ev->call_id, &news, d, why);
}

/* A call that is over has ended, whatever word is used of it, or none. */
static enum call_status final_status(const struct binotel_event *ev)
{
    enum call_status status = binotel_status(ev->status);
    return status != CALL__MAX && call_status_ends(status) ? status : CALL_COMPLETED;
}

/* Stored even if nobody knew the call: the record came hours later, or is all there is. */
static enum err complete(struct app *h, struct arena *a, const struct binotel_event *ev,
                         struct deadline d, struct why *why)
{
    enum call_status status = final_status(ev);

    if (!ev->has_details || *ev->call_id == '\0')
        return why_set(why, ERR_MISSING, "apiCallCompleted without callDetails");
    enum err e = note(h, a, ev, status, d, why);
    if (e != ERR_NOT_FOUND)
        return e;
    e = open_shell(h, a, ev, d, why);
    return e == ERR_OK ? note(h, a, ev, status, d, why) : e;
}

static enum err hang_up(struct app *h, struct arena *a, const struct binotel_event *ev,
                        struct deadline d, struct why *why)
{
    return note(h, a, ev, final_status(ev), d, why);
}

static enum err answered(struct app *h, struct arena *a, const struct binotel_event *ev,
                         struct deadline d, struct why *why)
{
    return note(h, a, ev, CALL_ANSWERED, d, why);
}

static enum err received(struct app *h, struct arena *a, const struct binotel_event *ev,
                         struct deadline d, struct why *why)
{
    return *ev->call_id == '\0' ? ERR_OK : open_shell(h, a, ev, d, why);
}

/* While the caller waits on the line: the client's name if it is known, else {}. */
static enum err settings(struct app *h, struct arena *a, const struct binotel_event *ev,
                         struct buf *answer)
{
    const struct profile *p = app_profile(h, ev->called);
    struct client client = {0};
    char phone[PHONE_MAX];
    struct jsonw w;

    enum err e = phone_e164(ev->customer, p->country, phone);
    if (e == ERR_OK)
        e = client_by_phone(h->store, a, phone, &client, NULL);
    jsonw_init(&w, answer);
    jsonw_object(&w);
    if (e == ERR_OK && *client.name != '\0') {
        const char *cut = client.name;
        for (size_t n = 0; n < NAME_CHARACTERS && *cut != '\0'; n++)
            (void)text_next(&cut);
        jsonw_key(&w, "customerData");
        jsonw_object(&w);
        jsonw_key(&w, "name");
        jsonw_text_n(&w, client.name, (size_t)(cut - client.name));
        jsonw_end_object(&w);
    }
    jsonw_end_object(&w);
    return ERR_OK;
}

enum err exchange_event(struct app *h, struct arena *a, const struct binotel_event *ev,
                        struct deadline d, struct buf *answer, struct why *why)
{
    static enum err (*const acts[])(struct app * h, struct arena * a,
                                    const struct binotel_event *ev, struct deadline d,
                                    struct why *why) = {
        [BINOTEL_RECEIVED] = received,  [BINOTEL_ANSWERED] = answered, [BINOTEL_HANGUP] = hang_up,
        [BINOTEL_COMPLETED] = complete, [BINOTEL_OTHER] = NULL,
    };

    if (ev->request == BINOTEL_CALL_SETTINGS)
        return settings(h, a, ev, answer);
    enum err e = acts[ev->request] == NULL ? ERR_OK : acts[ev->request](h, a, ev, d, why);
    if (ev->request == BINOTEL_COMPLETED && e != ERR_OK && err_retry(e))
        return e;
    buf_puts(answer, "{\"status\":\"success\"}");
    return ERR_OK;
}
