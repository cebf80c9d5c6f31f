/* request - private to the rules (rules.c, rules-line.c, request.c, name.c): their memory, a turn, and the steps of
 * taking a request for a person. */
#ifndef HOLOS_THINK_REQUEST_H
#define HOLOS_THINK_REQUEST_H

#include "base/buf.h"
#include "think/actions.h"
#include "think/book.h"
#include "think/rules.h"
#include "think/understand.h"

/* What was asked last. The names in rules.c must follow. */
enum rules_step {
    STEP_IDLE,          /* nothing in particular */
    STEP_OFFER,         /* whether a request shall be taken */
    STEP_ANYTHING_ELSE, /* whether there is anything else */
    STEP_NAME,          /* from here on a request is being taken */
    STEP_PHONE,         /* a number */
    STEP_CONFIRM,       /* whether the number of the call will do */
    STEP_WISH,          /* what it is about */
    STEP__MAX
};

/* What the book's conversation keeps (book-talk.h). Places are those of the catalogue; minutes are of
 * the local day, -1: not told. */
enum book_doing { BOOK_NOTHING, BOOK_BOOKING, BOOK_MOVING, BOOK_CANCELLING, BOOK_ASKED };

struct book_talk {
    enum book_doing doing;
    enum asks asked;
    enum intent about; /* BOOK_ASKED: what the caller wants to know of a service */
    enum intent also;  /* and what else; INTENT_NONE */
    int service[CATALOGUE_VISIT_SERVICES];
    size_t services;
    int among[UNDERSTOOD_CHOICES]; /* the services, or specialists, that were asked about */
    size_t among_n;
    int specialist;
    bool any_specialist; /* the caller does not mind, or was asked */
    day_number day[BOOK_DAYS];
    size_t days;
    bool nearest, any_day; /* the caller's own words for when */
    bool or_next_week;     /* see struct when */
    int time, from, to;
    bool for_other, identifies; /* identifies: number and name of a visit are asked for */
    const char *name, *phone;   /* as told in this conversation; "" */
    int64_t visit;              /* to be moved or cancelled */
    int64_t offer;              /* the chosen one */
    int offers;                 /* how many times, or visits, were told to choose from */
    int tries;                  /* how often the question was put again */
    const char *last;           /* what was asked, for "say that again" */
};

/* What is kept between the turns of a call. Texts are never NULL. */
struct rules_state {
    enum rules_step at;
    int misses; /* turns in a row that were not understood */
    int tries;  /* how often the step's question was put again */
    int rule;   /* the rule spoken last, for "say that again"; -1: none */
    bool name_done, phone_done, wish_done;
    bool not_own; /* the caller does not want to be called at the number of the call */
    const char *name, *phone;
    const char *wish;     /* everything said for the request, or before an offer was accepted */
    const char *heard;    /* pieces of a number that is not whole yet */
    const char *about;    /* the question whose rule the request follows; "" if it has no name */
    const char *passed;   /* the wish of the request that was handed over last */
    const char *language; /* of the profile that spoke: `rule` counts within it */
    int told;             /* of what the rule needs: WANT_BIT */
    struct book_talk book;
    int asked;               /* enum want_kind that was asked for last; WANT__MAX: none */
    struct rules_open model; /* but for `cancel`, which is in `book` */
};

struct rules_turn {
    struct arena *arena;
    const struct rules_ask *ask;
    const struct profile *profile;
    const char *folded; /* ask->words */
    int words;          /* how many */
    struct rules_state b;
    struct buf say;
    struct buf shared; /* the same without what is the caller's */
    enum err err;      /* of the store; the turn's result is void, too */
    bool no_memory;    /* something was refused; the turn's result is void */
    struct effects effects;
};

/* Runs an action with its inputs' values. A refusal for memory voids the turn. */
void rules_run(struct rules_turn *t, const struct action *act,
               const char *const values[static ACTION_INPUTS], struct action_result *ret);

/* The call ends with this answer. */
void rules_end(struct rules_turn *t);

/* Adds a phrase, filled in, to the answer. NULL adds nothing. */
void rules_say(struct rules_turn *t, const char *phrase);

/* Adds a text as it is; `shared` is the same without what is the caller's. */
void rules_say_text(struct rules_turn *t, const char *text, const char *shared);

/* Do the caller's words hold one of the stems' sets? In the second, only if they are few: a long
 * sentence means something else by the same word. */
bool rules_hears(const struct rules_turn *t, const struct stems *sets, size_t n);
bool rules_hears_short(const struct rules_turn *t, const struct stems *sets, size_t n, int words);

/* Does the caller take leave? A farewell is a line that is one, or the end of one that asks nothing;
 * not a word inside a question or before what it is about (rules-line.c). */
bool rules_hears_goodbye(const struct rules_turn *t);

/* The same at the end of a line that asks something, too. */
bool rules_also_leaves(const struct rules_turn *t);

/* Do the caller's words tell anything beside a yes, a no and politeness: when, a number, or a wish
 * that a rule knows? */
bool rules_tells_more(const struct rules_turn *t);

/* The folded words behind those that begin a correction: "ні, краще на суботу". NULL: it is none. */
const char *rules_correction(const struct rules_turn *t);

/* A copy of at most `max` bytes, cut between characters; "" when the arena refuses. */
const char *rules_keep(struct rules_turn *t, const char *s, size_t n, size_t max);

/* Adds words to the wish, as a sentence of their own; what does not fit is cut off. */
void rules_add_wish(struct rules_turn *t, const char *words);

/* Taking a request (request.c).
 * correct: right after a request its name or number is said to be wrong. False: it is not. Else a
 *     further request mends the first.
 * change: the same of its wish.
 * begin: `rule` led to it; NULL: the caller asked for a person or accepted an offer. `about`: words
 *     that belong to the wish; NULL: none. */
void request_begin(struct rules_turn *t, const struct rule *rule, const char *about);
bool request_correct(struct rules_turn *t);
bool request_change(struct rules_turn *t);
void request_turn(struct rules_turn *t);

#endif
