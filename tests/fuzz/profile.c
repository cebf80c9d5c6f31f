/* A language pack and a profile of any bytes, divided by a byte 0x1e; without it all is the
 * profile. Each is read, or refused with faults that can be shown; a refused profile has a
 * substitute. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "business/profile.h"

#define DIVIDER 0x1e

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct tm wednesday = {.tm_wday = 3};

static void check_faults(enum err e, const struct profile_faults *f)
{
    assert(e == ERR_OK || e == ERR_CONFIG || e == ERR_MEMORY);
    assert(e == ERR_MEMORY || (e == ERR_CONFIG) == (f->n > 0));
    for (size_t i = 0; i < f->n; i++)
        assert(f->fault[i].file != NULL && f->fault[i].path != NULL &&
               text_is_utf8(f->fault[i].text, strlen(f->fault[i].text)));
}

static void check_profile(struct arena *a, const struct profile *p)
{
    const char *phrases[] = {p->say.greeting, p->say.trouble, p->say.closed_today, "{hours_today}"};

    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        assert(profile_phrase(a, p, phrases[i], &wednesday, NULL, NULL) != NULL);
    for (size_t i = 0; i < p->rules_n; i++)
        assert(p->rules[i].say == NULL ||
               profile_phrase(a, p, p->rules[i].say, &wednesday, NULL, NULL) != NULL);
    (void)profile_rule(p, "слово");
    (void)profile_action_text(p, "end_call", "reason");
}

static void check_substitute(struct arena *a, const struct profile_file *file)
{
    const struct profile like = {.language = "uk"};
    struct profile p = {0};

    enum err e = profile_substitute(a, file, &like, "fault", &p);
    assert(e == ERR_OK || e == ERR_NOT_FOUND || e == ERR_MEMORY);
    if (e != ERR_OK)
        return;
    assert(p.broken != NULL);
    for (size_t i = 0; i < p.numbers_n; i++)
        assert(text_is_utf8(p.numbers[i], strlen(p.numbers[i])));
    assert(profile_phrase(a, &p, p.say.broken_request, &wednesday, NULL, NULL) != NULL);
    check_profile(a, &p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const char *text = (const char *)data;
    const char *end = n == 0 ? NULL : memchr(text, DIVIDER, n);
    size_t pack_n = end == NULL ? 0 : (size_t)(end - text);
    size_t from = end == NULL ? 0 : pack_n + 1;
    struct profile_pack pack = {0};
    struct profile_packs packs = {.pack = &pack};
    struct profile_faults f = {0};
    struct profile p = {0};
    struct arena a;

    arena_init(&a, (size_t)32 << 20);
    const char *own = arena_strndup(&a, text + from, n - from);
    const struct profile_file of_pack = {
        .name = "uk", .label = "uk.json", .text = text, .n = pack_n};
    const struct profile_file file = {
        .name = "fuzz", .label = "fuzz.json", .text = own, .n = n - from, .packs = &packs};
    if (end != NULL) {
        enum err e = profile_read_pack(&a, &of_pack, &pack, &f);
        check_faults(e, &f);
        packs.n = e == ERR_OK;
    }
    f = (struct profile_faults){0};
    enum err e = profile_read(&a, &file, &p, &f);
    check_faults(e, &f);
    if (e == ERR_OK)
        check_profile(&a, &p);
    else if (own != NULL)
        check_substitute(&a, &file);
    arena_release(&a);
    return 0;
}
