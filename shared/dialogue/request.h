/* brain - private to the rule-based brain (rules.c, request.c, name.c): its memory and its turn. */
#ifndef HOLOS_DIALOGUE_REQUEST_H
#define HOLOS_DIALOGUE_REQUEST_H

#include "base/buf.h"
#include "dialogue/rules.h"

#define BRAIN_NAME_MAX 100  /* bytes of a client's name */
#define BRAIN_WISH_MAX 1000 /* bytes of a wish */

/* What was asked last. The names in brain.c must follow. */
enum brain_at {
    AT_IDLE,    /* nothing in particular */
    AT_OFFER,   /* whether a request shall be taken */
    AT_ELSE,    /* whether there is anything else */
    AT_NAME,    /* from here on a request is being taken */
    AT_PHONE,   /* a number */
    AT_CONFIRM, /* whether the number of the call will do */
    AT_WISH,    /* what it is about */
    AT__MAX
};

/* What is kept between the turns of a call. Texts are never NULL. */
struct brain {
    enum brain_at at;
    int misses; /* turns in a row that were not understood */
    int tries;  /* how often the step's question was put again */
    int rule;   /* the rule spoken last, for "say that again"; -1: none */
    bool name_done, phone_done, wish_done;
    bool not_own; /* the caller does not want to be called at the number of the call */
    const char *name, *phone;
    const char *wish;  /* everything said for the request, or before an offer was accepted */
    const char *heard; /* pieces of a number that is not whole yet */
};

struct brain_turn {
    struct arena *arena;
    const struct rules_ask *ask;
    const struct profile *profile;
    const char *folded; /* ask->words */
    int words;          /* how many */
    struct brain b;
    struct buf say;
    bool end;       /* the call ends with this answer */
    bool no_memory; /* something was refused; the turn's result is void */
    bool has_request;
    struct rules_request request;
};

/* An unreadable state, or one of another version, is an empty one. ERR_MEMORY. */
enum err brain_load(struct arena *a, const struct profile *p, const char *state,
                    struct brain *ret) must_check;
enum err brain_save(struct arena *a, const struct brain *b, const char **ret) must_check;

/* Adds a phrase, filled in, to the answer. NULL adds nothing. */
void brain_say(struct brain_turn *t, const char *phrase);

/* Do the caller's words hold one of the stems' sets? In the second, only if they are few: a long
 * sentence means something else by the same word. */
bool brain_hears(const struct brain_turn *t, const struct stems *sets, size_t n);
bool brain_hears_short(const struct brain_turn *t, const struct stems *sets, size_t n, int words);

/* Does the caller take leave: in few words, or at the end of many? */
bool brain_hears_goodbye(const struct brain_turn *t);

/* A copy of at most `max` bytes, cut between characters; "" when the arena refuses. */
const char *brain_keep(struct brain_turn *t, const char *s, size_t n, size_t max);

/* Adds words to the wish, as a sentence of their own; what does not fit is cut off. */
void brain_add_wish(struct brain_turn *t, const char *words);

/* The caller's name, out of the words' original letters, into *ret (NULL: none) and what was said
 * after it into *ret_rest ("" if nothing).
 *   name_told     after one of the profile's name_is, anywhere
 *   name_answered as the answer to "what is your name?"; none if it is a whole sentence */
void name_told(struct brain_turn *t, const char **ret, const char **ret_rest);
void name_answered(struct brain_turn *t, const char **ret, const char **ret_rest);

/* Taking a request (request.c). correct: after one was taken, its name or number is said to be wrong;
 * false if it is not, else a further request mends it. begin: `rule` is what led to it, NULL for the wish for a person or
 * an accepted offer; `about` are words that belong to the wish, NULL if none do. */
void request_begin(struct brain_turn *t, const struct rule *rule, const char *about);
bool request_correct(struct brain_turn *t);
void request_turn(struct brain_turn *t);

/* request - the steps of taking a request, shared by request.c (the answers to its questions) and
 * request-aside.c (what may be said at any step). Private to the rule-based brain. */

#define REQUEST_TRIES     2 /* a question is put again so often; then what there is will do */
#define REQUEST_FEW_WORDS 3 /* a no, or the breaking off of a wish */

/* What was said. A name told as such, a number anywhere in the words: taken if it is there. */
void request_set_name(struct brain_turn *t, const char *name);
bool request_holds_number(struct brain_turn *t);
bool request_take_number(struct brain_turn *t);
bool request_take_told_name(struct brain_turn *t);

/* Words that answer something else are kept for the wish if they are more than a few. */
bool request_keep_words(struct brain_turn *t);

/* May the caller be called at the number of this call? */
bool request_knows_own_number(const struct brain_turn *t);

/* The question of the step the turn is at. */
const char *request_question(const struct brain_turn *t);

/* Goes to a step, with its tries anew; asks what is missing, or hands over when nothing is. */
void request_leave(struct brain_turn *t, enum brain_at at);
void request_next_step(struct brain_turn *t);
void request_hand_over(struct brain_turn *t);

/* Does what was said break off, correct, repeat or interrupt? False: it answers the question. */
bool request_aside(struct brain_turn *t);

#endif
