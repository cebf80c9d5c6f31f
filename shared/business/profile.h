/* profile - what a business is and says, read from its JSON file and checked. Pure.
 *
 * A profile is chosen by the called number. It holds what is this business; what every business of
 * its language says, hears and tells a model comes from the language's pack, a file of the same
 * shape that ships with the program. A member of the profile replaces the pack's: objects member by
 * member, lists whole. Every text a caller can hear stands in one of the two.
 *
 * Reading reports every fault at once, each with its path in the file ("rules[2].when[0]: ..."), so
 * that a person fixes the file in one go. Unknown names are faults (a misspelt setting must not be
 * silently ignored). For a business whose profile has a fault profile_substitute makes one that
 * apologises to its callers. docs/profiles.md is the author's manual. */
#ifndef HOLOS_BUSINESS_PROFILE_H
#define HOLOS_BUSINESS_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "base/arena.h"
#include "base/err.h"
#include "business/profile-prompt.h"

/* Every phrase that a profile or its pack must have, X(field). All may hold {business}, {address},
 * {phone} (of the business), {hours}, {hours_today}, {hours_tomorrow}, {open_now}; the request
 * phrases also {name} and {client_phone}. The open_ and closed_ phrases say what {hours_today}
 * becomes, those for tomorrow {hours_tomorrow}, now_ {open_now}. open_today, open_again and
 * open_tomorrow hold {from} and {to}. hours_words says what {hours} becomes. A new phrase breaks no profile if
 * the packs that ship have it. */
#define PROFILE_PHRASES(X)                                                                         \
    X(greeting)          /* turn 0 */                                                              \
    X(not_heard)         /* nothing heard: please repeat */                                        \
    X(not_understood)    /* no rule fits, first time */                                            \
    X(offer_request)     /* no rule fits again: shall I take a request for a person? */            \
    X(hearing_off)       /* sound came, but no recogniser is configured */                         \
    X(unheard)           /* sound came, but no recogniser answered: again, or press a key */       \
    X(unheard_request)   /* and again: a person will call back; the call ends */                   \
    X(unheard_wish)      /* what that person is told the call was about; not spoken */             \
    X(goodbye)           /* the caller said goodbye or needs nothing else */                       \
    X(goodbye_silence)   /* after limits.silences silent turns */                                  \
    X(goodbye_limit)     /* the call reached its minutes, turns, cents */                          \
    X(anything_else)     /* after something was done */                                            \
    X(listening)         /* yes, there is something else: go ahead */                              \
    X(request_begins)    /* request: a person was asked for, or the offer accepted */              \
    X(ask_name)          /* request: who is asking? */                                             \
    X(ask_phone)         /* request: which number to call back? (caller's number unknown) */       \
    X(ask_phone_again)   /* request: that was no number */                                         \
    X(confirm_phone)     /* request: shall we call back the number you call from? */               \
    X(ask_wish)          /* request: what about? */                                                \
    X(request_taken)     /* request: stored; a person will call back */                            \
    X(request_cancelled) /* request: the caller does not want it any more */                       \
    X(trouble)           /* something failed on our side: please say it again */                   \
    X(open_today)        /* {hours_today}: open {from} to {to} */                                  \
    X(open_again)        /* {hours_today}: joined on for each further interval, {from} {to} */     \
    X(open_all_day)      /* {hours_today}: open from midnight to midnight */                       \
    X(closed_today)      /* {hours_today}: closed */

/* Phrases that came later: a profile in a language without a pack does without them. */
#define PROFILE_LATER_PHRASES(X)                                                                   \
    X(hearing_off_number) /* hearing_off, and the caller's number is not known: key it in */       \
    X(open_tomorrow)      /* {hours_tomorrow}: open {from} to {to} */                              \
    X(all_day_tomorrow)   /* {hours_tomorrow}: open from midnight to midnight */                   \
    X(closed_tomorrow)    /* {hours_tomorrow}: closed */                                           \
    X(now_open)           /* {open_now}: open */                                                   \
    X(now_closed)         /* {open_now}: closed */                                                 \
    X(transferring)       /* the call is put through to a person now; holos leaves it */           \
    X(missed_wish)        /* nobody answered a call: what a person is told of it; not spoken */    \
    X(transfer_wish)      /* the caller could not be put through: the same; not spoken */

