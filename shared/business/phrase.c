#include "business/profile.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "business/book-words.h"
#include "business/profile-reader.h"
#include "base/text.h"
#include "language/language.h"
#include "language/vocative.h"

#define PHRASE_MAX ((size_t)8 * 1024)
#define DAYS       7
#define ALL_DAYS   0x7fU /* a bit for each day, the lowest is Monday */
#define MIDNIGHT   (24 * 60)

/* What a phrase is filled from. */
struct filling {
    struct arena *arena;
    const struct profile *profile;
    const struct tm *local;
    const char *client_name, *client_phone;
    const char *from, *to;
    const struct phrase_value *value; /* ended by one without a name; NULL: none */
};

static const char *fill(const struct filling *f, const char *phrase);

/* ==== hours =================================================================================== */

bool phrase_hours_known(const struct hours_words *w)
{
    bool all = true;

#define X(field) all = all && w->field != NULL;
    PROFILE_HOURS_WORDS(X, X)
#undef X
    return all;
}

static const char *time_text(const struct filling *f, int minutes)
{
    const char *midnight = f->profile->hours_words.midnight;

    if (minutes == MIDNIGHT && midnight != NULL)
        return midnight;
    return arena_printf(f->arena, "%02d:%02d", minutes / 60, minutes % 60);
}

static bool is_all_day(const struct day *day)
{
    return day->n > 0 && day->open[0].from_min == 0 && day->open[0].to_min == MIDNIGHT;
}

/* Each interval of a day by its phrase. False if the arena refuses. */
static bool put_intervals(struct buf *b, const struct filling *f, const struct day *day,
                          const char *first, const char *further)
{
    for (size_t i = 0; i < day->n; i++) {
        struct filling times = *f;
        times.from = time_text(f, day->open[i].from_min);
        times.to = time_text(f, day->open[i].to_min);
        const char *text = fill(&times, i == 0 ? first : further);
        if (times.from == NULL || times.to == NULL || text == NULL)
            return false;
        buf_puts(b, i == 0 ? "" : " ");
        buf_puts(b, text);
    }
    return true;
}

/* The hours of one day, said by these phrases; "" where there are none (PROFILE_LATER_PHRASES). */
static const char *hours_of_day(const struct filling *f, const struct day *day, const char *closed,
                                const char *all_day, const char *open)
{
    struct buf b;

    if (closed == NULL || all_day == NULL || open == NULL)
        return "";
    if (day->n == 0)
        return closed;
    if (is_all_day(day))
        return all_day;
    buf_init(&b, f->arena, PHRASE_MAX);
    if (!put_intervals(&b, f, day, open, f->profile->say.open_again))
        return NULL;
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* `after` days from now. */
static const struct day *day_of(const struct filling *f, int after)
{
    return &f->profile->week[(f->local->tm_wday + 6 + after) % DAYS];
}

/* "сьогодні з 09:00 до 13:00 та з 14:00 до 19:00" */
static const char *hours_today(const struct filling *f)
{
    const struct profile *p = f->profile;

    return hours_of_day(f, day_of(f, 0), p->say.closed_today, p->say.open_all_day,
                        p->say.open_today);
}

static const char *hours_tomorrow(const struct filling *f)
{
    const struct profile *p = f->profile;

    return hours_of_day(f, day_of(f, 1), p->say.closed_tomorrow, p->say.all_day_tomorrow,
                        p->say.open_tomorrow);
}

static const char *or_nothing(const char *phrase)
{
    return phrase == NULL ? "" : phrase;
}

static const char *open_now(const struct filling *f)
{
    const struct profile *p = f->profile;

    return or_nothing(profile_is_open(p, f->local) ? p->say.now_open : p->say.now_closed);
}

static bool has_day(unsigned days, int day)
{
    return day < DAYS && (days >> day & 1) != 0;
}

/* The last day of the row that begins with `first`, if it is one of three days and more. */
static int end_of_row(unsigned days, int first)
{
    int last = first;

    while (has_day(days, last + 1))
        last++;
    return last - first >= 2 ? last : first;
}

/* "з понеділка по середу та в п'ятницю" */
static void put_days(struct buf *b, const struct hours_words *w, unsigned days)
{
    int last = 0;

    if (days == ALL_DAYS) {
        buf_puts(b, w->every_day);
        return;
    }
    for (int day = 0; day < DAYS; day = last + 1) {
        last = day;
        if (!has_day(days, day))
            continue;
        last = end_of_row(days, day);
        bool begins = (days & ((1U << day) - 1)) == 0;
        bool ends = days >> (last + 1) == 0;
        const char *joint = begins ? "" : ends ? " " : ", ";
        if (last == day)
            buf_printf(b, "%s%s", joint, begins || !ends ? w->on[day] : w->and_on[day]);
        else if (day == 0 && last == 4)
            buf_puts(b, w->workdays);
        else
            buf_printf(b, "%s%s%s%s %s", joint, begins || !ends ? "" : w->and,
                       begins || !ends ? "" : " ", w->from[day], w->to[last]);
    }
}

static bool is_same_day(const struct day *a, const struct day *b)
{
    bool same = a->n == b->n;

    for (size_t i = 0; same && i < a->n; i++)
        same = a->open[i].from_min == b->open[i].from_min && a->open[i].to_min == b->open[i].to_min;
    return same;
}

/* All days with the hours of `day`, unless an earlier one has them too: then none. */
static unsigned days_like(const struct profile *p, int day)
{
    unsigned days = 0;

    for (int i = 0; i < DAYS; i++)
        if (is_same_day(&p->week[i], &p->week[day]))
            days |= i < day ? ~0U : 1U << i;
    return days > ALL_DAYS ? 0 : days;
}

static bool put_group(struct buf *b, const struct filling *f, int day, unsigned days)
{
    const struct hours_words *w = &f->profile->hours_words;
    const struct day *hours = &f->profile->week[day];

    buf_puts(b, b->len == 0 ? "" : ", ");
    put_days(b, w, days);
    buf_putc(b, ' ');
    if (hours->n > 0 && !is_all_day(hours))
        return put_intervals(b, f, hours, w->open, w->open_again);
    buf_puts(b, hours->n == 0 ? w->closed : w->all_day);
    return true;
}

/* "у будні з 09:00 до 19:00, у суботу з 10:00 до 18:00, у неділю вихідний": equal days together,
 * closed ones last. */
static const char *hours_of_week(const struct filling *f)
{
    struct buf b;

    buf_init(&b, f->arena, PHRASE_MAX);
    for (int closed = 0; closed < 2; closed++)
        for (int day = 0; day < DAYS; day++) {
            unsigned days = days_like(f->profile, day);
            if (days != 0 && (f->profile->week[day].n == 0) == (closed == 1) &&
                !put_group(&b, f, day, days))
                return NULL;
        }
    return buf_err(&b) == ERR_OK ? buf_text(&b) : NULL;
}

/* ==== phrases ================================================================================= */

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
    const char *(*text)(const struct filling *); /* NULL: one of the values */
} places[] = {
    {"business", PLACE_ALWAYS, of_business},
    {"address", PLACE_ALWAYS, of_address},
    {"phone", PLACE_ALWAYS, of_phone},
    {"hours", PLACE_ALWAYS, hours_of_week},
    {"hours_today", PLACE_ALWAYS, hours_today},
    {"hours_tomorrow", PLACE_ALWAYS, hours_tomorrow},
    {"open_now", PLACE_ALWAYS, open_now},
    {"name", PLACE_REQUEST, of_client_name},
    {"client_phone", PLACE_REQUEST, of_client_phone},
    {"vocative", PLACE_REQUEST, of_client_called},
    {"from", PLACE_HOURS, of_from},
    {"to", PLACE_HOURS, of_to},
    {"services", PLACE_BOOK, NULL},
    {"service_names", PLACE_BOOK, NULL},
    {"specialist", PLACE_BOOK, NULL},
    {"to_specialist", PLACE_BOOK, NULL},
    {"specialists", PLACE_BOOK, NULL},
    {"day", PLACE_BOOK, NULL},
    {"time", PLACE_BOOK, NULL},
    {"when", PLACE_BOOK, NULL},
    {"times", PLACE_BOOK, NULL},
    {"old_when", PLACE_BOOK, NULL},
    {"visits", PLACE_BOOK, NULL},
    {"price", PLACE_BOOK, NULL},
    {"length", PLACE_BOOK, NULL},
};

