#include "net/retry.h"

#include <assert.h>

/* Which statuses are worth another try, as bits. */
enum {
    S401 = 1 << 0, /* with a fresh token */
    S408 = 1 << 1,
    S409 = 1 << 2,
    S429 = 1 << 3,
    S500 = 1 << 4,
    S503 = 1 << 5,
    S504 = 1 << 6,
    S5XX = 1 << 7, /* every other from 500 on */
    SERVER = S500 | S503 | S504 | S5XX,
};

/* Which failures without a reply are. */
enum network {
    NETWORK_UNSENT, /* only if nothing had left this machine */
    NETWORK_ANY,
};

static const struct {
    int statuses;
    enum network network;
    int tries;                /* in all, the first one too */
    int tries_401, tries_500; /* of a 401 and of a 500; 0: like the others */
    int first_ms, most_ms;
    int growth_percent;
    bool obeys; /* x-should-retry */
} rows[RETRY__MAX] = {
    [RETRY_TOKEN] = {SERVER | S429, NETWORK_ANY, 4, 0, 0, 500, 4000, 200, false},
    [RETRY_SPEECH] = {S401 | S429 | S500 | S503 | S504, NETWORK_ANY, 2, 2, 2, 100, 60000, 130,
                      false},
    [RETRY_READ] = {S401 | S429 | S500 | S503, NETWORK_ANY, 6, 2, 0, 1000, 32000, 200, false},
    [RETRY_WRITE] = {S401 | S429 | S503, NETWORK_UNSENT, 6, 2, 0, 1000, 32000, 200, false},
    [RETRY_MODEL] = {SERVER | S408 | S409 | S429, NETWORK_ANY, 3, 0, 0, 500, 8000, 200, true},
    [RETRY_LOCAL] = {S503, NETWORK_UNSENT, 3, 0, 0, 500, 1000, 200, false},
    [RETRY_TELEGRAM] = {SERVER | S429, NETWORK_ANY, 10, 0, 0, 1000, 60000, 200, false},
};

static int bit_of(int status)
{
    static const struct {
        int status, bit;
    } bits[] = {{401, S401}, {408, S408}, {409, S409}, {429, S429},
                {500, S500}, {503, S503}, {504, S504}};

    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if (bits[i].status == status)
            return bits[i].bit;
    return status >= 500 ? S5XX : 0;
}

static bool may_status(enum retry_kind kind, const struct retry_case *what)
{
    int tries = rows[kind].tries;

    if (rows[kind].obeys && what->should_retry != HTTP_UNSAID)
        return what->should_retry == HTTP_SAYS_YES && what->tries < tries;
    if (what->status == 401 && rows[kind].tries_401 > 0)
        tries = rows[kind].tries_401;
    if (what->status == 500 && rows[kind].tries_500 > 0)
        tries = rows[kind].tries_500;
    return (rows[kind].statuses & bit_of(what->status)) != 0 && what->tries < tries;
}

/* Only what happened on the way may go better next time: not our own faults, not a stop. */
static bool may_error(enum retry_kind kind, const struct retry_case *what)
{
    if (what->err != ERR_PEER && what->err != ERR_DEADLINE)
        return false;
    if (rows[kind].network == NETWORK_UNSENT && what->sent)
        return false;
    return what->tries < rows[kind].tries;
}

/* What was asked for, else the row's growing wait less up to a quarter. */
static int64_t wait_of(enum retry_kind kind, const struct retry_case *what)
{
    int64_t ms = rows[kind].first_ms;

    if (what->err == ERR_OK && what->status == 401)
        return 0;
    if (what->err == ERR_OK && what->retry_after_ms >= 0)
        return what->retry_after_ms;
    for (int i = 1; i < what->tries && ms < rows[kind].most_ms; i++)
        ms = ms * rows[kind].growth_percent / 100;
    ms = ms < rows[kind].most_ms ? ms : rows[kind].most_ms;
    return ms - ms * what->chance / 1024;
}

enum retry_verdict retry_judge(enum retry_kind kind, const struct retry_case *what,
                               int64_t *ret_wait_ms)
{
    assert(what->tries >= 1 && kind >= 0 && kind < RETRY__MAX);
    bool may = what->err == ERR_OK ? may_status(kind, what) : may_error(kind, what);
    if (!may)
        return RETRY_NO;
    int64_t wait = wait_of(kind, what);
    if (wait > what->left_ms)
        return RETRY_NO;
    *ret_wait_ms = wait;
    return what->err == ERR_OK && what->status == 401 ? RETRY_NEW_TOKEN : RETRY_AGAIN;
}
