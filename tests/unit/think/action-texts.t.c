/* What the model is told of each action, in the caller's language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/made.h"
#include "tests/support/scratch.h"
#include "think/action.h"

/* A pack that ships has better words for the actions that ship; an action that it does not know is told in
 * the words of its own file, so that a new one breaks no profile and needs no pack. */
static void each_action_that_the_shipped_packs_know_is_told_whole(void **state)
{
    (void)state;
    const struct profile_packs *packs = made_packs(&arena);
    size_t known = 0;

    for (size_t i = 0; i < packs->n; i++)
        for (const struct action *const *act = actions; *act != NULL; act++) {
            const struct profile_pack *pack = &packs->pack[i];
            assert_non_null((*act)->about);
            if (profile_action_text(&pack->has, (*act)->name, NULL) == NULL)
                continue;
            known++;
            for (size_t k = 0; k < ACTION_INPUTS && (*act)->input[k].name != NULL; k++)
                if (profile_action_text(&pack->has, (*act)->name, (*act)->input[k].name) == NULL)
                    fail_msg("%s lacks prompt.actions.%s.inputs.%s", pack->label, (*act)->name,
                             (*act)->input[k].name);
        }
    assert_true(known >= 6); /* end_call, ask_for_person, leave_request in two languages */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_action_that_the_shipped_packs_know_is_told_whole),
    };
    return cmocka_run_group_tests_name("think/action-texts", tests, scratch_setup,
                                       scratch_teardown);
}
