/* contract - the voice-bot contract: how a telephone gateway brings calls.
 *
 * A gateway speaks with us as Binotel does, and Binotel's own events may come on the same routes
 * (binotel.h). Its calls are those of the exchange: what the exchange reports of a call ends it. */
#ifndef HOLOS_LINES_CONTRACT_H
#define HOLOS_LINES_CONTRACT_H

#include "lines/line.h"

/* incoming-call: JSON or a form with callID, externalNumber, internalNumber; answered with JSON
 * that holds the greeting as text and as WAV. */
extern const struct line contract_greeting;

/* audio-stream: multipart/form-data with callID and one of audio, text and digits; answered with
 * one JSON object, or, if the request accepts application/x-ndjson, with one per sentence. */
extern const struct line contract_turn;

/* call-status: JSON or a form with callID and status; the whole answer of that route. A status or a
 * call that is not known is success all the same, and logged. */
enum err contract_status(struct app *app, const struct request *request, struct response *response,
                         struct why *why) must_check;

#endif
