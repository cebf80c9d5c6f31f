/* service-match - which services a caller's line names. Pure.
 *
 * A service is named when all stems of one of its sets are in the line and meant. Of services whose
 * sets share a word the most specific one wins: most stems; then the one whose words stand together,
 * without a comma or an "і" between them; then the longest stems; then the closest. Those that share none are several services of one visit, in the
 * order said. A word that begins the sets of several services and completes none, or a tie, is in
 * `could_be`: to be asked about. A word that only one service has begins that service.
 *
 * A word of five letters or
 * more in which the recogniser, or the caller, has a letter wrong (two from eight letters on) stands
 * for the stem it is nearest to, unless it is near stems of two services, or has a meaning of its
 * own. Words in Latin letters are read as Cyrillic ones ("manikyur"). */
#ifndef HOLOS_BUSINESS_SERVICE_MATCH_H
#define HOLOS_BUSINESS_SERVICE_MATCH_H

#include "business/catalogue.h"
#include "business/said.h"

#define SERVICE_CHOICES 12 /* services that a word could mean */

struct service_line {
    const struct said *said;
    const struct book *book;
    bool asked; /* for the service: one word that tells it from all others is enough */
    /* Those it was asked for; the answer may be only what tells them apart. */
    const int *among;
    size_t among_n;
    /* Has the word a meaning of its own, so that it cannot be a misheard service? NULL: none has. */
    bool (*is_everyday)(const void *context, const char *word, size_t n);
    const void *context;
};

struct service_found {
    int service[CATALOGUE_VISIT_SERVICES]; /* places in the catalogue */
    size_t services;
    int could_be[SERVICE_CHOICES]; /* rising */
    size_t could_be_n;
    bool used[SAID_WORDS]; /* words that named one, or might */
};

/* ERR_MEMORY. */
enum err service_match(struct arena *a, const struct service_line *line,
                       struct service_found *ret) must_check;

#endif