/* Phrases that only packs have: for the callers of a business whose profile has a fault. */
#define PROFILE_APOLOGIES(X)                                                                       \
    X(broken)         /* call later; the caller's number is not known */                           \
    X(broken_request) /* a person will call back */                                                \
    X(broken_wish)    /* what that person is told the call was about; not spoken */

enum rule_action {
    RULE_SAY,     /* say `say` and go on */
    RULE_REQUEST, /* say `say`, then take a request (name, number, wish) */
    RULE_GOODBYE, /* say `say` (or the goodbye phrase) and end the call */
    RULE_OFFER    /* say `say`, a question; a yes then takes a request */
};

struct stems {
    const char **stem; /* all must be in the caller's words; text_has_stem's language, and */
                       /* "==стоп": nothing else was said */
    size_t n;
};

/* What callers often ask for, by name: a rule may name it in place of its own stems. */
struct question {
    const char *name; /* a-z, _: "address" */
    struct stems *when;
    size_t n;
};

/* What a request cannot do without. */
enum want_kind { WANT_ROOM, WANT_HOUR, WANT_DAY, WANT__MAX };

struct want {
    enum want_kind kind;
    const char *say; /* asks for it */
};

#define RULE_WANTS 3

struct rule {
    const char *question; /* whose stems `when` are; NULL: they are the rule's own */
    struct stems *when;   /* any of them is enough */
    size_t n;
    const char *say; /* NULL only for RULE_GOODBYE: the goodbye phrase */
    enum rule_action action;
    bool asks_wish; /* RULE_REQUEST: `say` asks what is wanted, the next words are the answer */
    struct want want[RULE_WANTS]; /* RULE_REQUEST: asked for, one by one, until it was told */
    size_t wants;
};

struct hours {
    int from_min, to_min; /* minutes after local midnight, from < to <= 1440 */
};

#define PROFILE_HOURS_MAX 4 /* intervals a day */

struct day {
    struct hours open[PROFILE_HOURS_MAX];
    size_t n; /* 0: closed */
};

/* How {hours} is said. Lists are of 7 and begin with Monday. */
#define PROFILE_HOURS_WORDS(TEXT, LIST)                                                            \
    TEXT(every_day)  /* "щодня" */                                                            \
    TEXT(workdays)   /* from Monday to Friday: "у будні" */                                  \
    LIST(on)         /* "у понеділок" */                                                 \
    LIST(and_on)     /* the last of several: "та в понеділок" */                       \
    LIST(from)       /* the first of a row of days: "з понеділка" */                     \
    LIST(to)         /* its last: "по понеділок" */                                     \
    TEXT(and)        /* before `from`, when other days were named: "та" */                       \
    TEXT(open)       /* "з {from} до {to}" */                                                   \
    TEXT(open_again) /* joined on for each further interval */                                     \
    TEXT(all_day)    /* open from midnight to midnight */                                          \
    TEXT(closed)     /* a closed day */                                                            \
    TEXT(midnight)   /* in place of 24:00, also in {hours_today}: "півночі" */

struct hours_words {
#define TEXT(field) const char *field;
#define LIST(field) const char *const *field;
    PROFILE_HOURS_WORDS(TEXT, LIST)
#undef TEXT
#undef LIST
};

/* How a vendor shall speak for the business: voice.NAME. */
struct profile_voice {
    const char *by;              /* "google": the provider's name */
    const char *name;            /* of its voice: "uk-UA-Chirp3-HD-Leda" */
    double speaking_rate, pitch; /* 0: the voice's own */
    const char *const *effects;  /* "telephony-class-application" */
    size_t effects_n;
};

/* Where the exchange is to lead a call that comes in, if all that is named here holds. */
struct exchange_route {
    const char *caller; /* "known", "unknown": is it a client with a name or a visit? NULL: any */
    const char *hours;  /* "open", "closed" */
    const char *lines;  /* "busy": a call goes on on each of the people's lines; "free" */
    const char *route;  /* the scenario's number at the exchange */
};

