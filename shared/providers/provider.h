/* provider - one vendor at one stage of a turn (it hears, thinks or speaks), as a plain struct:
 * what it lacks, how its request is written, its answer read, priced, and asked for again.
 *
 * Whatever reports on vendors or asks them goes through these structs: the ladder and its breakers,
 * a turn's record, /health, `holos check` and `holos check --live`. What needs no vendor (the
 * rules, espeak-ng) stands in the same list, without a request; so does a voice that is a program of
 * this machine, which has a command in its place.
 *
 * HOW TO ADD ONE
 *   1. Its settings, shared/base/settings.def; its file reads them with setting_text. A key names
 *      the stages that need it (HEAR_KEY, THINK_KEY, SPEAK_KEY). An address ends in _URL:
 *      `holos check` looks at it. A voice reads what a profile says in voice.NAME from
 *      provider_line.with.
 *   2. Its prices, shared/providers/prices.def.
 *   3. Its file, shared/providers/acme.c, which includes providers/env.h. It exports one const
 *      struct named provider_STAGE_NAME, NAME as in HOLOS_LADDER with _ for a dash; the build finds
 *      it there:
 *
 *          const struct provider provider_hear_acme = {
 *              .name = "acme", .stage = PROVIDER_HEAR, .rank = 30,
 *              .ready = ready,
 *              .hear = {.request = request, .read = read_reply, .cost = cost},
 *              .retry = {.tries = 2, .first_ms = 100, .most_ms = 1000, .growth_percent = 130},
 *          };
 *
 *   4. Its test, tests/unit/providers/acme.t.c. Then `make docs`: it writes the settings' pages, the
 *      services that are given the key, and the price list in docs/vendors.md.
 *
 * Nothing here waits, sends or keeps anything: a request is written into the arena of `env` and the
 * answer read from there. What has to outlive a turn, a token for instance, is an account's
 * (below). */
#ifndef HOLOS_PROVIDERS_PROVIDER_H
#define HOLOS_PROVIDERS_PROVIDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "business/profile.h"
#include "net/http.h"
#include "providers/failure.h"
#include "providers/price.h"
#include "providers/recording.h"
#include "wire/wav.h"

#define PROVIDER_MAX 32 /* of them (asserted) */
#define PROVIDER_KEY 48 /* bytes of "speak-google", with the NUL */

struct claude_answer;
struct claude_ask;
struct claude_stream;
struct env;
struct providers;

enum provider_stage { PROVIDER_HEAR, PROVIDER_THINK, PROVIDER_SPEAK, PROVIDER__STAGES };

/* ---- what is asked, and what comes of it ----------------------------------------------------- */

/* To hear: one utterance, and what is likely to be said. */
struct provider_utterance {
    struct recording sound;
    int ms;                  /* how long it is; -1: packed, not known */
    const char *language;    /* "uk" */
    const char *locale;      /* "uk-UA" */
    const char *const *also; /* further locales that may be spoken */
    size_t also_n;           /* at most PROFILE_LANGUAGES */
    const char *model; /* the profile's, or what stands in for it; "": the vendor's own choice */
    const char *const *hints; /* phrases, no two alike, of at most PROVIDER_HINT_CHARS */
    size_t hints_n;           /* at most PROVIDER_HINTS, of PROVIDER_HINTS_CHARS together */
    bool punctuation;
    struct deadline until; /* an answer after this is of no use */
    const void *kept;      /* the provider's own, from `request` to `read`; in the arena */
};

#define PROVIDER_HINTS       5000
#define PROVIDER_HINT_CHARS  100
#define PROVIDER_HINTS_CHARS 100000

struct provider_words {
    const char *text;     /* "" if nothing was heard */
    double confidence;    /* 0 to 1, of what is least sure; -1: not told */
    struct price_use use; /* what is paid for, as far as the answer tells it (PRICE_UNTOLD) */
};

/* To speak: a sentence or a few. */
struct provider_line {
    const char *text; /* plain, as it is spoken */
    const char *language, *locale;
    const char *voice; /* the profile's, or what stands in for it */
    /* The profile's wish how it sounds. The voice to ask for is `voice`, not with->name. */
    const struct profile_voice *with;
    int rate;              /* Hz of the sound that is wanted; what comes may have another */
    struct deadline until; /* as an utterance's */
    const void *kept;      /* as an utterance's */
};

