/* understand-inside - private to understand*.c: a line while it is being understood. */
#ifndef HOLOS_THINK_UNDERSTAND_INSIDE_H
#define HOLOS_THINK_UNDERSTAND_INSIDE_H

#include "business/book-words.h"
#include "business/said.h"
#include "think/request.h"
#include "think/understand.h"

struct understand_line {
    struct arena *arena;
    const struct understand_ask *ask;
    const struct profile *profile;
    const struct book_words *words; /* of the book */
    struct rules_ask rules_ask;
    struct rules_turn rules; /* the same line for rules-line.c */
    struct said said;        /* `taken`: words that told a day, a time or the caller's name */
    bool named[SAID_WORDS];  /* words of `said` that named a service or a specialist */
    struct understood got;
    enum said_how hears_book; /* denied: "не записуйте" */
    bool denies_change;       /* "не скасовуйте", "не переносьте" */
};

/* A list of stems of the profile or its book: is it in the line? */
#define UNDERSTAND_HEARS(line, of, list) said_hears(&(line)->said, (of)->list, (of)->list##_n)

/* Does the line tell anything a visit consists of? */
bool understand_tells(const struct understand_line *l);

/* May anything be wished for now: was nothing in particular asked? */
bool understand_may_wish(enum asks asked);

/* Sets `intent` and `rule`; all else is known by then (understand-intent.c). ERR_MEMORY. */
enum err understand_intent(struct understand_line *l) must_check;

/* Sets `answer`, `drops`, `other`, `earlier`, `later`, `again`, `thanks`, `corrects` and `adds`; the
 * intent is known by then (understand-answer.c). */
void understand_answer(struct understand_line *l);

#endif
