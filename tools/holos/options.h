/* options - private to tools/holos: reads a verb's command line by its table. Pure.
 *
 * "--name VALUE", "--name=VALUE", "-o VALUE", "--" ends the options, "-" is an operand. What was
 * given is kept in its order, because a call's --say and --keys are said in the order they stand. */
#ifndef HOLOS_TOOL_OPTIONS_H
#define HOLOS_TOOL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"

#define OPTIONS_GIVEN    256
#define OPTIONS_OPERANDS 16

struct option_row {
    const char *name;  /* without dashes */
    char letter;       /* '\0': none */
    const char *value; /* what its value is called in the help; NULL: it takes none */
    const char *about;
};

struct option_given {
    const struct option_row *row;
    const char *value; /* NULL if it takes none */
};

struct options {
    struct option_given given[OPTIONS_GIVEN];
    size_t n;
    const char *operand[OPTIONS_OPERANDS];
    int operands;
};

/* `tables` are the option tables that hold here, NULL-terminated. ERR_VALUE: an unknown option (why
 * names those that are allowed), a value missing or too much, more than can be held. */
enum err options_parse(const struct option_row *const *tables, int argc, char *const argv[],
                       struct options *ret, struct why *why) must_check;

/* The last value given, or `preset`. For an option without value: options_has. */
const char *options_text(const struct options *o, const char *name, const char *preset);
bool options_has(const struct options *o, const char *name);

/* A whole number within bounds; ERR_VALUE says what it may be. Untouched if not given. */
enum err options_number(const struct options *o, const char *name, int64_t least, int64_t most,
                        int64_t *ret, struct why *why) must_check;

/* A length of time: "36h", "90d", "12w", "6m" (a month is 30 days), at least 1 and at most 100
 * years. ERR_VALUE. */
enum err options_age_ms(const char *text, int64_t *ret, struct why *why) must_check;

#endif
