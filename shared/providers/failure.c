#include "providers/failure.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static enum failure_next next_of(enum err e)
{
    switch ((int)e) {
    case ERR_PEER:
    case ERR_DEADLINE:
        return FAILURE_AGAIN;
    case ERR_CONFIG:
        return FAILURE_OPERATOR;
    case ERR_FORMAT:
    case ERR_VALUE:
    case ERR_TOO_BIG:
        return FAILURE_REQUEST;
    default:
        return FAILURE_BROKEN;
    }
}

enum err failure_set(struct failure *f, enum failure_next next, enum err e, const char *format, ...)
{
    char text[sizeof f->why.text];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    f->next = next;
    (void)why_set(&f->why, e, "%s", text);
    return failure_close(f, e);
}

enum err failure_close(struct failure *f, enum err e)
{
    if (e != ERR_OK && f->next == FAILURE_UNJUDGED)
        f->next = next_of(e);
    f->err = e;
    f->hard = f->hard || f->mute || e == ERR_CONFIG || f->next == FAILURE_LATER ||
              f->next == FAILURE_OPERATOR;
    return e;
}

/* Without a reply, only what happened on the way may go better next time: not our own faults. */
static bool is_worth_it(const struct failure *f, const struct failure_retry *how)
{
    if (f->status == 0 && f->err == ERR_DEADLINE && !how->after_timeout)
        return false;
    if (how->local_server && f->status != 503 && f->sent)
        return false;
    if (how->honours_should_retry && f->said != HTTP_UNSAID)
        return f->said == HTTP_SAYS_YES;
    return f->next == FAILURE_AGAIN || f->next == FAILURE_LATER;
}

static int64_t wait_of(const struct failure *f, const struct failure_retry *how, int tries,
                       uint8_t chance)
{
    int64_t ms = how->first_ms;

    if (f->wait_ms > 0)
        return f->wait_ms;
    for (int i = 1; i < tries && ms < how->most_ms; i++)
        ms = ms * how->growth_percent / 100;
    ms = ms < how->most_ms ? ms : how->most_ms;
    return ms - ms * chance / 1024;
}

bool failure_again(const struct failure *f, const struct failure_retry *how, int tries,
                   uint8_t chance, int64_t *ret_wait_ms)
{
    assert(tries >= 1);
    bool renew = f->next == FAILURE_RENEW;
    if (f->mute) /* a caller does not wait in silence twice */
        return false;
    if (renew ? tries >= FAILURE_TOKENS
              : f->next == FAILURE_OTHER || f->next == FAILURE_OPERATOR || tries >= how->tries ||
                    !is_worth_it(f, how))
        return false;
    *ret_wait_ms = renew ? 0 : wait_of(f, how, tries, chance);
    return true;
}
