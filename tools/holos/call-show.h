/* call-show - private to tools/holos: a call as it is shown, to a person while it happens or to a
 * program at its end. */
#ifndef HOLOS_TOOL_CALL_SHOW_H
#define HOLOS_TOOL_CALL_SHOW_H

#include "tools/holos/gateway.h"
#include "tools/holos/play.h"

struct call_show {
    struct gateway *g;
    struct play play;
    struct jsonw json;
    const volatile sig_atomic_t *stop;
    bool text;  /* for a person */
    bool typed; /* standard input is a terminal: what is typed stands there already */
    bool prompted;
    bool player; /* a player was found */
    const char *sent;
    enum gateway_kind sent_kind; /* GATEWAY__MAX: the greeting, nothing was sent */
    size_t unsaid;
    size_t replies;
};

/* Sets the gateway's callbacks too. */
void call_show_init(struct call_show *c, struct gateway *g, const volatile sig_atomic_t *stop);
void call_show_ringing(struct call_show *c);
void call_show_hint(struct call_show *c);
void call_show_prompt(struct call_show *c);
void call_show_note(struct call_show *c, const char *text);
void call_show_sent(struct call_show *c, enum gateway_kind kind, const char *value);
/* Waits until the sounds are played. ERR_IO when what is printed is no longer read. */
enum err call_show_answer(struct call_show *c, const struct gateway_answer *a) must_check;
void call_show_unsaid(struct call_show *c, size_t n);
void call_show_end(struct call_show *c, bool goes_on, bool by_signal, bool told);

#endif
