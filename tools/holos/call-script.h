/* call-script - private to tools/holos: what a caller says, line by line, from the command line or
 * as it is typed. */
#ifndef HOLOS_TOOL_CALL_SCRIPT_H
#define HOLOS_TOOL_CALL_SCRIPT_H

#include "tools/holos/call-show.h"
#include "tools/holos/caller.h"

/* The words of one turn, and what is sent for them. */
struct call_line {
    enum gateway_kind kind;
    const char *words;
    const char *sent; /* the file of their sound where they are spoken, else the words */
};

struct call_script {
    struct call_line line[OPTIONS_GIVEN];
    size_t n;
};

/* What the options give, in their order; nothing is spoken yet. Returns the exit code: not
 * EXIT_FINE, and the reason told, for what cannot be sent: a call must not break in its middle. */
int call_script_read(struct tool *t, struct call_script *ret);

/* Makes the sounds of all lines that are spoken. */
enum err call_script_speak(struct call_script *s, struct caller *c, struct call_show *show,
                           const volatile sig_atomic_t *stop) must_check;

/* Deletes them again: the call was not answered. */
void call_script_forget(const struct call_script *s);

/* A typed line: words, or by how it begins something else. With --aloud words are spoken. */
struct call_line call_line_typed(const struct tool *t, const char *text);

/* Why it cannot be sent; NULL if it can. */
const char *call_line_wrong(const struct call_line *l);

/* Makes its sound if it is spoken. Errors as caller_speak. */
enum err call_line_speak(struct call_line *l, struct caller *c, struct call_show *show) must_check;

#endif
