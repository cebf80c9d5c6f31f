#include "tests/support/book-audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Cells of five minutes of what has (id, profile, specialist, from_s, to_s). */
#define CELLS_OF(rows)                                                                             \
    "WITH RECURSIVE c (id, profile, specialist, cell, last) AS (SELECT id, profile, specialist,"   \
    " from_s / 300, (to_s + 299) / 300 - 1 FROM (" rows                                            \
    ") UNION ALL SELECT id, profile, specialist, cell + 1, last FROM c WHERE cell < last) "
#define BOOKED                                                                                     \
    "SELECT b.visit_id AS id, v.profile, b.specialist, b.start_s AS from_s, b.free_s AS to_s"      \
    " FROM booking AS b JOIN visit AS v ON v.id = b.visit_id WHERE v.state = 'booked'"
#define AT_CLIENTS                                                                                 \
    "SELECT v.id, v.profile, v.phone AS specialist, min(b.start_s) AS from_s, max(b.end_s) AS"     \
    " to_s FROM booking AS b JOIN visit AS v ON v.id = b.visit_id WHERE v.state = 'booked'"        \
    " AND v.phone <> '' AND v.for_other = 0 GROUP BY v.id"
/* Two lists, made once each: most rows of a long test are cancelled visits. */
#define PAIRS(x, y, on)                                                                            \
    "WITH a AS MATERIALIZED (" x "), b AS MATERIALIZED (" y                                        \
    ") SELECT count(*) FROM a JOIN b ON" on MEET
#define BLOCKED "SELECT id, profile, specialist, from_s, to_s FROM block"
#define HELD                                                                                       \
    "SELECT o.call_id AS id, g.profile, p.specialist, p.start_s AS from_s, p.free_s AS to_s"       \
    " FROM offering AS g JOIN offer AS o ON o.call_id ="                                           \
    " g.call_id JOIN offer_part AS p ON p.offer_id = o.id"
/* Without those that move a visit: what it has already is kept by its booking alone. */
#define KEPT HELD " WHERE move_visit IS NULL"
#define MEET                                                                                       \
    " a.profile = b.profile AND a.specialist = b.specialist AND a.from_s < b.to_s"                 \
    " AND b.from_s < a.to_s"
#define PLACE                                                                                      \
    "(SELECT group_concat(text, ', ') FROM (SELECT specialist || ' ' || strftime("                 \
    "'%Y-%m-%dT%H:%M:%SZ', start_s, 'unixepoch') AS text FROM booking WHERE visit_id = v.id"       \
    " ORDER BY n))"
/* Of a visit's changes of place, each with the one before it. */
#define STEPS                                                                                      \
    "(SELECT visit_id, id, what, was, became, lag(became) OVER w AS before, lag(what) OVER w AS"   \
    " before_what, row_number() OVER w AS step FROM booking_history WHERE what <> 'noted'"         \
    " WINDOW w AS (PARTITION BY visit_id ORDER BY id))"

