/* Which of what a request needs a line has told. */
#include "think/wants.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* The room was taken for the hour that was asked for, and the hour never asked for again. */
static void a_number_that_says_what_it_is_answers_no_other_question(void **state)
{
    static const struct {
        const char *folded;
        enum want_kind asked;
        unsigned told;
    } rows[] = {
        {"номер 305", WANT_HOUR, WANT_BIT(WANT_ROOM)},
        {"о сьомій годині", WANT_ROOM, WANT_BIT(WANT_HOUR)},
        {"сім", WANT_HOUR, WANT_BIT(WANT_HOUR)},
        {"12", WANT_ROOM, WANT_BIT(WANT_ROOM)},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (wants_told(rows[i].folded, rows[i].asked) != rows[i].told)
            fail_msg("%s: %u", rows[i].folded, wants_told(rows[i].folded, rows[i].asked));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_that_says_what_it_is_answers_no_other_question),
    };
    return cmocka_run_group_tests_name("think/wants", tests, NULL, NULL);
}
