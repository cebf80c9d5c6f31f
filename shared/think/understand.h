/* understand - what the rules make of one line of a caller of a business that keeps a book. Pure: it
 * looks at the words, the profile, the clock and what was asked; not at the store.
 *
 * `holos understand` shows it, the dialogue of the book (book.h) works on it. */
#ifndef HOLOS_THINK_UNDERSTAND_H
#define HOLOS_THINK_UNDERSTAND_H

#include "base/arena.h"
#include "base/err.h"
#include "business/catalogue.h"
#include "language/when.h"
#include "think/asks.h"

/* X(name, text of `holos understand`). The first that fits, in the order in which they are tried:
 * understand.c says it. */
#define INTENTS(X)                                                                                 \
    X(NONE, "")                                                                                    \
    X(BOOK, "book")                                                                                \
    X(MOVE, "move")                                                                                \
    X(CANCEL, "cancel")                                                                            \
    X(MINE, "mine")                                                                                \
    X(PRICE, "price")                                                                              \
    X(LENGTH, "length")                                                                            \
    X(WHO, "who")                                                                                  \
    X(PERSON, "person")                                                                            \
    X(GOODBYE, "goodbye")                                                                          \
    X(RULE, "rule")

enum intent {
#define X(name, text) INTENT_##name,
    INTENTS(X)
#undef X
};

enum understood_answer { ANSWER_NONE, ANSWER_YES, ANSWER_NO };

#define UNDERSTOOD_CHOICES 12 /* services that a word could mean */

struct understand_ask {
    const struct profile *profile; /* with a book; of the language that is spoken */
    const char *words;             /* as heard, or what keys stand for */
    const struct tm *local;
    enum asks asked; /* by the reply before */
    int offers;      /* how many times or visits it offered, with CHOICE and WHICH */
    /* Services among which it asked, with SERVICE: the answer may be only what tells them apart. */
    const int *among;
    size_t among_n;
};

struct understood {
    enum intent intent;
    enum intent also;                      /* with PRICE: LENGTH, if both are asked */
    const struct rule *rule;               /* with INTENT_RULE */
    int service[CATALOGUE_VISIT_SERVICES]; /* places in the catalogue, in the order said */
    size_t services;
    int could_be[UNDERSTOOD_CHOICES]; /* a word that completes none of these: to be asked about */
    size_t could_be_n;
    bool unknown_service;  /* asked for the service, words that fit none */
    int specialist;        /* -1: none was named */
    bool any_specialist;   /* "будь-хто" */
    int not_specialist;    /* denied; -1 */
    bool other_specialist; /* "до іншого майстра": somebody else than was offered */
    struct when when;
    const char *name;  /* NULL */
    const char *phone; /* E.164; NULL */
    enum understood_answer answer;
    int choice; /* 1 to offers, or WHEN_LAST; 0 */
    int shift;  /* "на годину пізніше": minutes from the time that was told; 0 */
    bool for_other, drops, other, earlier, later, again, thanks;
    bool corrects;     /* "ні, краще ..." */
    enum asks changes; /* "інший день": DAY, TIME or SERVICE, and not to which; ASKS_NOTHING */
    bool adds;         /* the services are further ones: "і ще ...", "також" */
};

/* Everything lives in the arena. ERR_MEMORY. */
enum err understand(struct arena *a, const struct understand_ask *ask,
                    struct understood *ret) must_check;

#endif
