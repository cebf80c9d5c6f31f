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
