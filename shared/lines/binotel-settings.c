/* The answer to apiCallSettings. A caller waits for it on the line, so nothing here waits: the store is
 * only read, and what cannot be read is left out. */
#include "lines/binotel.h"

#include <string.h>

#include "base/settings.h"
#include "base/text.h"
#include "base/zone.h"
#include "business/phone.h"
#include "store/booking.h"
#include "wire/jsonw.h"

#define NAME_CHARACTERS        43 /* what Binotel's telephones and its plug-in show of a name */
#define DESCRIPTION_CHARACTERS 70 /* and of what stands beside it */
#define AHEAD_S                (INT64_C(800) * 24 * 3600) /* further than anybody books */
#define BUSY_MS                (INT64_C(4) * 3600 * 1000) /* a line whose hang-up was lost is free again */
#define URL_MAX                ((size_t)2000)
#define ANSWER_MAX             ((size_t)8 * 1024)
#define TITLE                  "holos"

struct asking {
    struct app *app;
    struct arena *arena;
    const struct profile *profile;
    struct tm local; /* the business's time */
    int64_t now_ms;
    char phone[PHONE_MAX]; /* "": none that can be dialled */
    const char *name;      /* "" */
    bool has_visit;
    struct visit visit; /* the next one */
};

static void find_caller(struct asking *x, const char *number)
{
    struct client client = {.name = ""};
    struct visit *visits = NULL;
    size_t n = 0;

    x->name = "";
    if (phone_e164(number, x->profile->country, x->phone) != ERR_OK) {
        x->phone[0] = '\0';
        return;
    }
    if (client_by_phone(x->app->store, x->arena, x->phone, x->profile->name, &client, NULL) ==
        ERR_OK)
        x->name = client.name;
    const struct visit_filter next = {.profile = x->profile->name,
                                      .from_s = x->now_ms / 1000,
                                      .to_s = x->now_ms / 1000 + AHEAD_S,
                                      .phone = x->phone,
                                      .limit = 1};
    if (visits_listed(x->app->store, x->arena, &next, &visits, &n, NULL) != ERR_OK || n == 0)
        return;
    x->has_visit = true;
    x->visit = visits[0];
    if (*x->name == '\0')
        x->name = x->visit.name;
}

/* ---- where to ----------------------------------------------------------------------------------- */

static bool is_in(const char *line, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(line, list[i]) == 0)
            return true;
    return false;
}

/* False also when nobody can say. */
static bool are_lines_busy(const struct asking *x)
{
    const struct exchange *of = &x->profile->exchange;
    const char *const *busy = NULL;
    size_t n = 0;

    if (of->lines_n == 0 ||
        call_lines_busy(x->app->store, x->arena, x->now_ms - BUSY_MS, &busy, &n, NULL) != ERR_OK)
        return false;
    for (size_t i = 0; i < of->lines_n; i++)
        if (!is_in(of->lines[i], busy, n))
            return false;
    return true;
}

static bool fits(const char *wanted, const char *yes, bool is)
{
    return wanted == NULL || (strcmp(wanted, yes) == 0) == is;
}

/* NULL: the call goes where it would have gone. */
static const char *route_of(const struct asking *x)
{
    const struct exchange *of = &x->profile->exchange;
    bool known = *x->name != '\0' || x->has_visit;
    bool open = profile_is_open(x->profile, &x->local);
    bool busy = of->routes_n > 0 && are_lines_busy(x);

    for (size_t i = 0; i < of->routes_n; i++)
        if (fits(of->routes[i].caller, "known", known) && fits(of->routes[i].hours, "open", open) &&
            fits(of->routes[i].lines, "busy", busy))
            return of->routes[i].route;
    return NULL;
}

static void put_route(struct jsonw *w, const char *route)
{
    if (route == NULL)
        return;
    jsonw_key(w, "routeData");
    jsonw_object(w);
    jsonw_put_text(w, "type", "route");
    jsonw_put_text(w, "id", route);
    jsonw_end_object(w);
}

/* ---- who ---------------------------------------------------------------------------------------- */