/* ---- accounts -------------------------------------------------------------------------------- */

/* What several providers of a vendor have in common and a worker keeps: opened with it, closed with
 * it. */
struct provider_account {
    const char *name;   /* "google": in the log, and in `holos check --live` */
    const char *health; /* begins its members in /telephony/health; NULL: none */
    /* *ret is what is kept for it (provider_account_data), may be NULL. ERR_CONFIG: a setting is written
     * wrong, the worker shall not open; that there is nothing to show is no error. */
    enum err (*open)(void **ret, struct why *why);
    void (*close)(void *kept); /* NULL: there is nothing to give back */
    /* ERR_NOT_FOUND: nothing is set; ERR_CONFIG: it is set and cannot be used, `why` says why. */
    enum err (*ready)(const struct providers *o, struct why *why);
    /* What is not as it should be although it works; NULL: nothing. The function may be NULL. */
    const char *(*warning)(void);
    /* Shows that the vendor takes it, for --live: ERR_OK and what there is to say. NULL: nothing is
     * asked; ERR_NOT_FOUND: nothing is to be asked. */
    enum err (*probe)(struct env *env, const char **ret, struct failure *f);
};

/* ---- the provider ---------------------------------------------------------------------------- */

struct provider {
    const char *name;  /* in HOLOS_LADDER and in a turn's record: a-z, 0-9, - */
    const char *title; /* as a person knows it; NULL: its name */
    enum provider_stage stage;
    /* Its place in the ladder when HOLOS_LADDER does not say: lower is asked first, equal ones by
     * their files' names. Ten apart; those that need no vendor have 1000. */
    int rank;
    const struct provider_account *account; /* NULL: none */

    /* ERR_OK: it can be asked. ERR_NOT_FOUND: it is not set up; `why` says which setting brings it,
     * or nothing where that is not worth saying. ERR_CONFIG: its settings do not go together, `why`
     * names the one to mend (http_url_check's sentence does not). */
    enum err (*ready)(const struct providers *o, struct why *why);
    /* The address that it is asked at. Providers whose addresses have one host and port are one place:
     * when that is silent, it is learnt once for all of them. NULL: it asks none. */
    const char *(*url)(void);
    /* What is set up, in a few words for `holos check`; NULL when there is no memory. May be
     * NULL. */
    const char *(*about)(const struct providers *o, struct arena *a);

    struct failure_retry retry; /* when its request is sent again */
    /* Is it a server of this machine, to be asked as failure_retry.local_server says? NULL: never. */
    bool (*is_local_server)(const struct providers *o);
    bool by_profile; /* it serves by what the profile says: without a profile it cannot */

