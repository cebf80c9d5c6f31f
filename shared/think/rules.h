/* rules - answers by rules: words in, words out, by the profile alone.
 *
 * They answer when nothing is configured, and come last when a model is. Their memory of
 * a call is one small JSON text that the caller keeps between turns. They know: the profile's rules
 * (first hit wins), goodbye, wanting a person, not understanding (twice: offers to take a request),
 * and taking a request over several turns (name, number, wish), which can be broken off or
 * corrected, and in which a goodbye still ends the call. */
#ifndef HOLOS_THINK_RULES_H
#define HOLOS_THINK_RULES_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"
#include "business/profile.h"
#include "store/call.h"
#include "think/asks.h"
#include "think/effects.h"

struct env;

struct rules_ask {
    const struct profile *profile;
    const char *words;        /* what the caller said; never empty */
    const char *state;        /* as returned by the turn before; "" at first */
    const char *caller_phone; /* E.164, or NULL if the number is unknown */
    const char *client_name;  /* as known from earlier calls; NULL or "" if not */
    const struct tm *local;
    struct env *env; /* for actions that ask a vendor; NULL: the call is over */
    /* The call is over: no question will be put again, so what the caller said is kept in the wish
     * of the request that was being taken. */
    bool unheard;
};

struct rules_answer {
    const char *say;
    const char *shared; /* the same without the caller's name and number */
    const char *state;
    enum asks asks;         /* what the caller is to answer now */
    struct effects effects; /* to be committed with the turn */
};

/* ERR_MEMORY, or the store's error where the business keeps a book. An unreadable state counts as
 * none. */
enum err rules_answer(struct arena *a, const struct rules_ask *ask,
                      struct rules_answer *ret) must_check;

/* What the state's last answer asked: what it asks still, when nothing was heard. ERR_MEMORY only. */
enum err rules_asked(struct arena *a, const struct profile *p, const char *state,
                     enum asks *ret) must_check;

/* What a model's last answer left open. It is kept in the same state, so that a silence is asked again,
 * a pressed key chooses, and a yes is known for what it is, by the rules too. */
struct rules_open {
    struct asks_open open;
    int64_t cancel; /* the visit that it asked about, whether it shall be cancelled; 0: none */
    int64_t keyed;  /* bit N: the key that was pressed in turn N chose one of the choices */
};

/* Nothing of a state that a model has not written. ERR_MEMORY only, both. The second gives the state
 * that it becomes. */
enum err rules_left_open(struct arena *a, const struct profile *p, const char *state,
                         struct rules_open *ret) must_check;
enum err rules_leave_open(struct arena *a, const struct profile *p, const char *state,
                          const struct rules_open *open, const char **ret_state) must_check;

/* The request that was being taken when the call broke off: *ret_has is false if there was none, or
 * too little of it to be of use. ERR_MEMORY. */
enum err rules_unfinished(struct arena *a, const struct profile *p, const char *state,
                          const char *caller_phone, bool *ret_has,
                          struct effect_lead *ret) must_check;

/* The words that pressed keys stand for in this profile; NULL if none of them means anything. Nine
 * digits or more are a telephone number and stay digits. */
const char *rules_words_of_keys(struct arena *a, const struct profile *p, const char *keys);

/* The words that a turn stands for: what was heard, or what the pressed keys mean in this profile;
 * a longer row of digits is a number and stays one. In the arena, or the turn's own. */
const char *rules_words(struct arena *a, const struct profile *p, const struct turn *t);

/* The same for the turn that is being answered: where the last answer, of this state, put a choice, a
 * pressed digit is one. ERR_MEMORY only. */
enum err rules_words_now(struct arena *a, const struct profile *p, const struct turn *t,
                         const char *state, const char **ret) must_check;

/* What a pressed key chose of what a model left open; NULL: nothing. In `open`. */
const char *rules_key_chose(const struct turn *t, const struct rules_open *open);

#endif
