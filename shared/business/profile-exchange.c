/* The profile's member `binotel`: what the telephone exchange is told and asked for. */
#include <stddef.h>
#include <string.h>

#include "business/profile-reader.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define PLACE(member) .offset = offsetof(struct exchange, member)
#define ROUTE(member) .offset = offsetof(struct exchange_route, member)

#define LINE_BYTES   20
#define ROUTES_MAX   16
#define PHRASE_BYTES 300

/* A number inside the exchange, or the number of a scenario. */
static bool is_inner(const char *s)
{
    return s[strspn(s, "0123456789")] == '\0';
}

static void read_inner(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s != NULL && !is_inner(s))
        reader_fault(r, "must be digits: \"901\"");
    else if (s != NULL)
        *(const char **)to = s;
}

static void read_inner_list(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct exchange *x = to;
    size_t i = 0;

    if (!reader_array(r, v, f->least, EXCHANGE_LINES))
        return;
    const char **list = reader_room(r, json_count(v) + 1, sizeof *list);
    if (list == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        static const struct field line = {.least = 1, .most = LINE_BYTES};
        size_t mark = reader_enter_at(r, i);
        list[i] = "";
        read_inner(r, one, &line, &list[i]);
        reader_leave(r, mark);
    }
    x->lines = list;
    x->lines_n = i;
}

static const char *const callers[] = {"known", "unknown"};
static const char *const hours[] = {"open", "closed"};
static const char *const lines[] = {"busy", "free"};

static const struct field route_fields[] = {
    {.name = "caller", .read = read_choice, ROUTE(caller), .of = callers, .of_n = COUNT(callers)},
    {.name = "hours", .read = read_choice, ROUTE(hours), .of = hours, .of_n = COUNT(hours)},
    {.name = "lines", .read = read_choice, ROUTE(lines), .of = lines, .of_n = COUNT(lines)},
    {.name = "route",
     .need = NEED_ALWAYS,
     .read = read_inner,
     ROUTE(route),
     .least = 1,
     .most = LINE_BYTES},
};

static void read_routes(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct exchange *x = to;
    size_t i = 0;

    if (!reader_array(r, v, f->least, ROUTES_MAX))
        return;
    struct exchange_route *list = reader_room(r, json_count(v) + 1, sizeof *list);
    if (list == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        reader_object(r, one, route_fields, COUNT(route_fields), &list[i]);
        reader_leave(r, mark);
    }
    x->routes = list;
    x->routes_n = i;
}

/* False means off; what is kept is whether it is. */
static void read_missed(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    bool on = true;

    read_switch(r, v, f, &on);
    *(bool *)to = !on;
}

static const struct field exchange_fields[] = {
    {.name = "lines", .read = read_inner_list, .least = 1},
    {.name = "routes", .read = read_routes},
    {.name = "next_visit",
     .read = read_phrase,
     PLACE(next_visit),
     .least = 1,
     .most = PHRASE_BYTES,
     .allows = PLACE_BOOK},
    {.name = "transfer", .read = read_inner, PLACE(transfer), .least = 1, .most = LINE_BYTES},
    {.name = "call_back", .read = read_inner, PLACE(call_back), .least = 1, .most = LINE_BYTES},
    {.name = "missed_calls", .read = read_missed, PLACE(missed_off)},
    {.name = "customers", .read = read_switch, PLACE(customers)},
};

/* Without the people's lines nobody can tell whether they are busy. */
static void check_routes(struct reader *r, const struct exchange *x)
{
    size_t outer = reader_enter(r, "routes");

    for (size_t i = 0; x->lines_n == 0 && i < x->routes_n; i++) {
        size_t mark = reader_enter_at(r, i);
        size_t inner = reader_enter(r, "lines");
        if (x->routes[i].lines != NULL)
            reader_fault(r, "needs \"lines\", the list of the people's lines");
        reader_leave(r, inner);
        reader_leave(r, mark);
    }
    reader_leave(r, outer);
}

void read_exchange(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, exchange_fields, COUNT(exchange_fields), to);
    if (json_kind(v) == JSON_OBJECT)
        check_routes(r, to);
}
