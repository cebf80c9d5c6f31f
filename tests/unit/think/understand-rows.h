/* understand-rows - what callers say about visits and what it means, for understand.t.
 *
 *     SAID(business, language, what was asked, "what the caller says", "what it means")
 *
 * It is Tuesday, 1 December 2026, 10:00. The businesses are tests/profiles/visits-NAME.json, open from 9
 * to 20, on Saturday from 10 to 18. Three times or visits were offered, if that was asked. What it
 * means is, in this order:
 *
 *     the intent             as `holos understand` writes it; nothing for none
 *     +service               each that was named
 *     ?service,service       those that could be meant
 *     unknown                a service that is not there
 *     =id, anyone, !id       a specialist, any of them, not this one
 *     days, @time, bounds    as in when-rows.h; also nearest, any, #choice, past, none
 *     name:, tel:            blanks of a name as _
 *     yes, no
 *     other-person, drops, other, earlier, later, again */
#ifndef HOLOS_TESTS_UNDERSTAND_ROWS_H
#define HOLOS_TESTS_UNDERSTAND_ROWS_H

#include "think/asks.h"

enum understand_business { BUSINESS_salon, BUSINESS_clinic, BUSINESS_barber, BUSINESS__MAX };

struct understand_row {
    enum understand_business business;
    const char *language;
    enum asks asked;
    const char *text, *means;
};

#define SAID(business, language, asked, text, means)                                               \
    {BUSINESS_##business, #language, ASKS_##asked, text, means},

#endif
