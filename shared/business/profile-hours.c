/* Working hours in a profile. */
#include <string.h>

#include "business/profile-reader.h"

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
        name, NEED_ALWAYS, read_day, (i) * sizeof(struct day), 0, 0, PROFILE_HOURS_MAX, NULL, 0,   \
            0, SCOPE_BOTH                                                                          \
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

void profile_read_days(struct reader *r, const struct json *v, struct day week[static 7])
{
    struct field fields[sizeof week_fields / sizeof *week_fields];

    memcpy(fields, week_fields, sizeof fields);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        fields[i].need = NEED_NOT;
    reader_object(r, v, fields, sizeof fields / sizeof *fields, week);
}
