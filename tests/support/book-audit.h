/* book-audit - is the appointment book in order? Asked by plain SQL with Debian's sqlite3, which shares
 * nothing with the code under test: what a specialist's or a client's time is, is worked out anew from
 * the bookings' times. */
#ifndef HOLOS_TESTS_BOOK_AUDIT_H
#define HOLOS_TESTS_BOOK_AUDIT_H

#include "tests/support/storage.h"

/* The first question whose answer is not 0; NULL: all is in order. */
const char *book_audit_finding(struct storage *t);

/* Fails the test with it. Returns how many questions there were. */
int book_audit(struct storage *t);

#endif