    /* One of these three is filled, as the stage is; none of a provider that needs no settings. To
     * hear: request, read and cost. To speak: the same, or command alone (a program of this
     * machine). To think: model, request and is_priced. The others may be NULL. `request` writes
     * what is sent, without a deadline; `read` reads an answer of any status. Both return with *f as failure.h says; what is written into *ret counts with ERR_OK
     * alone. A sound that this recogniser does not take is ERR_FORMAT with FAILURE_REQUEST: the next
     * one is asked, and its breaker counts nothing. */
    struct {
        enum err (*request)(struct env *env, struct provider_utterance *u, struct http_request *ret,
                            struct failure *f);
        enum err (*read)(struct env *env, const struct provider_utterance *u,
                         const struct http_reply *reply, struct provider_words *ret,
                         struct failure *f);
        /* Micro-dollars, PRICE_UNKNOWN. */
        int64_t (*cost)(const struct provider_utterance *u, const struct provider_words *w);
        /* The model that is really asked for; the function is NULL where there is no choice. */
        const char *(*model)(const struct provider_utterance *u);
        /* The one to ask for when that is refused (FAILURE_OTHER); NULL: there is no other. May be
         * NULL. */
        const char *(*other)(const struct provider_utterance *u);
    } hear;
    struct {
        enum err (*request)(struct env *env, struct provider_line *l, struct http_request *ret,
                            struct failure *f);
        enum err (*read)(struct env *env, const struct provider_line *l,
                         const struct http_reply *reply, struct pcm *ret, struct failure *f);
        /* Micro-dollars for a sound that was made, PRICE_UNKNOWN. */
        int64_t (*cost)(const struct provider_line *l);
        /* Instead of these, of a program of this machine: its words, NULL-terminated, in the arena.
         * It gets the line's text and a line end on standard input and writes a WAV to standard
         * output. ERR_CONFIG; ERR_MEMORY. */
        enum err (*command)(struct arena *a, const struct provider_line *l, const char *const **ret,
                            struct why *why);
        size_t text_max; /* bytes of a text that it takes; 0: of any */
        /* The voice that speaks this language ("uk") where a profile names none, by the settings; "":
         * none may. NULL: only profiles name voices. It lives as long as the process. */
        const char *(*usual)(const char *language);
        /* Voices that are known to be there, best first, NULL-terminated: one that is refused
         * (FAILURE_OTHER) is followed by the next. NULL: none is known. May be NULL. */
        const char *const *(*voices)(const char *locale);
        /* The member of the profile's voice.NAME that is wrong, `why` says how; NULL: none. May be
         * NULL. */
        const char *(*check_voice)(const struct profile *p, const struct profile_voice *v,
                                   struct why *why);
    } speak;
    struct {
        /* The model that answers there. */
        const char *(*model)(const struct providers *o);
        int key; /* with which key: 0, 1; PROVIDER_ANY_KEY: whichever works */
        /* The stream of an answer, as Claude's: see claude.h. */
        enum err (*request)(struct env *env, const struct claude_ask *ask, struct http_request *ret,
                            struct failure *f);
        bool (*is_priced)(const char *model);
        /* Asks for the least there is and tells what came, for --live. */
        enum err (*probe)(struct env *env, const struct provider *p, const char **ret,
                          int64_t *ret_cost_microusd, struct failure *f);
    } think;
};

#define PROVIDER_ANY_KEY (-1)

/* Every provider, NULL-terminated: the build makes it from what the files of this room export. */
extern const struct provider *const providers[];

/* Its place in the table. */
size_t provider_index(const struct provider *p);

/* The name of the one that thinks without a model. */
#define PROVIDER_RULES "rules"

/* By name, of `n` bytes; NULL: the stage has none of that name. */
const struct provider *provider_find(enum provider_stage stage, const char *name, size_t n);

/* Does it ask a vendor? */
bool provider_asks(const struct provider *p);

/* Is it there only where settings bring it: a vendor, or a program that speaks? */
bool provider_is_brought(const struct provider *p);

/* Are both asked at one place? So is each and itself. */
bool provider_same_place(const struct provider *p, const struct provider *q);

/* Of one that speaks and is_brought: how it speaks this language for a business, as the profile's
 * voice.NAME says, else by the provider's own settings. False: it does not. */
bool provider_voice(const struct provider *p, const struct profile *of, const char *language,
                    struct profile_voice *ret);

/* "hear", "think", "speak". */
const char *provider_stage_name(enum provider_stage s);

/* As a person knows it. */
const char *provider_title(const struct provider *p);

/* "speak-google": its breaker's name in the store. */
struct provider_key {
    char text[PROVIDER_KEY];
};
struct provider_key provider_key(const struct provider *p);

/* Looks for what is wrong with the vendors' voices in a profile. ERR_CONFIG: the first fault, its
 * path ("voice.google.name") and its text in the arena; ERR_MEMORY. */
enum err provider_check_voices(struct arena *a, const struct profile *p, const char **ret_path,
                               const char **ret_text) must_check;

/* Of a list of voices, once around from the first on (which need not stand in it): the one behind that
 * which is gone; NULL: all were tried. */
const char *provider_voice_after(const char *const *list, const char *first, const char *gone);

/* A header that shows a key: `before` is "Authorization: Bearer ". The list of it alone, as
 * http_request has it. ERR_CONFIG: the key, which is that setting's, holds what no header may;
 * ERR_MEMORY. */
enum err provider_auth_header(struct arena *a, const char *before, const char *key,
                              const char *setting, const char *const **ret,
                              struct why *why) must_check;

#endif
