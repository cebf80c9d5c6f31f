/* exchange - what a turn leaves for the telephone exchange to be asked (store/exchange-task.h), in the
 * transaction of its answer. */
#ifndef HOLOS_CALLS_EXCHANGE_H
#define HOLOS_CALLS_EXCHANGE_H

#include "calls/turn.h"

/* The line of a person that takes the caller after this answer; NULL: none does. */
const char *exchange_line(const struct call_turn *t);

/* The turn's transfer, if it has one: the caller is handed over when the answer has been heard. One that
 * hung up is gone, and whoever brings calls otherwise hands them over itself (BINOTEL_TRANSFER). */
enum err exchange_hand_over(struct call_turn *t, struct why *why) must_check;

/* A client told a name: for the exchange's address book, where the profile wants it. */
enum err exchange_keep_customer(struct call_turn *t, const char *name, struct why *why) must_check;

#endif