static const struct place *find_place(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strlen(places[i].name) == n && strncmp(places[i].name, name, n) == 0)
            return &places[i];
    return NULL;
}

static bool is_book_place(const char *name, size_t n)
{
    static const char *const names[] = {
#define X(place) #place,
        BOOK_PLACES(X)
#undef X
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == n && strncmp(names[i], name, n) == 0)
            return true;
    return false;
}

static bool is_allowed(const char *name, size_t n, unsigned allows)
{
    const struct place *p = find_place(name, n);

    return (p != NULL && (p->kind & allows) != 0) ||
           ((allows & PLACE_BOOK) != 0 && is_book_place(name, n));
}

bool phrase_misfit(const char *phrase, unsigned allows, const char **ret, size_t *ret_n)
{
    for (const char *at = strpbrk(phrase, "{}"); at != NULL; at = strpbrk(at, "{}")) {
        size_t n = *at == '{' ? strcspn(at + 1, "{}") : 0;
        if (*at != '{' || at[1 + n] != '}' || !is_allowed(at + 1, n, allows)) {
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

static const char *value_of(const struct filling *f, const char *name)
{
    for (const struct phrase_value *v = f->value; v != NULL && v->name != NULL; v++)
        if (strcmp(v->name, name) == 0)
            return v->text == NULL ? "" : v->text;
    return "";
}

/* What begins a sentence begins with a capital. */
static void put_value(struct buf *b, const char *text)
{
    size_t end = b->len;
    char utf8[4];

    while (end > 0 && b->data[end - 1] == ' ')
        end--;
    if (*text != '\0' && (end == 0 || strchr(".!?", b->data[end - 1]) != NULL)) {
        uint32_t c = text_next(&text);
        buf_put(b, utf8, text_encode(language_capital(c), utf8));
    }
    buf_puts(b, text);
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
        const char *text = p->text == NULL ? value_of(f, p->name) : p->text(f);
        if (text == NULL)
            return NULL;
        phrase += n + 1;
        if (p->text == NULL)
            put_value(&b, text);
        else
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

const char *profile_phrase_with(struct arena *a, const struct profile *p, const char *phrase,
                                const struct tm *local, const struct phrase_value *values)
{
    struct filling f = {.arena = a, .profile = p, .local = local, .value = values};

    f.client_name = value_of(&f, "name");
    return fill(&f, phrase);
}
