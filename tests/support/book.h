/* book - visits as the tests of the appointment book make them: at the salon, on 3 December 2026. */
#ifndef HOLOS_TESTS_BOOK_H
#define HOLOS_TESTS_BOOK_H

#include "store/booking.h"
#include "tests/support/storage.h"

#define BOOK_NOON  INT64_C(1796299200) /* 2026-12-03T12:00:00Z */
#define BOOK_NOW   ((BOOK_NOON - 86400) * 1000)
#define BOOK_HOUR  INT64_C(3600)
#define BOOK_PHONE "+380501234567"
#define BOOK_OTHER "+380670000001"

extern const struct booking_actor book_staff; /* at BOOK_NOW */

struct booking_part book_part(const char *who, int64_t from_s, int minutes, int buffer);

/* One part of 90 minutes. */
struct visit book_visit(const char *who, int64_t from_s, const char *phone);

/* Each is one transaction; a refusal is committed, too: it must have written nothing. */
enum err book_try_add(struct storage *t, struct visit *v) must_check;
enum err book_try_move(struct storage *t, int64_t id, struct booking_part to) must_check;
enum err book_try_cancel(struct storage *t, int64_t id) must_check;

/* These fail the test if they cannot. */
struct visit book_added(struct storage *t, const char *who, int64_t from_s, const char *phone);
struct visit book_got(struct storage *t, int64_t id);

#endif
