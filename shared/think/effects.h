/* effects - what a turn changes: a request for a person, a name that was learned, the end of the
 * call, a visit that is booked, moved or cancelled.
 *
 * A stage that thinks puts effects on the turn's list; nothing has happened by that. The list is
 * committed with the turn's answer, all of it or nothing (calls/turn.c). An answer that is thrown
 * away takes its list with it. */
#ifndef HOLOS_THINK_EFFECTS_H
#define HOLOS_THINK_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EFFECTS_MAX 8 /* of one turn */

enum effect_kind {
    EFFECT_LEAD,         /* a person shall call back: lead */
    EFFECT_CLIENT_NAME,  /* the caller told a name: name */
    EFFECT_END,          /* the call ends with this answer: reason */
    EFFECT_BOOK,         /* a time that was offered is confirmed: book */
    EFFECT_CANCEL_VISIT, /* visit_id */
    EFFECT_ASK_CANCEL,   /* a model asked whether visit_id shall be cancelled: kept for the yes */
    EFFECT_DROP_OFFERS   /* the caller wants none of what was offered */
};

struct effect_lead {
    const char *name, *phone, *wish; /* "" where the caller gave none; phone in E.164 */
};

/* An offer of this call and of an earlier turn becomes a visit, or moves the one that it was made for;
 * then only the offer counts. "" and NULL: not told. */
struct effect_book {
    int64_t offer_id;
    const char *name;
    const char *phone; /* E.164, of the caller */
    bool for_other;    /* the name is another person's */
    const char *note;
    const char *language; /* that the client speaks: "uk" */
};

struct effect {
    enum effect_kind kind;
    union {
        struct effect_lead lead;
        struct effect_book book;
        int64_t visit_id;
        const char *name;
        const char *reason; /* "goodbye", "wrong_number", ...: kept as the call's end_reason */
    };
};

struct effects { /* all zero at first */
    struct effect effect[EFFECTS_MAX];
    size_t n;
};

/* Puts it on the list, in the place of one of the same kind if there is one. */
void effects_put(struct effects *list, struct effect what);

/* Takes the one of this kind off the list, if there is one. */
void effects_drop(struct effects *list, enum effect_kind kind);

/* Is anything on the list that cannot be said again without being done twice? That the call ends, and
 * that it lets its offers go, is not done until the answer is committed. */
bool effects_are_done(const struct effects *list);

/* Does the book change? What is said of that may reach the caller only after the commit: another may
 * have been quicker, or the disk be full. */
bool effects_change_book(const struct effects *list);

/* What of them, one by one; NULL: not on the list. */
const struct effect_lead *effects_lead(const struct effects *list);
const char *effects_client_name(const struct effects *list);
/* 0: not on the list. */
int64_t effects_ask_cancel(const struct effects *list);
const char *effects_end(const struct effects *list);
const struct effect_book *effects_book(const struct effects *list);
int64_t effects_cancelled_visit(const struct effects *list); /* 0 */
bool effects_drop_offers(const struct effects *list);

#endif
