/* Callers who say anything to three businesses with a book: the first byte picks the business and its
 * language, the second what was asked and how many were offered. What is understood is in the
 * catalogue, and its texts are UTF-8. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "calls/profiles.h"
#include "think/understand.h"

#define INPUT_MAX 4096
#define AMONG     3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct arena forever;
static struct profiles all;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    arena_init(&forever, (size_t)64 << 20);
    if (profiles_load(&forever,
                      &(struct profiles_from){.folder = "tests/profiles",
                                              .shipped = "profiles/languages",
                                              .default_name = "visits-salon"},
                      &all) != ERR_OK) {
        fprintf(stderr, "tests/profiles cannot be read; run from the top of the source\n");
        exit(1);
    }
    return 0;
}

static const struct profile *pick(uint8_t byte)
{
    const struct profile *with[8];
    size_t n = 0;

    for (size_t i = 0; i < all.n && n < 8; i++)
        if (all.profile[i].book != NULL && all.profile[i].broken == NULL)
            with[n++] = &all.profile[i];
    assert(n > 0);
    const struct profile *p = with[byte / 2 % n];
    return byte % 2 == 0 || p->others_n == 0 ? p : &p->others[0];
}

static void check_list(const int *list, size_t n, size_t most, const struct book *b)
{
    assert(n <= most);
    for (size_t i = 0; i < n; i++) {
        assert(list[i] >= 0 && (size_t)list[i] < b->services);
        for (size_t k = 0; k < i; k++)
            assert(list[k] != list[i]);
    }
}

static void check(const struct understand_ask *ask, const struct understood *got)
{
    const struct book *b = ask->profile->book;

    assert(got->intent >= INTENT_NONE && got->intent <= INTENT_RULE);
    assert((got->rule != NULL) == (got->intent == INTENT_RULE));
    check_list(got->service, got->services, CATALOGUE_VISIT_SERVICES, b);
    check_list(got->could_be, got->could_be_n, UNDERSTOOD_CHOICES, b);
    assert(got->specialist >= -1 && got->specialist < (int)b->specialists);
    assert(got->not_specialist >= -1 && got->not_specialist < (int)b->specialists);
    assert(got->choice >= WHEN_LAST && got->choice <= ask->offers);
    assert(got->name == NULL || (*got->name != '\0' && text_is_utf8(got->name, strlen(got->name))));
    assert(got->phone == NULL || strlen(got->phone) < PHONE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const int among[AMONG] = {0, 1, 2};
    static const struct tm now = {
        .tm_year = 126, .tm_mon = 11, .tm_mday = 1, .tm_hour = 10, .tm_wday = 2};
    struct understood got;
    struct arena a;

    if (n < 2 || n > INPUT_MAX)
        return 0;
    arena_init(&a, (size_t)64 << 20);
    const char *words = arena_strndup(&a, (const char *)data + 2, n - 2);
    assert(words != NULL);
    const struct understand_ask ask = {.profile = pick(data[0]),
                                       .words = words,
                                       .local = &now,
                                       .asked = (enum asks)(data[1] % ASKS__MAX),
                                       .offers = data[1] / ASKS__MAX % 4,
                                       .among = among,
                                       .among_n = data[0] / 64};
    if (text_is_utf8(words, strlen(words))) {
        assert(understand(&a, &ask, &got) == ERR_OK);
        check(&ask, &got);
    }
    arena_release(&a);
    return 0;
}
