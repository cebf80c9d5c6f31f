/* What a caller wants in place of what was told: an hour later, somebody else, another day, time or
 * service without saying which. */
#include "think/book-talk.h"

#include <string.h>

static const struct book_words *words_of(const struct rules_turn *t)
{
    return t->profile->book->words;
}

/* "На годину пізніше": from the time that was chosen, else from the first or the last of those told. */
static bool shifts(struct rules_turn *t, const struct understood *u)
{
    const struct book_desk d = book_talk_desk(t);
    struct book_talk *k = &t->b.book;
    struct offer *list = NULL;
    size_t n = 0;
    day_number day = 0;
    int minute = 0;

    if (u->shift == 0 || book_talk_failed(t, book_offers(&d, &list, &n, NULL)) || n == 0)
        return t->err != ERR_OK;
    const struct offer *from = u->shift > 0 ? &list[n - 1] : list;
    for (size_t i = 0; i < n; i++)
        from = list[i].id == k->offer ? &list[i] : from;
    if (book_talk_failed(t, book_local(t->profile, from->part[0].start_s, &day, &minute)))
        return true;
    minute += u->shift;
    if (minute < 0 || minute >= 24 * 60)
        return false;
    book_drop_offers(t);
    k->day[0] = day;
    k->days = 1;
    k->nearest = k->any_day = k->or_next_week = false;
    k->time = minute;
    k->from = k->to = -1;
    book_talk_go_on(t, u);
    return true;
}

/* "До іншого майстра": the next of those who do it and have a time then. */
static bool wants_other_specialist(struct rules_turn *t, const struct understood *u)
{
    const struct book_desk d = book_talk_desk(t);
    struct book_talk *k = &t->b.book;
    const struct offer *o = NULL;
    struct offer *list = NULL;
    size_t n = 0;

    if (!u->other_specialist || k->services != 1 || k->doing == BOOK_CANCELLING)
        return false;
    if (book_talk_failed(t, book_offers(&d, &list, &n, NULL)))
        return true;
    for (size_t i = 0; i < n && (o == NULL || list[i].id == k->offer); i++)
        o = &list[i];
    const struct book *b = t->profile->book;
    const struct service *s = &b->service[k->service[0]];
    int before = o == NULL ? k->specialist : catalogue_specialist(b, o->part[0].specialist);
    struct book_wish wish = book_wish_of(t);
    int other = -1;
    for (size_t i = 0; i < s->by_n; i++) {
        struct book_found found = {0};
        wish.specialist = s->by[i];
        if (s->by[i] == before)
            continue;
        if (book_talk_failed(t, book_find(&d, &wish, &found, NULL)))
            return true;
        other = other < 0 || found.n > 0 ? s->by[i] : other;
        if (found.n > 0)
            break;
    }
    if (other < 0) {
        book_tell_who(t, k->service[0]);
        rules_say(t, k->last);
        return true;
    }
    k->specialist = other;
    book_drop_offers(t);
    book_talk_go_on(t, u);
    return true;
}

/* "День", "інший час": what of it is wrong, and not yet what is right. */
static bool changes(struct rules_turn *t, const struct understood *u)
{
    struct book_talk *k = &t->b.book;
    const struct book_words *words = words_of(t);
    struct book_told w = {0};
    bool keeps = u->changes == ASKS_SERVICE && k->doing != BOOK_BOOKING;

    if (u->changes == ASKS_NOTHING || keeps || k->doing == BOOK_CANCELLING || k->services == 0 ||
        k->asked == ASKS_WHICH || (u->changes == ASKS_TIME && k->days == 0))
        return false;
    book_drop_offers(t);
    k->time = k->from = k->to = -1;
    if (u->changes == ASKS_TIME) {
        book_tell_day(t, k->day[0], &w);
        book_talk_ask(t, ASKS_TIME, words->say.ask_time, &w);
        return true;
    }
    if (u->changes == ASKS_SERVICE) {
        k->services = k->among_n = 0;
        book_talk_ask(t, ASKS_SERVICE, words->say.ask_service, &w);
        return true;
    }
    k->days = 0;
    k->nearest = k->any_day = false;
    book_talk_ask(t, ASKS_DAY, words->say.ask_day, &w);
    return true;
}

bool book_wants_instead(struct rules_turn *t, const struct understood *u)
{
    return shifts(t, u) || wants_other_specialist(t, u) || changes(t, u);
}
