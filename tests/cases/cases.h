/* cases - the HTTP cases, one list for every door. */
#ifndef HOLOS_TESTS_CASES_H
#define HOLOS_TESTS_CASES_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "store/call.h"
#include "store/lead.h"
#include "tests/cases/door.h"

#define CASE(f) cmocka_unit_test(f)

extern const struct CMUnitTest cases_incoming[], cases_turn[], cases_call_end[], cases_service[];
extern const size_t cases_incoming_n, cases_turn_n, cases_call_end_n, cases_service_n;

/* The call as the store has it; fails the test if it has not. */
struct call kept_call(const char *external_id);

/* Its turns, oldest first; returns how many. */
size_t kept_turns(const struct call *call, struct turn **ret);

#endif
