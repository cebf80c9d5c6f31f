#include "tests/support/said.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "language/verbalise.h"

const char *said_of(struct arena *a, const char *language, const char *text)
{
    const char *ret = NULL;

    assert_int_equal(verbalise(a, language_find(language), text, &ret), ERR_OK);
    return ret;
}

void said_each(const char *language, const struct said *cases, size_t n)
{
    struct arena a;

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(said_of(&a, language, cases[i].text), cases[i].spoken);
        arena_clear(&a);
    }
    arena_release(&a);
}

void said_inside(const char *language, const char *before, const char *after,
                 const struct said *cases, size_t n)
{
    struct arena a;

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        char *text = arena_printf(&a, "%s%s%s", before, cases[i].text, after);
        char *want = arena_printf(&a, "%s%s%s", before, cases[i].spoken, after);
        size_t len = strlen(cases[i].text);
        /* A full stop at the end of the text is the sentence's, here it is the abbreviation's. */
        if (cases[i].text[len - 1] != '.')
            assert_string_equal(said_of(&a, language, text), want);
        arena_clear(&a);
    }
    arena_release(&a);
}

void said_again(const char *language, const struct said *cases, size_t n)
{
    struct arena a;

    arena_init(&a, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(said_of(&a, language, cases[i].spoken), cases[i].spoken);
        arena_clear(&a);
    }
    arena_release(&a);
}
