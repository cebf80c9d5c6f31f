/* Callers who say anything, to both shipped profiles: the first byte picks the profile and what is
 * known, the lines that follow are one turn each; the first line may be a state to begin with. */
#include <assert.h>
#include <stdint.h>

#include "base/text.h"
#include "calls/profiles.h"
#include "think/rules.h"
#include "business/phone.h"

#define TURNS 12

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct arena forever;
static struct profile profiles[2];

static struct profile find(const struct profiles *all, const char *name)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->profile[i].name, name) == 0 && all->profile[i].broken == NULL)
            return all->profile[i];
    fprintf(stderr, "profiles/%s.json cannot be read; run from the top of the source\n", name);
    exit(1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct profiles all = {0};

    (void)argc;
    (void)argv;
    arena_init(&forever, (size_t)32 << 20);
    if (profiles_load(&forever,
                      &(struct profiles_from){.folder = "profiles",
                                              .shipped = "profiles/languages",
                                              .default_name = "salon"},
                      &all) != ERR_OK)
        exit(1);
    profiles[0] = find(&all, "salon");
    profiles[1] = find(&all, "hotel");
    return 0;
}

static void check(const struct rules_answer *got)
{
    assert(got->say[0] != '\0' && text_is_utf8(got->say, strlen(got->say)));
    assert(strlen(got->state) <= 16 * 1024);
    const struct effect_lead *lead = effects_lead(&got->effects);
    if (lead == NULL)
        return;
    assert(strlen(lead->name) <= 100 && strlen(lead->wish) <= 1000);
    assert(strlen(lead->phone) < PHONE_MAX);
    assert(text_is_utf8(lead->name, strlen(lead->name)));
    assert(text_is_utf8(lead->wish, strlen(lead->wish)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct tm local = {.tm_wday = 1};
    struct arena a;

    if (n < 2 || !text_is_utf8((const char *)data + 1, n - 1) || memchr(data + 1, 0, n - 1) != NULL)
        return 0;
    arena_init(&a, (size_t)64 << 20);
    char *line = arena_strndup(&a, (const char *)data + 1, n - 1);
    const char *state = "";
    for (int turn = 0; line != NULL && turn < TURNS; turn++) {
        char *end = strchr(line, '\n');
        if (end != NULL)
            *end = '\0';
        struct rules_answer got = {0};
        struct rules_ask ask = {.profile = &profiles[data[0] & 1],
                                .words = line,
                                .state = state,
                                .caller_phone = (data[0] & 2) != 0 ? "+380501112233" : NULL,
                                .client_name = (data[0] & 4) != 0 ? "Олена" : NULL,
                                .local = &local};
        if (turn == 0 && *line == '{') {
            state = line;
        } else if (*line != '\0') {
            enum err e = rules_answer(&a, &ask, &got);
            assert(e == ERR_OK || a.overflowed);
            if (e != ERR_OK)
                break;
            check(&got);
            state = got.state;
        }
        (void)rules_words_of_keys(&a, ask.profile, line);
        line = end == NULL ? NULL : end + 1;
    }
    arena_release(&a);
    return 0;
}
