/* tool - private to tools/holos: what a verb is, what it is given, how it ends. */
#ifndef HOLOS_TOOL_H
#define HOLOS_TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "store/store.h"
#include "tools/holos/options.h"
#include "wire/jsonw.h"

enum tool_exit {
    EXIT_FINE = 0,
    EXIT_FAULT = 1,      /* not found, a fault was found, or it will not go better by itself */
    EXIT_USAGE = 100,    /* the command was not understood */
    EXIT_TEMPORARY = 111 /* the same command may succeed later */
};

struct tool {
    const struct verb *verb;
    struct options options;
    struct arena arena;
    struct buf out; /* standard output; written at the end, or by tool_flush */
    bool json;      /* --json was given */
    struct why why;
};

struct verb {
    const char *name;
    const char *operands;              /* as in the synopsis: "CALL", "[TEXT]"; "" for none */
    int operands_least, operands_most; /* how many */
    const struct option_row *options;  /* ends with a name of NULL; NULL: none */
    bool takes_json;                   /* has --json besides its own */
    bool bears_bad_settings;           /* runs although a setting is wrong */
    const char *about;                 /* one line */
    const char *help;                  /* paragraphs, each line at most 80 columns */
    int (*run)(struct tool *t);
};

/* Says the error with its sentence on standard error; returns the exit code it means. */
int tool_fail(struct tool *t, enum err e);

/* The same with a sentence of the verb's own. */
int tool_refuse(struct tool *t, int code, const char *format, ...) printf_like(3, 4);

/* Writes what is in `out` to standard output and empties it. ERR_IO when it is not taken. */
enum err tool_flush(struct tool *t);

/* The operands from `first` on in one: a telephone number may be written in several words. */
const char *tool_joined(struct tool *t, int first);

/* An age ("7d") or a day of this machine's calendar ("2026-11-20") as a time. ERR_VALUE. */
enum err tool_since(const char *text, int64_t *ret, struct why *why) must_check;

/* Opens the store of HOLOS_DB; closed by the caller. */
enum err tool_store(struct tool *t, struct store **ret) must_check;

/* Deletes the sounds that belong to calls (speech/cache.h), but for those of calls that go on. */
enum err tool_drop_sounds(struct tool *t, struct store *s, struct why *why) must_check;

/* Puts HOLOS_DB and its value before the sentence of why the store was not to be had. */
void tool_store_fault(struct tool *t, enum err e);

/* Starts and ends the one JSON document in `out`. */
void tool_json(struct tool *t, struct jsonw *ret);
int tool_json_end(struct tool *t);

extern const struct verb verb_backup, verb_binotel, verb_book, verb_call, verb_calls, verb_check,
    verb_client, verb_env, verb_excuse, verb_forget, verb_leads, verb_migrate, verb_profile,
    verb_purge, verb_routes, verb_say, verb_settings, verb_show, verb_stats, verb_sweep,
    verb_understand, verb_urls;

#endif
