/* figures - the rows that report/ counts: calls, turns, requests and visits, without a word that was said.
 *
 * What "today" and "active" mean is not decided here: see report/report.h. */
#ifndef HOLOS_STORE_FIGURES_H
#define HOLOS_STORE_FIGURES_H

#include "store/call.h"
#include "store/store.h"

enum figures_stage { STAGE_HEAR, STAGE_THINK, STAGE_SPEAK, STAGE_TOTAL, STAGE__MAX };

enum figures_kind { FIGURES_CALL, FIGURES_TURN, FIGURES_LEAD, FIGURES_VISIT, FIGURES__MAX };

struct figures_row {
    enum figures_kind kind;
    const char *profile; /* valid until the next row */
    int64_t at_ms;       /* when it began; a lead or a visit: when it was made */
    /* of a call */
    enum call_status status;
    int64_t active_ms; /* its last turn or status; 0: it has ended */
    /* of a turn */
    int n;                  /* 0: the greeting */
    int64_t us[STAGE__MAX]; /* -1: the stage did not run */
    int64_t faults, cost_microusd;
};

/* Hands every call, turn, lead and visit since `since_ms` to `take`, and every call that has not ended,
 * whenever it began. Reads in small pieces, and writers may write in between; no
 * statement stays open for long. An error of `take` ends it and is returned. */
enum err figures_each(struct store *s, int64_t since_ms,
                      enum err (*take)(void *of, const struct figures_row *row), void *of,
                      struct why *why) must_check;

#endif
