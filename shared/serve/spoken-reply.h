/* spoken-reply - what the handlers that speak have in common: the sound inside JSON, and sending the
 * bytes of a delivery that was seen before. */
#ifndef HOLOS_SERVE_SPOKEN_REPLY_H
#define HOLOS_SERVE_SPOKEN_REPLY_H

#include "calls/turn.h"
#include "serve/reply.h"
#include "store/delivery.h"
#include "wire/jsonw.h"

extern const char json_type[];   /* application/json */
extern const char ndjson_type[]; /* application/x-ndjson */

/* Writes a value: the sound as base64 text, or null if `wav` is NULL. The sound is not copied. */
void spoken_reply_sound(struct jsonw *w, struct body *body, const void *wav, size_t len);

/* The same for the whole answer of a turn. ERR_MEMORY. */
enum err spoken_reply_answer(struct jsonw *w, struct body *body, struct call_turn *c) must_check;

/* Writes "took_ms": the stages that ran and the whole so far, in milliseconds. */
void spoken_reply_times(struct jsonw *w, const struct call_turn *c);

/* Makes `reply` the stored one. */
void spoken_reply_again(struct reply *reply, const struct delivery_reply *stored);

#endif