static const char *joined(const struct asking *x, bool services)
{
    const char *all = "";

    for (size_t i = 0; i < x->visit.parts && all != NULL; i++) {
        const struct booking_part *part = &x->visit.part[i];
        const char *name = services ? part->service_names : part->specialist_name;
        bool again = i > 0 && strcmp(part->specialist, x->visit.part[i - 1].specialist) == 0;
        if (services || !again)
            all = arena_printf(x->arena, "%s%s%s", all, i == 0 ? "" : ", ", name);
    }
    return all;
}

/* "03.12 10:30, манікюр, Інна" where the profile has no words for it; NULL: no visit, or no memory. */
static const char *next_visit(const struct asking *x)
{
    const char *phrase = x->profile->exchange.next_visit;
    char when[32];
    struct tm start;

    if (!x->has_visit ||
        zone_local(x->profile->time_zone, x->visit.part[0].start_s * 1000, &start) != ERR_OK ||
        strftime(when, sizeof when, "%d.%m %H:%M", &start) == 0)
        return NULL;
    const char *services = joined(x, true);
    const char *who = joined(x, false);
    if (services == NULL || who == NULL)
        return NULL;
    if (phrase == NULL)
        return arena_printf(x->arena, "%s, %s, %s", when, services, who);
    const struct phrase_value values[] = {
        {"when", when},      {"services", services},  {"service_names", services},
        {"specialist", who}, {"name", x->visit.name}, {NULL, NULL}};
    return profile_phrase_with(x->arena, x->profile, phrase, &x->local, values);
}

static void put_cut(struct jsonw *w, const char *key, const char *text, size_t characters)
{
    const char *end = text;

    if (text == NULL || *text == '\0')
        return;
    for (size_t n = 0; n < characters && *end != '\0'; n++)
        (void)text_next(&end);
    jsonw_key(w, key);
    jsonw_text_n(w, text, (size_t)(end - text));
}

/* BINOTEL_CRM_URL, with the number in the place of {phone}; a plus means a blank in a query. */
static void put_link(struct jsonw *w, const struct asking *x)
{
    static const char place[] = "{phone}";
    const char *url = setting_text(SET_BINOTEL_CRM_URL);
    const char *at = strstr(url, place);
    struct buf b;

    if (*url == '\0' || x->phone[0] == '\0')
        return;
    buf_init(&b, x->arena, URL_MAX);
    if (at == NULL)
        buf_puts(&b, url);
    else
        buf_printf(&b, "%.*s%%2B%s%s", (int)(at - url), url, x->phone + 1, at + strlen(place));
    if (buf_err(&b) != ERR_OK)
        return;
    jsonw_put_text(w, "linkToCrmUrl", buf_text(&b));
    jsonw_put_text(w, "linkToCrmTitle", TITLE);
}

static void put_caller(struct jsonw *w, const struct asking *x)
{
    const char *visit = next_visit(x);
    bool link = *setting_text(SET_BINOTEL_CRM_URL) != '\0' && x->phone[0] != '\0';

    if (*x->name == '\0' && visit == NULL && !link)
        return;
    jsonw_key(w, "customerData");
    jsonw_object(w);
    put_cut(w, "name", x->name, NAME_CHARACTERS);
    put_cut(w, "description", visit, DESCRIPTION_CHARACTERS);
    put_link(w, x);
    jsonw_end_object(w);
}

void binotel_settings(struct app *app, struct arena *a, const struct binotel_event *ev,
                      struct buf *answer)
{
    struct asking x = {
        .app = app, .arena = a, .profile = app_profile(app, ev->called), .now_ms = clock_unix_ms()};
    struct buf b;
    struct jsonw w;

    if (zone_local(x.profile->time_zone, x.now_ms, &x.local) != ERR_OK)
        x.local = (struct tm){0};
    find_caller(&x, ev->customer);
    buf_init(&b, a, ANSWER_MAX);
    jsonw_init(&w, &b);
    jsonw_object(&w);
    put_caller(&w, &x);
    if (strcmp(ev->direction, "in") == 0)
        put_route(&w, route_of(&x));
    jsonw_end_object(&w);
    buf_puts(answer, buf_err(&b) == ERR_OK ? buf_text(&b) : "{}");
}
