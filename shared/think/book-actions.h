/* book-actions - private to the model's tools for the book: what those of book-actions.c (times, offers,
 * confirming) and of book-action-visits.c (the visits that there are) have in common. */
#ifndef HOLOS_THINK_BOOK_ACTIONS_H
#define HOLOS_THINK_BOOK_ACTIONS_H

#include "base/buf.h"
#include "think/action.h"
#include "think/book.h"

#define BOOK_ACTIONS_TEXT ((size_t)8 * 1024) /* of what a model is told */

struct book_desk book_actions_desk(const struct action_call *call);

/* It is not done; `told` says why, NULL: there was no memory for it. `asks`: what the caller has to be
 * asked for now. */
enum err book_actions_refuse(struct action_result *ret, enum asks asks,
                             const char *told) must_check;

/* The store's fault: the model says so. */
enum err book_actions_trouble(struct action_result *ret, enum err e) must_check;

/* "Friday 2026-12-04 10:00". */
void book_actions_put_when(struct buf *b, const struct profile *p, int64_t second);

/* In E.164; "" as it is not told, or no number. */
const char *book_actions_number(const struct action_call *call, const char *told);

/* The visit by its id, if the caller may see it; NULL: no. `phone` and `name` as for book_visits. */
enum err book_actions_visit(const struct action_call *call, const char *id, const char *phone,
                            const char *name, const struct visit **ret) must_check;

/* There is none such: neither number nor name is told to be wrong. */
enum err book_actions_refuse_visit(const struct action_call *call, const char *phone,
                                   const char *name, struct action_result *ret) must_check;

#endif
