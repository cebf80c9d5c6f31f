/* profiles - the businesses of a folder and the language packs that they use, read from their
 * files.
 *
 * A fault in one file stops only its business: a substitute takes its place, which apologises to
 * its callers (business/profile.h). Packs are looked for in the folder `languages` beside the
 * profiles, over those that ship with the program: what an older or changed one lacks is taken from
 * the shipped one, and one with a fault is not used at all where a shipped one can serve. */
#ifndef HOLOS_CALLS_PROFILES_H
#define HOLOS_CALLS_PROFILES_H

#include "business/profile.h"

#define PROFILES_MAX 256 /* files in the folder */

struct profiles {
    struct profile *profile; /* the sound ones by name, then the substitutes by name */
    size_t n;
    struct profile_packs packs;
    struct profile_faults faults; /* of every file */
};

/* Where they are read from, and how. */
struct profiles_from {
    const char *folder;
    const char *shipped; /* the folder of the packs that ship */
    /* Of a business whose own file cannot be read, language, country and time zone are those of the
     * profile of this name, else the language that of VOICE_LANGUAGE. */
    const char *default_name;
    /* provider_check_voices; NULL: this program uses no vendor's voice, so the voices are not looked at */
    enum err (*check_voices)(struct arena *a, const struct profile *p, const char **ret_path,
                             const char **ret_text);
};

/* Reads a folder. A fault in a profile is not an error.
 * ERR_CONFIG: more than PROFILES_MAX files, the only fault in ret->faults; ERR_NOT_FOUND or ERR_IO
 * of the folder; ERR_MEMORY. Everything lives in the arena. */
enum err profiles_load(struct arena *a, const struct profiles_from *from,
                       struct profiles *ret) must_check;

/* The folder of the packs that ship, by the settings. */
const char *profiles_shipped(void);

/* "salon.json: hours.mon[0]: must be ..." NULL when the arena refuses. */
const char *profiles_fault_text(struct arena *a, const struct profile_fault *f);

#endif
