#include "business/catalogue.h"

#include <string.h>

int catalogue_specialist(const struct book *b, const char *id)
{
    for (size_t i = 0; i < b->specialists; i++)
        if (strcmp(b->specialist[i].id, id) == 0)
            return (int)i;
    return -1;
}

int catalogue_service(const struct book *b, const char *id)
{
    for (size_t i = 0; i < b->services; i++)
        if (strcmp(b->service[i].id, id) == 0)
            return (int)i;
    return -1;
}

bool catalogue_does(const struct book *b, int service, int specialist)
{
    const struct service *s = &b->service[service];

    for (size_t i = 0; i < s->by_n; i++)
        if (s->by[i] == specialist)
            return true;
    return false;
}

static bool is_in(const struct date_range *range, size_t n, day_number day)
{
    for (size_t i = 0; i < n; i++)
        if (day >= range[i].from && day <= range[i].to)
            return true;
    return false;
}

bool catalogue_works(const struct book *b, int specialist, day_number day)
{
    if (is_in(b->closed, b->closed_n, day))
        return false;
    for (size_t i = 0; i < b->specialists; i++) {
        const struct specialist *s = &b->specialist[i];
        if ((specialist < 0 || (size_t)specialist == i) && s->week[date_weekday(day)].n > 0 &&
            !is_in(s->off, s->off_n, day))
            return true;
    }
    return false;
}

/* From the first cell in it to its end. */
static int room(int from, int to, int cell)
{
    return to - (from + cell - 1) / cell * cell;
}

static int longest_in(const struct hours *open, const struct day *breaks, int cell)
{
    int from = open->from_min;
    int best = 0;

    for (size_t i = 0; i < breaks->n && breaks->open[i].from_min < open->to_min; i++) {
        int free = room(from, breaks->open[i].from_min, cell);
        best = free > best ? free : best;
        from = breaks->open[i].to_min > from ? breaks->open[i].to_min : from;
    }
    int free = room(from, open->to_min, cell);
    return free > best ? free : best;
}

int catalogue_longest(const struct book *b, int specialist)
{
    const struct specialist *s = &b->specialist[specialist];
    int best = 0;

    for (size_t day = 0; day < 7; day++)
        for (size_t i = 0; i < s->week[day].n; i++) {
            int free = longest_in(&s->week[day].open[i], &s->breaks[day], b->cell_minutes);
            best = free > best ? free : best;
        }
    return best;
}
