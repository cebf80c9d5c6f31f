#include "calls/exchange.h"

#include <string.h>

#include "base/settings.h"
#include "base/text.h"
#include "store/exchange-task.h"
#include "think/action.h"

#define EXCHANGE  "binotel" /* the source of its calls */
#define LETTER_MS 75        /* of an answer that is spoken */

const char *exchange_line(const struct call_turn *t)
{
    const char *end = effects_end(&t->effects);
    bool wanted = end != NULL && strcmp(end, action_transfer) == 0;

    return wanted ? action_transfer_line(t->spoken, &t->local) : NULL;
}

enum err exchange_hand_over(struct call_turn *t, struct why *why)
{
    const struct exchange_task task = {
        .what = EXCHANGE_TRANSFER, .line = t->transfer, .number = t->call.caller};
    int64_t letters = 0;

    if (t->transfer == NULL || call_status_ends(t->call.status) ||
        strcmp(t->call.source, EXCHANGE) != 0 || !setting_on(SET_BINOTEL_TRANSFER))
        return ERR_OK;
    for (const char *p = t->said; *p != '\0'; letters++)
        (void)text_next(&p);
    return exchange_task_add(t->app->store, t->arena, t->call.id, &task,
                             t->turn.answered_ms + letters * LETTER_MS, why);
}

enum err exchange_keep_customer(struct call_turn *t, const char *name, struct why *why)
{
    const struct exchange_task task = {
        .what = EXCHANGE_CUSTOMER, .number = t->call.caller, .name = name};

    if (!t->spoken->exchange.customers || t->call.client_id == 0 ||
        strcmp(t->call.source, EXCHANGE) != 0)
        return ERR_OK;
    return exchange_task_add(t->app->store, t->arena, t->call.id, &task, t->turn.answered_ms, why);
}