#define EXCHANGE_LINES 32

/* What a telephone exchange (Binotel) is told and asked for on behalf of the business. */
struct exchange {
    const char *const *lines; /* of the people there: "901" */
    size_t lines_n;
    const struct exchange_route *routes; /* the first that fits counts */
    size_t routes_n;
    /* What people are shown of the caller's next visit; NULL: the bare facts. */
    const char *next_visit;
    /* The line that takes callers who want a person, within its hours; NULL: none. */
    const char *transfer;
    const char *call_back; /* the line that is connected with callers nobody answered; NULL: none */
    bool missed_off;       /* a call that nobody answered is no request */
    bool customers;        /* clients' names go into the exchange's address book */
};

#define PROFILE_VOICES    8
#define PROFILE_LANGUAGES 3 /* besides its own */

struct profile {
    const char *name;           /* file name without .json: a-z, 0-9, - */
    const char *business;       /* its own name, spoken */
    const char *const *numbers; /* called numbers it answers, as people write them */
    size_t numbers_n;
    const char *language;  /* the code of one of languages[]: "uk" */
    const char *locale;    /* BCP-47 of it, for vendors: "uk-UA" */
    const char *time_zone; /* tz database name */
    const char *country;   /* calling code, "380" */
    const char *address;
    const char *phone; /* of a person at the business; "" if none */
    struct {
        const char *espeak;
        int words_per_minute, pitch, rate;
        const char *coding;                      /* "pcm16", "mulaw", "alaw" */
        struct profile_voice by[PROFILE_VOICES]; /* vendors' */
        size_t by_n;
    } voice;
    struct {
        const char *model; /* of a recogniser that has several (Google's); "": its own choice */
        bool punctuation;
        const char *const *hints; /* words likely to be said, as they are written */
        size_t hints_n;
        const char *const *invented; /* what recognisers invent in silence; folded */
        size_t invented_n;
    } hear;
    struct day week[7]; /* Monday first */
    struct hours_words hours_words;
    struct {
        int minutes, turns;  /* of one call */
        int session_minutes; /* without activity until the session expires */
        int silences;        /* in a row until goodbye_silence */
        int cents;           /* US, that a call may cost before goodbye_limit; 0: no limit */
    } limits;
    struct {
#define X(field) const char *field;
        PROFILE_PHRASES(X)
        PROFILE_LATER_PHRASES(X)
        PROFILE_APOLOGIES(X)
#undef X
    } say;
    struct stems *goodbye; /* any: the caller says goodbye */
    size_t goodbye_n;
    struct stems *person; /* any: the caller wants a person */
    size_t person_n;
    struct stems *yes, *no;
    size_t yes_n, no_n;
    struct stems *thanks; /* any: the caller thanks; alone it ends nothing */
    size_t thanks_n;
    struct stems *more; /* any: to "anything else?", there is; stronger than a no */
    size_t more_n;
    struct stems *again; /* any: the caller wants to hear that once more */
    size_t again_n;
    /* while a request is taken */
    struct stems *cancel; /* any: no request after all */
    size_t cancel_n;
    struct stems *wrong, *wrong_name, *wrong_phone; /* any: the answer before was misheard */
    size_t wrong_n, wrong_name_n, wrong_phone_n;
    const char *const *name_is; /* what goes before a name anywhere: "мене звати"; folded */
    size_t name_is_n;
    const char *const *name_lead; /* what goes before it in an answer to "who is it?": "це" */
    size_t name_lead_n;
    const char *const *name_ends; /* words that no longer belong to a name: "і", "хочу" */
    size_t name_ends_n;
    const char *keys[12]; /* 0-9, *, #: words a pressed key stands for; NULL: nothing */
    const struct question *questions;
    size_t questions_n;
    struct rule *rules;
    size_t rules_n;
    const struct profile_prompt *prompt; /* NULL: no model talks for this business */
    const char *const *also; /* locales of the other languages that its callers may speak */
    size_t also_n;
    struct book *book; /* NULL: it keeps no book; business/catalogue.h. A pack's has words alone */
    struct exchange exchange;
    struct profile *others; /* the same business in its further languages, which have no others */
    size_t others_n;
    /* NULL; of a substitute: the first fault of the profile it stands for. Its hours and
     * rules are empty. Look here before you tell facts of the business. */
    const char *broken;
};

