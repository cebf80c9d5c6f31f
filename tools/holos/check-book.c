/* What a profile's book may hold and what cannot work, or is not meant: warnings. */
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/settings.h"
#include "base/text.h"
#include "base/zone.h"
#include "business/catalogue.h"
#include "tools/holos/findings.h"

/* ---- days ----------------------------------------------------------------------------------------- */

static bool has_hours(const struct specialist *s)
{
    for (size_t day = 0; day < 7; day++)
        if (s->week[day].n > 0)
            return true;
    return false;
}

static void check_days(struct findings *f, const struct profile *p, day_number today)
{
    for (size_t i = 0; i < p->book->specialists; i++) {
        const struct specialist *s = &p->book->specialist[i];
        if (!has_hours(s))
            found(f, FINDING_WARNING, p->name, "give them hours, or remove them",
                  "book.specialists[%zu].hours: \"%s\" works on no day: nobody can book there", i,
                  s->id);
        for (size_t k = 0; k < s->off_n; k++)
            if (s->off[k].to < today)
                found(f, FINDING_WARNING, p->name, "remove it",
                      "book.specialists[%zu].off[%zu]: these days of \"%s\" are over", i, k, s->id);
    }
}

/* ---- who has room --------------------------------------------------------------------------------- */

static void check_room(struct findings *f, const struct profile *p)
{
    const struct book *b = p->book;

    for (size_t i = 0; i < b->services; i++)
        for (size_t k = 0; k < b->service[i].by_n; k++) {
            const struct specialist *s = &b->specialist[b->service[i].by[k]];
            if (has_hours(s) && catalogue_longest(b, b->service[i].by[k]) < b->service[i].minutes)
                found(f, FINDING_WARNING, p->name,
                      "leave them out of \"by\", or give them longer hours",
                      "book.services[%zu].by: \"%s\" has no day with room for \"%s\"", i, s->id,
                      b->service[i].id);
        }
}

/* ---- stems ---------------------------------------------------------------------------------------- */

static void check_unheard(struct findings *f, const struct profile *p)
{
    for (size_t i = 0; i < p->book->services; i++)
        if (p->book->service[i].stems_n == 0)
            found(f, FINDING_WARNING, p->name, "write what callers say for it",
                  "book.services[%zu].stems: \"%s\" has none: the rules never hear it", i,
                  p->book->service[i].id);
    for (size_t i = 0; i < p->book->specialists; i++)
        if (p->book->specialist[i].stems_n == 0)
            found(f, FINDING_WARNING, p->name, "write what callers say for them",
                  "book.specialists[%zu].stems: \"%s\" has none: the rules never hear the name", i,
                  p->book->specialist[i].id);
}

/* Is there a word that both fit, as far as their own letters say? */
static bool meet(const char *a, const char *b)
{
    const char *one = a + strspn(a, "=*");
    const char *other = b + strspn(b, "=*");

    return text_has_stem(one, b) || text_has_stem(other, a);
}

/* One that fits alone, and shares a word with the service: who is named is then what is booked. */
static const char *shared_stem(const struct specialist *s, const struct service *of)
{
    for (size_t i = 0; i < s->stems_n; i++)
        for (size_t k = 0; k < s->stems[i].n; k++)
            for (size_t m = 0; m < of->stems_n; m++)
                for (size_t n = 0; n < of->stems[m].n; n++)
                    if (meet(s->stems[i].stem[k], of->stems[m].stem[n]))
                        return s->stems[i].stem[k];
    return NULL;
}

static void check_names(struct findings *f, const struct profile *p)
{
    const struct book *b = p->book;

    for (size_t i = 0; i < b->specialists; i++)
        for (size_t k = 0; k < b->services; k++) {
            const char *stem = shared_stem(&b->specialist[i], &b->service[k]);
            if (stem == NULL)
                continue;
            found(f, FINDING_WARNING, p->name, "make one of the two longer, or a whole word (=)",
                  "book.specialists[%zu].stems: \"%.60s\" is heard for the service \"%s\" too", i,
                  stem, b->service[k].id);
            break;
        }
}

/* Google knows worksheets by their titles, whatever the case. */
static void check_sheets(struct findings *f, const struct profile *p)
{
    const struct book *b = p->book;

    if (*setting_text(SET_GOOGLE_SHEET_ID) == '\0')
        return;
    for (size_t i = 0; i < b->specialists; i++)
        for (size_t k = 0; k < i; k++)
            if (strcasecmp(b->specialist[i].sheet, b->specialist[k].sheet) == 0)
                found(f, FINDING_WARNING, p->name, "give each a worksheet of their own",
                      "book.specialists[%zu].sheet: \"%s\" is the worksheet of \"%s\" already: "
                      "this one gets none",
                      i, b->specialist[i].sheet, b->specialist[k].id);
}

void check_book(struct findings *f, const struct profile *p)
{
    struct tm local = {0};

    if (p->book == NULL || p->broken != NULL)
        return;
    if (zone_local(p->time_zone, clock_unix_ms(), &local) == ERR_OK)
        check_days(f, p,
                   date_number((struct date){.year = local.tm_year + 1900,
                                             .month = local.tm_mon + 1,
                                             .day = local.tm_mday}));
    check_room(f, p);
    check_unheard(f, p);
    check_names(f, p);
    check_sheets(f, p);
}
