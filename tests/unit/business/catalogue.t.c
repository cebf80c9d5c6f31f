#include "business/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/booked.h"
#include "tests/support/made.h"
#include "tests/support/scratch.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct profile_packs *packs;

static int set_up(void **state)
{
    int e = scratch_setup(state);

    packs = made_packs(&arena);
    return e;
}

static void nobody_works_on_days_off_and_closed_days(void **state)
{
    (void)state;
    struct profile p = booked_good(packs, BOOKED_FRONT ",'book':" BOOKED "}");
    const struct date monday = {2026, 11, 30};
    day_number day = date_number(monday);

    assert_true(catalogue_works(p.book, 0, day));
    assert_false(catalogue_works(p.book, 0, day + 2)); /* her hours leave Wednesday out */
    assert_true(catalogue_works(p.book, 1, day + 2));
    assert_false(catalogue_works(p.book, 0, day + 7)); /* off */
    assert_true(catalogue_works(p.book, 1, day + 7));
    assert_true(catalogue_works(p.book, -1, day + 7));
    assert_false(catalogue_works(p.book, -1, day + 5)); /* Saturday */
    assert_false(catalogue_works(p.book, -1, date_number((struct date){2026, 12, 25})));
    assert_false(catalogue_works(p.book, 1, date_number((struct date){2027, 1, 1})));
}

static void breaks_and_cells_leave_less_room_for_a_service(void **state)
{
    static const struct {
        const char *hours, *breaks;
        int cell, longest;
    } rows[] = {
        {"['10:00-14:00']", "[]", 30, 240},
        {"['10:00-14:00']", "['12:00-12:30']", 30, 120},
        {"['10:00-14:00']", "['09:00-10:30']", 30, 210},
        {"['10:00-14:00']", "['13:30-15:00']", 30, 210},
        {"['10:00-14:00']", "['09:00-15:00']", 30, 0},
        {"['10:10-12:00']", "[]", 30, 90},               /* begins at 10:30 */
        {"['10:00-11:00','11:00-12:00']", "[]", 30, 60}, /* not over two intervals */
        {"['10:00-14:00']", "['10:30-11:00','13:00-13:10']", 60, 120},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct profile p = booked_good(
            packs,
            arena_printf(
                &arena,
                BOOKED_FRONT
                ",'book':{'cell_minutes':%d,'specialists':[{'id':'a','name':'А','hours':{'wed':"
                "%s},'breaks':{'wed':%s}},{'id':'b','name':'Б'}],'services':[{'id':'x','name':"
                "'х','minutes':60}]}}",
                rows[i].cell, rows[i].hours, rows[i].breaks));
        assert_int_equal(catalogue_longest(p.book, 0), rows[i].longest);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_teardown)
        T(nobody_works_on_days_off_and_closed_days),
        T(breaks_and_cells_leave_less_room_for_a_service),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
