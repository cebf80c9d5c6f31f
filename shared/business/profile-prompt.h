/* profile-prompt - the "prompt" of a profile: what a model is told before it talks for the
 * business. Read and checked with the profile; think/prompt.h fills it. docs/profiles.md is the
 * author's manual. */
#ifndef HOLOS_BUSINESS_PROFILE_PROMPT_H
#define HOLOS_BUSINESS_PROFILE_PROMPT_H

#include <stddef.h>

/* Its texts, X(name, required, most bytes, what its braces may hold). A text may be written as a
 * list of lines. */
#define PROFILE_PROMPT(X)                                                                          \
    X(system, true, 12000,                                                                         \
      "business address phone hours answers more "                                                 \
      "book no_book")                                                                              \
    X(more, false, 6000, "")    /* what only this business tells: prices, terms */                 \
    X(no_book, false, 4000, "") /* {no_book} of a business that keeps no book */                   \
    X(now, true, 1000, "weekday date time hours_today")                                            \
    X(client_name, true, 500, "name")    /* the client's name is known */                          \
    X(client_calls, false, 500, "calls") /* they called before */                                  \
    X(number_known, true, 500, "")       /* the number that calls is known */                      \
    X(number_hidden, true, 500, "")      /* it is not */                                           \
    X(request_left, false, 500, "wish")  /* requests were passed on in this call */                \
    X(last_turns, true, 500, "turns")    /* the call will soon reach its limit */                  \
    X(opening, true, 200, "")            /* stands for the caller until they speak */              \
    X(closed, true, 60, "")              /* in {hours}: a day on which it is closed */             \
    X(all_day, true, 60, "")             /* in {hours}: from midnight to midnight */

/* What an action is for, or what one of its inputs is. */
struct profile_action_text {
    const char *action;
    const char *input; /* NULL: the action itself */
    const char *text;
};

struct profile_prompt {
#define X(name, required, most, holds) const char *name;
    PROFILE_PROMPT(X)
#undef X
    const char *const *weekdays;               /* 7, Monday first */
    const char *const *months;                 /* 12, as in a date: "листопада" */
    const struct profile_action_text *actions; /* profile_action_text finds one */
    size_t actions_n;
};

#endif
