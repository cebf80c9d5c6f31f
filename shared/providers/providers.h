/* providers - what a worker has open to ask the vendors with: the connections, the accounts, the
 * ladder, and what was learned of them since it began. All that outlives a turn is here; a provider
 * keeps nothing.
 *
 * Opened as a part of the app. Nothing is sent when it is opened; that a vendor is not set up is no
 * error, it is a rung less. */
#ifndef HOLOS_PROVIDERS_PROVIDERS_H
#define HOLOS_PROVIDERS_PROVIDERS_H

#include <stdbool.h>
#include "net/http.h"
#include "providers/hedge.h"
#include "providers/ladder.h"

#define PROVIDERS_LEARNED 16

/* A name of a profile's that a vendor refused: in `locale`, `instead` is asked for. */
struct providers_learned {
    const struct provider *of;
    const char *locale, *refused, *instead;
};

struct providers {
    struct http *http;    /* NULL: no vendor is asked */
    struct ladder ladder; /* read with the voice: its last rungs ask no vendor */
    int hear_ms, think_ms, think_first_ms, speak_ms; /* longest time of one request */
    /* A recogniser or a model is late after this while its latency is not known; 0: none ever
     * is. */
    int hedge_ms, hedge_think_ms;
    /* private, by provider_index */
    struct hedge_latency latency[PROVIDER_MAX];
    void *kept[PROVIDER_MAX]; /* an account's, at the place of its first provider */
    bool opened[PROVIDER_MAX];
    struct providers_learned learned[PROVIDERS_LEARNED];
    size_t learned_n; /* ever */
};

/* By the settings. ERR_CONFIG: a setting or an egress is written wrong; ERR_MEMORY. */
enum err providers_open(struct providers *o, struct why *why) must_check;
void providers_close(struct providers *o);

/* Can it be asked, whether or not it works now? Where there was no memory to find out: yes; who asks
 * it fails with ERR_MEMORY, and a turn is not answered as if there were no such provider. */
bool providers_has(const struct providers *o, const struct provider *p);

/* What is kept for the account while it is open. */
void *provider_account_data(const struct providers *o, const struct provider_account *account);

/* The accounts of all providers, each once: the first, or that behind `before`; NULL: no more. */
const struct provider_account *providers_account(const struct provider_account *before);

/* What to ask for instead of this voice or model, as it was learned from a refusal; else itself. */
const char *providers_instead(const struct providers *o, const struct provider *p,
                              const char *locale, const char *name);

/* Remembers it for the life of the process; the texts must live as long (a profile's and a
 * provider's do). */
void providers_learn(struct providers *o, const struct provider *p, const char *locale,
                     const char *refused, const char *instead);

#endif
