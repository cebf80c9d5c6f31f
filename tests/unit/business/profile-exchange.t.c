/* The profile's member `binotel`. */
#include "business/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/booked.h"
#include "tests/support/made.h"
#include "tests/support/scratch.h"

static const struct profile_packs *packs;

static int set_up(void **state)
{
    int e = scratch_setup(state);

    packs = made_packs(&arena);
    return e;
}

static const char *with(const char *section)
{
    return booked_changed(BOOKED_FRONT ",'binotel':HERE}", "HERE", section);
}

static void all_of_it_is_read(void **state)
{
    (void)state;
    struct profile p = booked_good(
        packs, with("{'lines':['901','902'],'routes':[{'caller':'known','hours':'open','lines':"
                    "'busy','route':'3810'},{'route':'7'}],'next_visit':'{when}, {services}',"
                    "'transfer':'901','call_back':'902','missed_calls':false,'customers':true,"
                    "'//':'of the author'}"));
    const struct exchange *x = &p.exchange;

    assert_int_equal(x->lines_n, 2);
    assert_string_equal(x->lines[1], "902");
    assert_int_equal(x->routes_n, 2);
    assert_string_equal(x->routes[0].caller, "known");
    assert_string_equal(x->routes[0].hours, "open");
    assert_string_equal(x->routes[0].lines, "busy");
    assert_string_equal(x->routes[0].route, "3810");
    assert_null(x->routes[1].caller);
    assert_string_equal(x->next_visit, "{when}, {services}");
    assert_string_equal(x->transfer, "901");
    assert_string_equal(x->call_back, "902");
    assert_true(x->missed_off);
    assert_true(x->customers);
}

/* Nothing dangerous is on by itself: nobody is called, no call is handed over. */
static void without_it_only_missed_calls_are_requests(void **state)
{
    (void)state;
    static const char *const profiles[] = {"", ",'binotel':{}"};

    for (size_t i = 0; i < 2; i++) {
        struct profile p =
            booked_good(packs, booked_changed(BOOKED_FRONT "HERE}", "HERE", profiles[i]));
        assert_null(p.exchange.transfer);
        assert_null(p.exchange.call_back);
        assert_int_equal(p.exchange.routes_n, 0);
        assert_false(p.exchange.missed_off);
        assert_false(p.exchange.customers);
    }
}

static void every_fault_is_named_by_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *section, *path, *says;
    } rows[] = {
        {"[]", "binotel", "object"},
        {"{'line':['901']}", "binotel.line", ""},
        {"{'lines':[]}", "binotel.lines", ""},
        {"{'lines':['901','Inna']}", "binotel.lines[1]", "must be digits"},
        {"{'lines':[901]}", "binotel.lines[0]", ""},
        {"{'routes':[{'caller':'known'}]}", "binotel.routes[0].route", "missing"},
        {"{'routes':[{'route':'x'}]}", "binotel.routes[0].route", "must be digits"},
        {"{'routes':[{'route':'1','caller':'a friend'}]}", "binotel.routes[0].caller", "known"},
        {"{'routes':[{'route':'1','hours':'late'}]}", "binotel.routes[0].hours", "closed"},
        {"{'routes':[{'route':'1','lines':'busy'}]}", "binotel.routes[0].lines", "needs \"lines\""},
        {"{'next_visit':'{whom}'}", "binotel.next_visit", "whom"},
        {"{'transfer':'+380501234567'}", "binotel.transfer", "must be digits"},
        {"{'call_back':''}", "binotel.call_back", ""},
        {"{'missed_calls':'yes'}", "binotel.missed_calls", "true or false"},
        {"{'customers':1}", "binotel.customers", "true or false"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct profile p = {0};
        struct profile_faults f = {0};
        assert_int_equal(booked_read(packs, with(rows[i].section), &p, &f), ERR_CONFIG);
        if (!booked_has_fault(&f, rows[i].path, rows[i].says))
            fail_msg("%s: no fault at %s", rows[i].section, rows[i].path);
    }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_of_it_is_read),
        TEST(without_it_only_missed_calls_are_requests),
        TEST(every_fault_is_named_by_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
