/* when-rows - phrases of callers and what they mean, for when.t.
 *
 *     SAID(language, what was asked, "what the caller says", "what it means")
 *
 * It is Tuesday, 1 December 2026, 10:00. The business is open from 9 to 20, on Saturday from 10 to
 * 18; on Sunday it is closed. Three times were offered, if that was asked. What it means is, in this
 * order: days (a year that is not 2026 before them), "or+7" for a weekday that is today, @ and the
 * time, "or" and a second one, bounds, nearest, any, # and the choice, past, none (no such day). */
#ifndef HOLOS_TESTS_WHEN_ROWS_H
#define HOLOS_TESTS_WHEN_ROWS_H

#include "language/when.h"

struct when_row {
    const char *language;
    enum when_asked asked;
    const char *text, *means;
};

#define WHEN_ASKED_NONE                    WHEN_ASKED_NOTHING
#define SAID(language, asked, text, means) {#language, WHEN_ASKED_##asked, text, means},

#endif
