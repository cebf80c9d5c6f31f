/* Hours of a week: of a business, of those who work there, of their breaks. */
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

#define WEEK(who)                                                                                  \
    DAY("mon", 0, who), DAY("tue", 1, who), DAY("wed", 2, who), DAY("thu", 3, who),                \
        DAY("fri", 4, who), DAY("sat", 5, who), DAY("sun", 6, who)
#define DAY(label, i, who)                                                                         \
    {                                                                                              \
        .name = label, .need = who, .read = read_day, .offset = (i) * sizeof(struct day),          \
        .most = PROFILE_HOURS_MAX                                                                  \
    }

#define DAYS 7

static const struct field whole_week[DAYS] = {WEEK(NEED_ALWAYS)};
static const struct field some_days[DAYS] = {WEEK(NEED_NOT)};

void read_week(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, whole_week, DAYS, to);
}

void read_days(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    memset(to, 0, DAYS * sizeof(struct day));
    reader_object(r, v, some_days, DAYS, to);
}

bool profile_is_open(const struct profile *p, const struct tm *local)
{
    const struct day *day = &p->week[(local->tm_wday + 6) % DAYS];
    int now = local->tm_hour * 60 + local->tm_min;

    for (size_t i = 0; i < day->n; i++)
        if (now >= day->open[i].from_min && now < day->open[i].to_min)
            return true;
    return false;
}
