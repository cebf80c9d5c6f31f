#include "tests/cases/cases.h"

struct call kept_call(const char *external_id)
{
    struct call call = {0};
    struct why why = {0};

    if (call_find(the_door->app.store, the_door->arena, "binotel", external_id, &call, &why) !=
        ERR_OK)
        fail_msg("the call is not kept: %s", why.text);
    return call;
}

size_t kept_turns(const struct call *call, struct turn **ret)
{
    size_t n = 0;

    assert_int_equal(turns_of_call(the_door->app.store, the_door->arena, call->id, ret, &n, NULL),
                     ERR_OK);
    return n;
}

int cases_run(const char *door_name)
{
    const struct {
        const char *name;
        const struct CMUnitTest *tests;
        size_t n;
    } groups[] = {
        {"incoming", cases_incoming, cases_incoming_n},
        {"turn", cases_turn, cases_turn_n},
        {"call-end", cases_call_end, cases_call_end_n},
        {"service", cases_service, cases_service_n},
    };
    int failed = 0;
    char name[64];

    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        (void)snprintf(name, sizeof name, "cases/%s/%s", door_name, groups[i].name);
        failed += _cmocka_run_group_tests(name, groups[i].tests, groups[i].n, NULL, NULL);
    }
    return failed;
}
