/* settings - what the operator decided, from the environment or from credential files.
 *
 * One table, settings.def, gives each setting's name, type, default, bounds and text; the man page
 * is made from it. A file of the setting's name in $CREDENTIALS_DIRECTORY (systemd's
 * LoadCredential) wins over the environment; its final newline is dropped. Loaded once, before any
 * request. */
#ifndef HOLOS_BASE_SETTINGS_H
#define HOLOS_BASE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

enum setting {
#define TEXT(name, preset, secret, text)              SET_##name,
#define NUMBER(name, preset, least, most, unit, text) SET_##name,
#define SWITCH(name, preset, text)                    SET_##name,
#include "base/settings.def"
#undef TEXT
#undef NUMBER
#undef SWITCH
    SET__MAX
};

enum setting_type { SETTING_TEXT, SETTING_NUMBER, SETTING_SWITCH };

struct setting_row {
    const char *name;
    enum setting_type type;
    const char *preset; /* the default, as text */
    int64_t least, most;
    const char *unit; /* of a number, else "" */
    bool secret;
    const char *text;
};

/* The table, SET__MAX rows in the order of the enum. */
const struct setting_row *settings_table(void);

/* Reads every setting. On ERR_CONFIG `why` names the first that is wrong, what it may be, and the
 * others keep their values. Values stay valid until the next load. Not thread-safe. */
enum err settings_load(struct why *why) must_check;

/* Frees every value (a leak checker's peace at the end of a program). */
void settings_forget(void);

/* The value; the type must be the row's (asserted). A text is never NULL. */
const char *setting_text(enum setting s);
int64_t setting_number(enum setting s);
bool setting_on(enum setting s);

/* Was it given (in the environment or as a credential), or is it the default? */
bool setting_given(enum setting s);

enum setting_from { SETTING_DEFAULT, SETTING_ENVIRONMENT, SETTING_CREDENTIAL };

/* Where the value was read. */
enum setting_from setting_from(enum setting s);

#endif
