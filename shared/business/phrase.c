#include "business/profile.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "business/profile-reader.h"
#include "language/vocative.h"

#define PHRASE_MAX ((size_t)8 * 1024)

/* What a phrase is filled from. */
struct filling {
    struct arena *arena;
    const struct profile *profile;
    const struct tm *local;
    const char *client_name, *client_phone;
    const char *from, *to;
};

static const char *fill(const struct filling *f, const char *phrase);

static const char *time_text(struct arena *a, int minutes)
{
    return arena_printf(a, "%02d:%02d", minutes / 60, minutes % 60);
}

/* "сьогодні з 09:00 до 13:00 та з 14:00 до 19:00", out of the profile's own phrases. */
static const char *hours_today(const struct filling *f)
{
    const struct profile *p = f->profile;
    const struct day *day = &p->week[(f->local->tm_wday + 6) % 7];
    struct buf b;

    if (day->n == 0)
        return p->say.closed_today;
    if (day->open[0].from_min == 0 && day->open[0].to_min == 24 * 60)
        return p->say.open_all_day;
    buf_init(&b, f->arena, PHRASE_MAX);
    for (size_t i = 0; i < day->n; i++) {
        struct filling times = {.arena = f->arena,
                                .profile = p,
                                .local = f->local,
                                .from = time_text(f->arena, day->open[i].from_min),
                                .to = time_text(f->arena, day->open[i].to_min)};
        const char *text = fill(&times, i == 0 ? p->say.open_today : p->say.open_again);
        if (text == NULL)
            return NULL;
        buf_puts(&b, i == 0 ? "" : " ");
        buf_puts(&b, text);
    }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

static const char *of_business(const struct filling *f)
{
    return f->profile->business;
}

static const char *of_address(const struct filling *f)
{
    return f->profile->address;
}

static const char *of_phone(const struct filling *f)
{
    return f->profile->phone;
}

static const char *of_client_name(const struct filling *f)
{
    return f->client_name == NULL ? "" : f->client_name;
}

static const char *of_client_called(const struct filling *f)
{
    const char *name = of_client_name(f);

    return vocative(f->arena, language_find(f->profile->language), name);
}

static const char *of_client_phone(const struct filling *f)
{
    return f->client_phone == NULL ? "" : f->client_phone;
}

static const char *of_from(const struct filling *f)
{
    return f->from == NULL ? "" : f->from;
}

static const char *of_to(const struct filling *f)
{
    return f->to == NULL ? "" : f->to;
}

static const struct place {
    const char *name;
    unsigned kind;
    const char *(*text)(const struct filling *);
} places[] = {
    {"business", PLACE_ALWAYS, of_business},
    {"address", PLACE_ALWAYS, of_address},
    {"phone", PLACE_ALWAYS, of_phone},
    {"hours_today", PLACE_ALWAYS, hours_today},
    {"name", PLACE_REQUEST, of_client_name},
    {"client_phone", PLACE_REQUEST, of_client_phone},
    {"vocative", PLACE_REQUEST, of_client_called},
    {"from", PLACE_HOURS, of_from},
    {"to", PLACE_HOURS, of_to},
};

static const struct place *find_place(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strlen(places[i].name) == n && strncmp(places[i].name, name, n) == 0)
            return &places[i];
    return NULL;
}

bool phrase_misfit(const char *phrase, unsigned allows, const char **ret, size_t *ret_n)
{
    for (const char *at = strpbrk(phrase, "{}"); at != NULL; at = strpbrk(at, "{}")) {
        size_t n = *at == '{' ? strcspn(at + 1, "{}") : 0;
        const struct place *p = *at == '{' && at[1 + n] == '}' ? find_place(at + 1, n) : NULL;
        if (p == NULL || (p->kind & allows) == 0) {
            *ret = at;
            *ret_n = at[1 + n] == '}' && *at == '{' ? n + 2 : n + 1;
            return true;
        }
        at += n + 2;
    }
    return false;
}

bool phrase_uses(const char *phrase, const char *place)
{
    size_t n = strlen(place);

    for (const char *at = strchr(phrase, '{'); at != NULL; at = strchr(at + 1, '{'))
        if (strncmp(at + 1, place, n) == 0 && at[1 + n] == '}')
            return true;
    return false;
}

/* "Дякую, {name}!" without a name becomes "Дякую!". */
static void drop_joint(struct buf *b)
{
    while (b->len > 0 && (b->data[b->len - 1] == ' ' || b->data[b->len - 1] == ','))
        b->data[--b->len] = '\0';
}

static const char *skip_joint(const struct buf *b, const char *rest)
{
    return b->len == 0 ? rest + strspn(rest, " ,") : rest;
}

static const char *fill(const struct filling *f, const char *phrase)
{
    struct buf b;

    buf_init(&b, f->arena, PHRASE_MAX);
    while (*phrase != '\0') {
        size_t plain = strcspn(phrase, "{");
        buf_put(&b, phrase, plain);
        phrase += plain;
        if (*phrase == '\0')
            break;
        size_t n = strcspn(phrase, "}");
        const struct place *p = find_place(phrase + 1, n - 1);
        assert(p != NULL && phrase[n] == '}'); /* profile_read lets no other phrase through */
        const char *text = p->text(f);
        if (text == NULL)
            return NULL;
        phrase += n + 1;
        buf_puts(&b, text);
        if (*text == '\0') {
            drop_joint(&b);
            phrase = skip_joint(&b, phrase);
        }
    }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

const char *profile_phrase(struct arena *a, const struct profile *p, const char *phrase,
                           const struct tm *local, const char *client_name,
                           const char *client_phone)
{
    struct filling f = {.arena = a,
                        .profile = p,
                        .local = local,
                        .client_name = client_name,
                        .client_phone = client_phone};
    return fill(&f, phrase);
}
