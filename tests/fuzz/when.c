/* when - any bytes, every language, whatever was asked: no crash, and what is read is a real day, a
 * real time and UTF-8. The first byte picks the language and what was asked, the second the day. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "language/when.h"

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_time(int minutes, int most)
{
    if (minutes < -1 || minutes > most)
        abort();
}

static void check(const struct when_ask *ask, const struct when *got)
{
    if (got->days_n > WHEN_DAYS_MAX || got->choice < WHEN_LAST || got->choice > ask->offers)
        abort();
    for (size_t k = 0; k < got->days_n; k++) {
        const struct when_date *d = &got->days[k];
        if (d->month < 1 || d->month > 12 || d->day < 1 || d->day > 31 || d->year < 2026)
            abort();
        const struct when_date *last = k > 0 ? d - 1 : NULL;
        if (last != NULL && last->year * 10000 + last->month * 100 + last->day >=
                                d->year * 10000 + d->month * 100 + d->day)
            abort();
    }
    check_time(got->time, 1439);
    check_time(got->time_or, 1440);
    check_time(got->from, 1440);
    check_time(got->to, 1440);
    if (text_is_utf8(ask->text, strlen(ask->text)) && !text_is_utf8(got->rest, strlen(got->rest)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct when got;
    size_t n = 0;

    if (size < 2 || size > INPUT_MAX)
        return 0;
    arena_init(&a, (size_t)32 << 20);
    char *text = arena_strndup(&a, (const char *)data + 2, size - 2);
    if (text == NULL)
        abort();
    while (languages[n] != NULL)
        n++;
    const struct tm now = {
        .tm_year = 126, .tm_mon = 11, .tm_mday = 1 + data[1] % 31, .tm_hour = data[1] % 24};
    const struct when_ask ask = {.language = languages[data[0] % n],
                                 .text = text,
                                 .now = &now,
                                 .asked = (enum when_asked)(data[0] / 8 % 4),
                                 .offers = 3};
    if (when_read(&a, &ask, &got) != ERR_OK)
        abort();
    check(&ask, &got);
    arena_release(&a);
    return 0;
}
