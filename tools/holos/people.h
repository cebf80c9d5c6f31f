/* people - private to tools/holos: what callers said and who they are, shown or masked. */
#ifndef HOLOS_TOOL_PEOPLE_H
#define HOLOS_TOOL_PEOPLE_H

#include "store/call.h"
#include "store/lead.h"
#include "tools/holos/tool.h"

extern const struct option_row people_masked; /* the row of --masked */

/* `s` as it may be shown: under --masked without the middle of telephone numbers. NULL stays. */
const char *people_text(struct tool *t, const char *s);

/* Members of an open JSON object. */
void people_put_call(struct tool *t, struct jsonw *w, const struct call *c);
void people_put_lead(struct tool *t, struct jsonw *w, const struct lead *l);

/* A time as ISO 8601, null for 0. */
void people_put_time(struct jsonw *w, const char *name, int64_t ms);

/* When it started, until its end or its last activity; -1 if nothing is known. */
int64_t people_call_ms(const struct call *c);

#endif
