#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/talk.h"

#include "base/buf.h"
#include "base/text.h"
#include "think/rules.h"
#include "tests/support/made.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct tm monday = {.tm_wday = 1};

struct profile talk_profile(struct arena *a, const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof path, "profiles/%s.json", name);
    return made_shipped(a, path, name, made_packs(a));
}

static const char *phrase_named(struct arena *a, const struct profile *p, const char *name,
                                size_t n, const char *words)
{
    if (n == 4 && strncmp(name, "rule", n) == 0) {
        const struct rule *r = profile_rule(p, text_fold(a, words));
        if (r == NULL)
            fail_msg("no rule for \"%s\"", words);
        return r == NULL ? "" : r->say;
    }
#define X(field)                                                                                   \
    if (n == strlen(#field) && strncmp(name, #field, n) == 0)                                      \
        return p->say.field;
    PROFILE_PHRASES(X)
#undef X
    if ((unsigned char)*name >= 0x80) /* the answer itself */
        return arena_strndup(a, name, n);
    fail_msg("no phrase %.*s", (int)n, name);
    return "";
}

/* The answer is exactly these phrases, filled in. */
static void check_says(struct arena *a, const struct profile *p, const struct line *l,
                       const char *name, const struct rules_answer *got, const char *title)
{
    struct buf b;

    buf_init(&b, a, 1 << 16);
    for (const char *at = l->says; *at != '\0';) {
        size_t n = strcspn(at, "+");
        const char *phrase = phrase_named(a, p, at, n, l->words);
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_puts(&b, profile_phrase(a, p, phrase, &monday, name, OWN));
        at += n + (at[n] == '+');
    }
    if (strcmp(got->say, buf_text(&b)) != 0)
        fail_msg("%s: \"%s\"\n  expected \"%s\"\n  got      \"%s\"\n  state %s", title, l->words,
                 buf_text(&b), got->say, got->state);
}

static void check_request(const struct line *l, const struct rules_answer *got, const char *title)
{
    const struct effect_lead *lead = effects_lead(&got->effects);

    if ((lead != NULL) != (l->wish != NULL))
        fail_msg("%s: \"%s\": request %d", title, l->words, lead != NULL);
    if (l->wish == NULL || lead == NULL)
        return;
    assert_string_equal(lead->name, l->name);
    assert_string_equal(lead->phone, l->phone);
    if (strstr(lead->wish, l->wish) == NULL)
        fail_msg("%s: wish \"%s\" lacks \"%s\"", title, lead->wish, l->wish);
}

static void run(struct arena *a, const struct talk *talk)
{
    const char *state = "";

    for (size_t i = 0; i < COUNT(talk->line) && talk->line[i].words != NULL; i++) {
        const struct line *l = &talk->line[i];
        struct rules_answer got = {0};
        struct rules_ask ask = {.profile = talk->profile,
                                .words = l->words,
                                .state = state,
                                .caller_phone = talk->caller,
                                .client_name = talk->known,
                                .local = &monday};
        assert_int_equal(rules_answer(a, &ask, &got), ERR_OK);
        const char *name = l->wish != NULL && *l->name != '\0' ? l->name : talk->known;
        check_says(a, talk->profile, l, name, &got, talk->title);
        check_request(l, &got, talk->title);
        const char *end = effects_end(&got.effects);
        if (l->end != (end != NULL))
            fail_msg("%s: \"%s\": end is %s", talk->title, l->words, end);
        if (l->end)
            assert_string_equal(end, "goodbye");
        state = got.state;
    }
}

void talk_run(struct arena *a, const struct talk *talks, size_t n)
{
    for (size_t i = 0; i < n; i++)
        run(a, &talks[i]);
}