/* What every business of a language shares. What it lacks is NULL or 0 in `has`. */
struct profile_pack {
    const char *language; /* its file's name without .json: "uk" */
    const char *label;    /* as faults name the file */
    struct profile has;
};

struct profile_packs {
    const struct profile_pack *pack; /* each of another language */
    size_t n;
};

/* A file to be read, of a profile or a pack. */
struct profile_file {
    const char *name;  /* without .json */
    const char *label; /* as faults name it: "salon.json" */
    const char *text;
    size_t n;
    const struct profile_packs *packs; /* NULL: there are none */
};

struct profile_fault {
    const char *file; /* the label of the profile's file, or of the pack's */
    const char *path; /* in the file; "" for the file itself */
    const char *text; /* what is wrong and what it may be */
};

struct profile_faults {
    struct profile_fault *fault;
    size_t n;
};

#define PROFILE_FAULTS_MAX 200 /* further ones are counted in a last fault of their own */

/* Reads a profile over the pack of its language, if there is one. Whether the time zone exists is
 * not asked here (base/zone.h can say): only its spelling is checked. ERR_CONFIG with at least one
 * fault in *ret_faults; *ret is then untouched. ERR_MEMORY. Everything lives in the arena. */
enum err profile_read(struct arena *a, const struct profile_file *file, struct profile *ret,
                      struct profile_faults *ret_faults) must_check;

/* Reads a pack over the one of its language in file->packs, if there is one. A pack need not be
 * complete. Errors are profile_read's. */
enum err profile_read_pack(struct arena *a, const struct profile_file *file,
                           struct profile_pack *ret, struct profile_faults *ret_faults) must_check;

/* For a profile with a fault: its numbers, country and time zone as far as they can be read, and
 * all else from the pack of its language. What cannot be read is taken from `like`: its language,
 * country and time_zone (NULL: not known). In the end country and time_zone may be "". file->text
 * may be NULL. ERR_NOT_FOUND: no pack is complete enough; ERR_MEMORY. */
enum err profile_substitute(struct arena *a, const struct profile_file *file,
                            const struct profile *like, const char *fault,
                            struct profile *ret) must_check;

/* Is the business open at this local time? */
bool profile_is_open(const struct profile *p, const struct tm *local);

/* Any of the stems' sets in folded words (text_fold)? */
bool stems_match(const struct stems *sets, size_t n, const char *folded);

/* The business in this language; itself if that is its own, none that it speaks, or NULL. */
const struct profile *profile_in(const struct profile *p, const char *language);

/* What it says of that provider's voice: its name is "" where it shall not speak; NULL: nothing. */
const struct profile_voice *profile_voice(const struct profile *p, const char *by);

/* The first of the profile's rules that fits folded words; NULL if none does. */
const struct rule *profile_rule(const struct profile *p, const char *folded);

/* What a model is told of an action, or of one of its inputs (NULL: of the action itself). NULL if
 * neither the profile nor its pack has a text. */
const char *profile_action_text(const struct profile *p, const char *action, const char *input);

/* Fills the {names} of a phrase; where there is nothing to fill in, the comma or blank before it
 * goes too. `local` is the business's local time now; `client_name` and
 * `client_phone` may be NULL. NULL when the arena refuses. */
const char *profile_phrase(struct arena *a, const struct profile *p, const char *phrase,
                           const struct tm *local, const char *client_name,
                           const char *client_phone);

/* A value of a phrase that has more names than those, as the phrases of the book do. */
struct phrase_value {
    const char *name; /* "services"; NULL ends the list */
    const char *text; /* NULL or "": there is nothing to fill in */
};

/* The same with values. "name" is the client's name. */
const char *profile_phrase_with(struct arena *a, const struct profile *p, const char *phrase,
                                const struct tm *local, const struct phrase_value *values);

#endif
