#include "dialogue/settle.h"

enum err settle_fault(const struct conversation *c, struct why *why)
{
    if (c->unkept.err == ERR_OK)
        return ERR_OK;
    return why_set(why, c->unkept.err, "%s", c->unkept.why.text);
}

bool settle_is_due(const struct conversation *c)
{
    return c->unkept.err == ERR_OK && store_in_transaction(c->house->store);
}

/* Turn 0 is the greeting: nobody was heard yet. */
static void tell_heard(struct conversation *c)
{
    if (c->on_heard == NULL || c->heard_told || c->turn.n == 0)
        return;
    c->heard_told = true;
    c->on_heard(c->to, c->turn.heard);
}

enum err settle(struct conversation *c, struct why *why)
{
    if (settle_is_due(c))
        c->unkept.err = store_commit(c->house->store, &c->unkept.why);
    if (c->unkept.err == ERR_OK)
        tell_heard(c);
    return settle_fault(c, why);
}
