/* What the model is told of each action, in the caller's language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/made.h"
#include "tests/support/scratch.h"
#include "think/action.h"

/* A profile may replace a text only where its pack has one: the pack says which names there are. */
static void each_shipped_pack_describes_every_action_and_input(void **state)
{
    (void)state;
    const struct profile_packs *packs = made_packs(&arena);

    for (size_t i = 0; i < packs->n; i++)
        for (const struct action *const *act = actions; *act != NULL; act++) {
            const struct profile_pack *pack = &packs->pack[i];
            if (profile_action_text(&pack->has, (*act)->name, NULL) == NULL)
                fail_msg("%s lacks prompt.actions.%s.about", pack->label, (*act)->name);
            for (size_t k = 0; k < ACTION_INPUTS && (*act)->input[k].name != NULL; k++)
                if (profile_action_text(&pack->has, (*act)->name, (*act)->input[k].name) == NULL)
                    fail_msg("%s lacks prompt.actions.%s.inputs.%s", pack->label, (*act)->name,
                             (*act)->input[k].name);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_shipped_pack_describes_every_action_and_input),
    };
    return cmocka_run_group_tests_name("think/action-texts", tests, scratch_setup,
                                       scratch_teardown);
}
