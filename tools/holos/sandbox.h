/* sandbox - private to tools/holos: the stand-ins that `make run SANDBOX=1` serves with.
 *
 * serve-here leaves what they say of themselves in "<store>-sandbox" for as long as it runs. */
#ifndef HOLOS_TOOL_SANDBOX_H
#define HOLOS_TOOL_SANDBOX_H

#include "net/http.h"
#include "speech/utterance.h"
#include "tools/holos/tool.h"

/* The control port; 0: there is no sandbox beside this store. */
int sandbox_port(struct arena *a);

/* This recording says that: `samples` as the recogniser gets them, which is how they are known.
 * ERR_PEER, ERR_DEADLINE: there is no answer any more; ERR_VALUE: it was not taken; ERR_MEMORY. */
enum err sandbox_register(struct http *h, struct arena *a, int port, const struct utterance *u,
                          const char *text, struct why *why) must_check;

#endif
