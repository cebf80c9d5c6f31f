/* The fields that say where and when a business is: zone, country, numbers, hours, keys. */
#include "salon/profile-reader.h"

#include <string.h>

#include "base/text.h"
#include "salon/phone.h"

#define LETTERS  "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define FIGURES  "0123456789"

void read_language(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    size_t n = strspn(s, LETTERS);
    if (n < 2 || n > 3 || s[n] != '\0')
        reader_fault(r, "must be a language's two or three small letters, as \"uk\"");
    else
        *(const char **)to = s;
}

/* "Area/City" of the tz database; that it exists is not asked here. */
static bool is_zone(const char *s)
{
    size_t n = strlen(s);

    return strspn(s, LETTERS CAPITALS FIGURES "_-+/") == n && strspn(s, LETTERS CAPITALS) > 0 &&
           *s != '/' && s[n - 1] != '/' && strstr(s, "//") == NULL;
}

void read_zone(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    if (!is_zone(s))
        reader_fault(r, "must be a name of the tz database, as \"Europe/Kyiv\"");
    else
        *(const char **)to = s;
}

void read_country(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    size_t n = strlen(s);
    if (n > 3 || strspn(s, FIGURES) != n || *s == '0')
        reader_fault(r, "must be a calling code without a plus, as \"380\"");
    else
        *(const char **)to = s;
}

static bool is_number(const char *s)
{
    size_t digits = 0;

    for (const char *at = s; *at != '\0'; at++) {
        if (*at <= ' ' && *at != ' ')
            return false;
        digits += *at >= '0' && *at <= '9';
    }
    return digits >= 3;
}

void read_numbers(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    read_texts(r, v, f, to);
    const char *const *list = *(const char *const **)to;
    size_t i = 0;

    if (json_kind(v) != JSON_ARRAY || list == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        const char *s = json_text(one);
        size_t mark = reader_enter_at(r, i);
        if (s != NULL && *s != '\0' && !is_number(s))
            reader_fault(r, "must be a telephone number with at least 3 digits");
        size_t j = 0;
        for (const struct json *b = json_first(v); s != NULL && b != one; b = json_next(b), j++)
            if (json_text(b) != NULL && phone_same(json_text(b), s)) {
                reader_fault(r, "is the same number as numbers[%zu]", j);
                break;
            }
        reader_leave(r, mark);
    }
}

/* ---- hours --------------------------------------------------------------------------------- */

/* "HH:MM" at `s`, up to 24:00; -1 if it is not. */
static int minutes_of(const char *s)
{
    static const char form[] = "00:00";

    for (int i = 0; i < 5; i++)
        if (form[i] == ':' ? s[i] != ':' : s[i] < '0' || s[i] > '9')
            return -1;
    int h = (s[0] - '0') * 10 + s[1] - '0';
    int m = (s[3] - '0') * 10 + s[4] - '0';
    return m > 59 || h * 60 + m > 24 * 60 ? -1 : h * 60 + m;
}

static void read_hours(struct reader *r, const struct json *v, struct day *day)
{
    const char *s = json_text(v);
    struct hours h = {-1, -1};

    if (s != NULL && strlen(s) == strlen("09:00-19:00") && s[5] == '-')
        h = (struct hours){minutes_of(s), minutes_of(s + 6)};
    if (h.from_min < 0 || h.to_min < 0)
        reader_fault(r, "must be written \"09:00-19:00\", from 00:00 to 24:00");
    else if (h.from_min >= h.to_min)
        reader_fault(r, "must open before it closes; after midnight belongs to the next day");
    else if (day->n > 0 && h.from_min < day->open[day->n - 1].to_min)
        reader_fault(r, "overlaps the one before, or is out of order");
    else
        day->open[day->n++] = h;
}

static void read_day(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    size_t i = 0;

    if (!reader_array(r, v, f->least, f->most))
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        size_t mark = reader_enter_at(r, i);
        read_hours(r, one, to);
        reader_leave(r, mark);
    }
}

#define DAY(name, i)                                                                               \
    {                                                                                              \
        name, true, read_day, (i) * sizeof(struct day), 0, 0, PROFILE_HOURS_MAX, NULL, 0, 0        \
    }

static const struct field week_fields[] = {
    DAY("mon", 0), DAY("tue", 1), DAY("wed", 2), DAY("thu", 3),
    DAY("fri", 4), DAY("sat", 5), DAY("sun", 6),
};

void read_week(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, week_fields, sizeof week_fields / sizeof *week_fields, to);
}

/* ---- keys ---------------------------------------------------------------------------------- */

#define KEY(name, i)                                                                               \
    {                                                                                              \
        name, false, read_text, (i) * sizeof(const char *), 0, 1, 100, NULL, 0, 0                  \
    }

static const struct field key_fields[] = {
    KEY("0", 0), KEY("1", 1), KEY("2", 2), KEY("3", 3), KEY("4", 4),  KEY("5", 5),
    KEY("6", 6), KEY("7", 7), KEY("8", 8), KEY("9", 9), KEY("*", 10), KEY("#", 11),
};

void read_keys(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, key_fields, sizeof key_fields / sizeof *key_fields, to);
}
