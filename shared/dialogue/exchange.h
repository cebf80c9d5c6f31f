/* exchange - what the telephone exchange reports about calls: statuses and Binotel's own webhooks
 * (binotel.md 10.3, steps 4 to 6). Each event takes effect once. */
#ifndef HOLOS_DIALOGUE_EXCHANGE_H
#define HOLOS_DIALOGUE_EXCHANGE_H

#include "calls/app.h"
#include "providers/binotel.h"

/* Acts on a webhook of the real PBX (any request but BINOTEL_CONTRACT) and writes the JSON answer,
 * to the byte. An error is only returned when the PBX shall send it again: apiCallCompleted that
 * could not be stored. For everything else the answer is a success, and `why` says for the log
 * what was wrong, if something was. */
enum err exchange_event(struct app *h, struct arena *a, const struct binotel_event *ev,
                        struct deadline d, struct buf *answer, struct why *why) must_check;

#endif