static const struct {
    const char *what;
    const char *sql;
} questions[] = {
    {"two visits have the same time of a specialist", PAIRS(BOOKED, BOOKED, " a.id < b.id AND")},
    {"a part of a visit overlaps another of it",
     "SELECT count(*) FROM booking AS a JOIN booking AS b ON a.visit_id = b.visit_id AND a.n < b.n"
     " AND a.end_s > b.start_s"},
    {"a visit lies in a block", PAIRS(BOOKED, BLOCKED, "")},
    {"two blocks overlap", PAIRS(BLOCKED, BLOCKED, " a.id < b.id AND")},
    {"a visit lies in what another was offered", PAIRS(BOOKED, KEPT, "")},
    {"an offer lies in a block", PAIRS(BLOCKED, KEPT, "")},
    {"two calls were offered the same time", PAIRS(KEPT, KEPT, " a.id < b.id AND")},
    {"one client is at two visits at once", PAIRS(AT_CLIENTS, AT_CLIENTS, " a.id < b.id AND")},
    {"a visit does not have its cells",
     CELLS_OF(BOOKED) "SELECT count(*) FROM c WHERE NOT EXISTS (SELECT 1 FROM occupied AS o JOIN"
                      " booking AS b ON b.id = o.booking_id WHERE o.profile = c.profile AND"
                      " o.specialist = c.specialist AND o.cell = c.cell AND b.visit_id = c.id)"},
    {"a cell is kept for a booking that does not need it",
     CELLS_OF(BOOKED) "SELECT (SELECT count(*) FROM occupied WHERE booking_id IS NOT NULL) -"
                      " (SELECT count(*) FROM (SELECT DISTINCT profile, specialist, cell FROM c))"},
    {"a block does not have its cells",
     CELLS_OF(BLOCKED) "SELECT count(*) FROM c WHERE NOT EXISTS (SELECT 1 FROM occupied AS o WHERE"
                       " o.profile = c.profile AND o.specialist = c.specialist AND o.cell = c.cell"
                       " AND o.block_id = c.id)"},
    {"a cell is kept for a block that does not need it",
     CELLS_OF(BLOCKED) "SELECT (SELECT count(*) FROM occupied WHERE block_id IS NOT NULL) -"
                       " (SELECT count(*) FROM c)"},
    {"an offer does not have its cells",
     CELLS_OF(KEPT) "SELECT count(*) FROM c WHERE NOT EXISTS"
                    " (SELECT 1 FROM occupied AS o WHERE o.profile = c.profile AND o.specialist ="
                    " c.specialist AND o.cell = c.cell AND o.call_id = c.id)"},
    {"a cell is kept for an offer that does not need it",
     CELLS_OF(HELD) "SELECT count(*) FROM occupied AS o WHERE call_id IS NOT NULL AND NOT EXISTS"
                    " (SELECT 1 FROM c WHERE o.profile = c.profile AND o.specialist ="
                    " c.specialist AND o.cell = c.cell AND o.call_id = c.id)"},
    {"a client does not have the cells of a visit",
     CELLS_OF(AT_CLIENTS) "SELECT count(*) FROM c WHERE NOT EXISTS (SELECT 1 FROM client_cell AS o"
                          " WHERE o.profile = c.profile AND o.phone = c.specialist AND o.cell ="
                          " c.cell AND o.visit_id = c.id)"},
    {"a client's cell is kept for nothing",
     CELLS_OF(AT_CLIENTS) "SELECT (SELECT count(*) FROM client_cell) - (SELECT count(*) FROM c)"},
    {"a visit has no booking",
     "SELECT count(*) FROM visit WHERE id NOT IN (SELECT visit_id FROM booking)"},
    {"a booking says another thing than its visit",
     "SELECT count(*) FROM booking AS b JOIN visit AS v ON v.id = b.visit_id WHERE b.profile <>"
     " v.profile OR b.booked <> (v.state = 'booked') OR b.start_s < v.start_s OR b.end_s > "
     "v.end_s"},
    {"a visit's times are not those of its bookings",
     "SELECT count(*) FROM visit AS v WHERE start_s <> (SELECT min(start_s) FROM booking WHERE"
     " visit_id = v.id) OR end_s <> (SELECT max(end_s) FROM booking WHERE visit_id = v.id)"},
    {"a visit's bookings are not numbered on",
     "SELECT count(*) FROM (SELECT 1 FROM booking GROUP BY visit_id HAVING min(n) <> 0 OR max(n) <>"
     " count(*) - 1)"},
    {"a visit's history does not begin with its booking, or has two",
     "SELECT count(*) FROM visit AS v WHERE (SELECT count(*) FROM booking_history WHERE visit_id ="
     " v.id AND what = 'booked') <> 1 OR (SELECT what || was FROM booking_history WHERE visit_id ="
     " v.id ORDER BY id LIMIT 1) <> 'booked'"},
    {"a change does not begin where the one before it ended",
     "SELECT count(*) FROM " STEPS
     " WHERE step > 1 AND (was <> before OR before_what = 'cancelled')"},
    {"a visit's history does not end where the visit is",
     "SELECT count(*) FROM visit AS v JOIN (SELECT visit_id, max(id) AS id FROM booking_history "
     "WHERE"
     " what <> 'noted' GROUP BY visit_id) AS l ON l.visit_id = v.id JOIN booking_history AS h ON"
     " h.id = l.id WHERE (state = 'cancelled') <> (what = 'cancelled')"
     " OR iif(what = 'cancelled', was, became) <> " PLACE},
    {"a change was not told to the sheet, or twice",
     "SELECT count(*) FROM visit AS v WHERE (SELECT count(*) FROM outbox WHERE visit_id = v.id AND"
     " kind = 'sheet' AND state <> 'sent') > 1 OR NOT EXISTS (SELECT 1 FROM outbox WHERE visit_id ="
     " v.id AND kind = 'sheet' AND json_extract(payload, '$.visit') = v.id AND "
     "json_extract(payload,"
     " '$.what') = (SELECT what FROM booking_history WHERE visit_id = v.id ORDER BY id DESC LIMIT "
     "1))"},
    {"a call that has ended has offers", "SELECT count(*) FROM offering AS o JOIN call AS c ON "
                                         "c.id = o.call_id WHERE c.ended_ms > 0 AND"
                                         " c.state = ''"},
    {"a call has an empty list of offers",
     "SELECT count(*) FROM offering WHERE call_id NOT IN (SELECT call_id FROM offer)"},
    {"a row names another that is not there", "SELECT count(*) FROM pragma_foreign_key_check"},
    {"the file is damaged",
     "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"},
};

#define QUESTIONS (sizeof questions / sizeof *questions)

const char *book_audit_finding(struct storage *t)
{
    for (size_t i = 0; i < QUESTIONS; i++)
        if (strcmp(storage_sql(t, questions[i].sql), "0") != 0)
            return questions[i].what;
    return NULL;
}

int book_audit(struct storage *t)
{
    const char *found = book_audit_finding(t);

    if (found != NULL)
        fail_msg("the book: %s", found);
    return (int)QUESTIONS;
}
