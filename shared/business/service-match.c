/* How the services of a line are found:
 *
 * 1. All sets of stems are looked for; a word that is no stem may stand for the one it is nearest to
 *    (service-near).
 * 2. The most specific set is taken, then the most specific of those that share no word with it, and
 *    so on. Of two services that are equal in this, neither is taken: they could be meant.
 * 3. A word left over that completes a set with words that are taken names a further service, if it
 *    stands apart from them: "жіночу стрижку і чоловічу".
 * 4. A word left over that begins sets, or of which it was asked, could mean their services.
 * 5. If that finds nothing in a short line, a word that services are about ("брови") could mean them. */
#include "business/service-match.h"

#include <string.h>

#include "base/text.h"
#include "business/service-near.h"
#include "language/heard.h"

#define SET_STEMS 8 /* of a set; one of more is never in a line */
#define APART     8 /* words between them count so many more if a comma or an "і" is among them */
#define FEW_WORDS 4

struct hit {
    int service;
    const struct stems *set;
    size_t place[SET_STEMS]; /* of each stem's first word */
    size_t words[SET_STEMS]; /* how many it takes */
    size_t letters;          /* of the stems */
    size_t spread;           /* how far its words stand apart */
};

struct match {
    const struct service_line *line;
    const struct said *said;
    struct service_near near;
    struct hit *hit; /* whole sets */
    size_t hits;
    bool used[SAID_WORDS];               /* by services that were taken, or that could be meant */
    int order[CATALOGUE_VISIT_SERVICES]; /* of each service found: where its first word stands */
    struct service_found *found;
};

/* ==== stems in the line ======================================================================= */

static size_t stem_at(const struct match *m, size_t i, const char *stem)
{
    size_t n = m->said->word[i].day ? 0 : said_stem(m->said, i, stem);

    for (size_t k = 0;
         n == 0 && !m->said->word[i].day && k < SERVICE_NEAR && m->near.stem[i][k] != NULL; k++)
        n = strcmp(m->near.stem[i][k], stem) == 0;
    return n;
}

/* "без покриття" as a stem is no denial, nor is a set's word that stands behind its own "без". */
static bool is_meant(const struct match *m, size_t i, const struct stems *set)
{
    if (m->said->word[i].unwanted)
        return false;
    if (!m->said->word[i].denied)
        return true;
    for (size_t at = i; at > 0 && at + 3 > i; at--)
        for (size_t k = 0; k < set->n && m->said->word[at - 1].denies; k++)
            if (stem_at(m, at - 1, set->stem[k]) > 0)
                return true;
    return false;
}

static bool is_apart(const struct match *m, size_t a, size_t b)
{
    size_t from = a < b ? a : b;
    size_t to = a < b ? b : a;

    for (size_t i = from; i < to; i++) {
        const struct said_word *w = &m->said->word[i];
        if (w->stops || (i > from && heard_is(HEARD_JOINS, w->at, w->n)))
            return true;
    }
    return false;
}

static size_t gap(const struct match *m, size_t a, size_t b)
{
    return (a < b ? b - a : a - b) + (is_apart(m, a, b) ? APART : 0);
}

/* Whether a word may stand for a stem of the set. */
typedef bool may_use(const struct match *m, size_t i, const struct stems *set);

/* The stem's place that is nearest to `anchor`; SAID_WORDS: it is not in the line. */
static size_t nearest_place(const struct match *m, const struct stems *set, const char *stem,
                            size_t anchor, may_use *may)
{
    size_t best = SAID_WORDS;

    for (size_t i = 0; i < m->said->n; i++)
        if (stem_at(m, i, stem) > 0 && may(m, i, set) &&
            (best == SAID_WORDS || gap(m, i, anchor) < gap(m, best, anchor)))
            best = i;
    return best;
}

/* The set around its first stem at `anchor`. False: not all of it is there. */
static bool read_set(const struct match *m, const struct stems *set, size_t anchor, may_use *may,
                     struct hit *ret)
{
    *ret = (struct hit){.set = set, .letters = 0};
    for (size_t k = 0; k < set->n; k++) {
        size_t at = k == 0 ? anchor : nearest_place(m, set, set->stem[k], anchor, may);
        if (at == SAID_WORDS)
            return false;
        ret->place[k] = at;
        ret->words[k] = stem_at(m, at, set->stem[k]);
        ret->letters += text_length(set->stem[k]);
        ret->spread += gap(m, anchor, at);
    }
    return true;
}

/* The closest reading of the set in the line. */
static bool find_set(const struct match *m, int service, const struct stems *set, may_use *may,
                     struct hit *ret)
{
    struct hit one;
    bool found = false;

    if (set->n == 0 || set->n > SET_STEMS)
        return false;
    for (size_t i = 0; i < m->said->n; i++) {
        if (stem_at(m, i, set->stem[0]) == 0 || !may(m, i, set) || !read_set(m, set, i, may, &one))
            continue;
        one.service = service;
        if (!found || one.spread < ret->spread)
            *ret = one;
        found = true;
    }
    return found;
}

/* ==== whole sets ============================================================================== */

static size_t count_sets(const struct book *b)
{
    size_t n = 0;

    for (size_t i = 0; i < b->services; i++)
        n += b->service[i].stems_n;
    return n;
}

static void find_hits(struct match *m)
{
    const struct book *b = m->line->book;

    for (size_t i = 0; i < b->services; i++)
        for (size_t k = 0; k < b->service[i].stems_n; k++)
            m->hits += find_set(m, (int)i, &b->service[i].stems[k], is_meant, &m->hit[m->hits]);
}

static bool uses(const struct hit *h, size_t i)
{
    for (size_t k = 0; k < h->set->n; k++)
        if (i >= h->place[k] && i < h->place[k] + h->words[k])
            return true;
    return false;
}

static bool is_free(const struct match *m, const struct hit *h)
{
    for (size_t i = 0; i < m->said->n; i++)
        if (m->used[i] && uses(h, i))
            return false;
    return true;
}

static bool share(const struct match *m, const struct hit *a, const struct hit *b)
{
    for (size_t i = 0; i < m->said->n; i++)
        if (uses(a, i) && uses(b, i))
            return true;
    return false;
}

/* Above 0: `a` is the more specific one. */
static int compare(const struct hit *a, const struct hit *b)
{
    if (a->set->n != b->set->n)
        return a->set->n > b->set->n ? 1 : -1;
    if ((a->spread >= APART) != (b->spread >= APART))
        return a->spread < b->spread ? 1 : -1;
    if (a->letters != b->letters)
        return a->letters > b->letters ? 1 : -1;
    return (a->spread < b->spread) - (a->spread > b->spread);
}

static void use(struct match *m, const struct hit *h)
{
    for (size_t i = 0; i < m->said->n; i++)
        if (uses(h, i))
            m->used[i] = m->found->used[i] = true;
}

/* "Гель лак" is one thing though each word completes a set of its own: what stands beside a word of
 * the hit, and belongs to another set of the same service, says the same once more. */
static void use_beside(struct match *m, const struct hit *h)
{
    for (size_t i = 0; i < m->hits; i++) {
        const struct hit *other = &m->hit[i];
        if (other->service != h->service || !share(m, other, h))
            continue;
        for (size_t at = 0; at < m->said->n; at++) {
            bool before = at > 0 && uses(h, at - 1) && !is_apart(m, at - 1, at);
            bool behind = at + 1 < m->said->n && uses(h, at + 1) && !is_apart(m, at, at + 1);
            if (uses(other, at) && (before || behind))
                m->used[at] = m->found->used[at] = true;
        }
    }
}

static int first_place(const struct hit *h)
{
    size_t first = h->place[0];

    for (size_t k = 1; k < h->set->n; k++)
        first = h->place[k] < first ? h->place[k] : first;
    return (int)first;
}

/* In the order said. */
static void add_service(struct match *m, int service, int place)
{
    struct service_found *f = m->found;
    size_t at = f->services;

    for (size_t i = 0; i < f->services; i++)
        if (f->service[i] == service)
            return;
    if (at == CATALOGUE_VISIT_SERVICES)
        return;
    for (; at > 0 && m->order[at - 1] > place; at--) {
        m->order[at] = m->order[at - 1];
        f->service[at] = f->service[at - 1];
    }
    m->order[at] = place;
    f->service[at] = service;
    f->services++;
}

/* In the catalogue's order. */
static void add_choice(struct match *m, int service)
{
    struct service_found *f = m->found;
    size_t at = f->could_be_n;

    for (size_t i = 0; i < f->could_be_n; i++)
        if (f->could_be[i] == service)
            return;
    if (at == SERVICE_CHOICES)
        return;
    for (; at > 0 && f->could_be[at - 1] > service; at--)
        f->could_be[at] = f->could_be[at - 1];
    f->could_be[at] = service;
    f->could_be_n++;
}

/* Is word `i` all that another service's set needs? */
static bool is_own_service(const struct match *m, const struct hit *h, size_t i, int *ret_service)
{
    for (size_t k = 0; k < m->hits; k++) {
        const struct hit *one = &m->hit[k];
        if (one->set->n == 1 && uses(one, i) && one->set != h->set) {
            *ret_service = one->service;
            return true;
        }
    }
    return false;
}

/* "Стрижка і борода" are two services, though "стрижка бороди" is the second of them: words with an
 * "and" or a comma between them that are each a service of their own do not make one of these. What
 * is a third service ("стрижка й борода" at a price of its own) they do make. */
static bool is_two(const struct match *m, const struct hit *h)
{
    int first = -1;
    bool differ = false;
    bool own = false;

    if (h->set->n != 2 || h->spread < APART)
        return false;
    for (size_t k = 0; k < h->set->n; k++) {
        int service = -1;
        if (!is_own_service(m, h, h->place[k], &service))
            return false;
        differ |= k > 0 && service != first;
        own |= service == h->service;
        first = service;
    }
    return differ && own;
}

static const struct hit *most_specific(const struct match *m)
{
    const struct hit *best = NULL;

    for (size_t i = 0; i < m->hits; i++)
        if (is_free(m, &m->hit[i]) && !is_two(m, &m->hit[i]) &&
            (best == NULL || compare(&m->hit[i], best) > 0))
            best = &m->hit[i];
    return best;
}

/* Do the two services have a word between them that says that only one is wanted? */
static bool is_either(const struct match *m, const struct hit *a, const struct hit *b)
{
    size_t from = SAID_WORDS;
    size_t to = 0;

    for (size_t i = 0; i < m->said->n; i++) {
        bool a_only = uses(a, i) && !uses(b, i);
        bool b_only = uses(b, i) && !uses(a, i);
        if (!a_only && !b_only)
            continue;
        from = i < from ? i : from;
        to = i;
    }
    for (size_t i = from; i < to; i++)
        if (heard_is(HEARD_EITHER, m->said->word[i].at, m->said->word[i].n))
            return true;
    return false;
}

/* Others that are as specific as `best` and share a word with it: all of them could be meant. */
static bool take_tie(struct match *m, const struct hit *best)
{
    const struct hit *equal[SERVICE_CHOICES];
    size_t n = 0;

    for (size_t i = 0; i < m->hits && n < SERVICE_CHOICES; i++) {
        const struct hit *h = &m->hit[i];
        bool as_good =
            compare(h, best) == 0 || (h->set->n == best->set->n && is_either(m, h, best));
        if (h->service != best->service && as_good && is_free(m, h) && share(m, h, best))
            equal[n++] = h;
    }
    if (n == 0)
        return false;
    add_choice(m, best->service);
    for (size_t i = 0; i < n; i++) {
        add_choice(m, equal[i]->service);
        use(m, equal[i]);
    }
    use(m, best);
    return true;
}

static void take_hits(struct match *m)
{
    for (const struct hit *best = most_specific(m); best != NULL; best = most_specific(m)) {
        if (take_tie(m, best))
            continue;
        add_service(m, best->service, first_place(best));
        use(m, best);
        use_beside(m, best);
    }
}

/* ==== words left over ========================================================================= */

static bool is_left(const struct match *m, size_t i)
{
    const struct said_word *w = &m->said->word[i];

    return !m->used[i] && !w->denied && !w->unwanted && !w->taken;
}

static bool may_support(const struct match *m, size_t i, const struct stems *set)
{
    return m->used[i] || m->said->word[i].denied || is_meant(m, i, set);
}

/* Is the hit one of word `i` together with words that are taken, or denied, and apart from them? */
static bool is_further(const struct match *m, const struct hit *h, size_t i)
{
    bool apart = false;

    for (size_t k = 0; k < h->set->n; k++)
        if (h->place[k] != i)
            apart |= is_apart(m, h->place[k], i) || m->said->word[h->place[k]].denied;
    return uses(h, i) && apart;
}

/* Is word `i` one of the set's first `n` stems? */
static bool has_stem_at(const struct match *m, size_t i, const struct stems *set, size_t n)
{
    for (size_t k = 0; k < set->n && k < n; k++)
        if (stem_at(m, i, set->stem[k]) > 0)
            return true;
    return false;
}

static bool take_further(struct match *m, size_t i)
{
    const struct book *b = m->line->book;
    struct hit best = {.set = NULL};

    for (size_t s = 0; s < b->services; s++)
        for (size_t k = 0; k < b->service[s].stems_n; k++) {
            struct hit h;
            const struct stems *set = &b->service[s].stems[k];
            if (set->n > 1 && has_stem_at(m, i, set, set->n) &&
                find_set(m, (int)s, set, may_support, &h) && is_further(m, &h, i) &&
                (best.set == NULL || compare(&h, &best) > 0))
                best = h;
        }
    if (best.set == NULL)
        return false;
    add_service(m, best.service, (int)i);
    use(m, &best);
    return true;
}

/* How many stems of the set are in the line; 0 if word `i` is none of them that counts. */
static size_t stems_heard(const struct match *m, const struct stems *set, size_t i, bool any)
{
    size_t n = 0;

    if (!has_stem_at(m, i, set, any ? set->n : 1))
        return 0;
    for (size_t k = 0; k < set->n && k < SET_STEMS; k++)
        n += nearest_place(m, set, set->stem[k], i, is_meant) != SAID_WORDS;
    return n;
}

static bool is_among(const struct service_line *line, int service)
{
    for (size_t i = 0; i < line->among_n; i++)
        if (line->among[i] == service)
            return true;
    return line->among_n == 0;
}

static size_t service_heard(const struct match *m, int service, size_t i, bool any)
{
    const struct service *s = &m->line->book->service[service];
    size_t most = 0;

    for (size_t k = 0; k < s->stems_n; k++) {
        size_t n = stems_heard(m, &s->stems[k], i, any);
        most = n > most ? n : most;
    }
    return most;
}

/* How many stems of a set with word `i` were not said; the fewest of the service's sets. */
static size_t service_missing(const struct match *m, int service, size_t i)
{
    const struct service *s = &m->line->book->service[service];
    size_t least = SET_STEMS;

    for (size_t k = 0; k < s->stems_n; k++) {
        size_t heard = stems_heard(m, &s->stems[k], i, true);
        if (heard > 0 && s->stems[k].n - heard < least)
            least = s->stems[k].n - heard;
    }
    return least;
}

/* After "which of these?" the word that was asked about is known: what is nearest to whole is meant.
 * "Обличчя" is "чистка обличчя", not "чистка обличчя ультразвуком". */
static size_t keep_nearest(const struct match *m, size_t i, int *list, size_t n)
{
    size_t least = SET_STEMS;
    size_t kept = 0;

    for (size_t k = 0; k < n; k++) {
        size_t missing = service_missing(m, list[k], i);
        least = missing < least ? missing : least;
    }
    for (size_t k = 0; k < n; k++)
        if (service_missing(m, list[k], i) == least)
            list[kept++] = list[k];
    return kept;
}

/* The services that word `i` could mean, those alone of which most is in the line. */
static size_t could_mean(const struct match *m, size_t i, bool any, int ret[static SERVICE_CHOICES])
{
    size_t most = 1;
    size_t n = 0;

    for (size_t s = 0; s < m->line->book->services; s++) {
        size_t heard = is_among(m->line, (int)s) ? service_heard(m, (int)s, i, any) : 0;
        if (heard < most)
            continue;
        n = heard > most ? 0 : n;
        most = heard;
        if (n < SERVICE_CHOICES)
            ret[n++] = (int)s;
    }
    return m->line->among_n > 0 ? keep_nearest(m, i, ret, n) : n;
}

/* Is the word one of a service that was found: said twice? */
static bool says_again(const struct match *m, size_t i)
{
    for (size_t f = 0; f < m->found->services; f++) {
        const struct service *s = &m->line->book->service[m->found->service[f]];
        for (size_t k = 0; k < s->stems_n; k++)
            for (size_t j = 0; j < s->stems[k].n; j++)
                if (stem_at(m, i, s->stems[k].stem[j]) > 0)
                    return true;
    }
    return false;
}

static void take_left(struct match *m, size_t i)
{
    int service[SERVICE_CHOICES];
    size_t n = 0;

    if (says_again(m, i) || (m->found->services > 0 && m->near.stem[i][0] != NULL))
        return; /* misheard, and nothing is missing */
    n = could_mean(m, i, m->line->among_n > 0, service);
    if (n == 0 && m->line->asked && m->found->services == 0)
        n = could_mean(m, i, true, service);
    if (n == 0)
        return;
    m->used[i] = m->found->used[i] = true;
    if (n == 1) {
        add_service(m, service[0], (int)i);
        return;
    }
    for (size_t k = 0; k < n; k++)
        add_choice(m, service[k]);
}

static bool is_in_a_third(const struct match *m, const struct stems *sets, size_t n, size_t i)
{
    size_t with = 0;

    for (size_t k = 0; k < n; k++)
        with += stems_heard(m, &sets[k], i, true) > 0;
    return with * 3 >= n && with > 0;
}

/* Is the service about that word: is it in a third of its sets or more, of those of one language? "Брови"
 * is what three services are about; "чоловіча" only says which of some. */
static bool is_about(const struct match *m, int service, size_t i)
{
    const struct service *s = &m->line->book->service[service];

    return is_in_a_third(m, s->stems, s->own_n, i) ||
           is_in_a_third(m, s->stems + s->own_n, s->stems_n - s->own_n, i);
}

/* In a longer line such a word is hardly what is wanted, but behind "на" it is. */
static bool may_be_wanted(const struct match *m, size_t i)
{
    const struct said_word *before = i == 0 ? NULL : &m->said->word[i - 1];

    return is_left(m, i) && (m->said->n <= FEW_WORDS ||
                             (before != NULL && heard_is(HEARD_ONTO, before->at, before->n)));
}

/* Nothing begins or completes a set: then a word that services are about could mean them. */
static void take_about(struct match *m)
{
    for (size_t i = 0; i < m->said->n && m->found->could_be_n == 0; i++) {
        size_t n = 0;
        int only = -1;
        for (size_t s = 0; may_be_wanted(m, i) && s < m->line->book->services; s++)
            if (is_about(m, (int)s, i)) {
                add_choice(m, (int)s);
                only = (int)s;
                n++;
            }
        m->used[i] = m->found->used[i] = m->used[i] || n > 0;
        if (n == 1) {
            m->found->could_be_n = 0;
            add_service(m, only, (int)i);
        }
    }
}

/* ==== the names of those it was asked for ===================================================== */

static bool is_same_word(const char *a, size_t a_n, const char *b, size_t b_n)
{
    size_t same = 0;

    while (same < a_n && same < b_n && a[same] == b[same])
        same++;
    size_t left = (a_n > b_n ? a_n : b_n) - same;
    return same >= 6 && left <= 6; /* bytes: three letters at least, endings of three at most */
}

static bool name_has(const char *name, const char *word, size_t n)
{
    while (*name != '\0') {
        size_t len = strcspn(name, " ");
        if (is_same_word(name, len, word, n))
            return true;
        name += len + (name[len] == ' ');
    }
    return false;
}

/* "Обличчя", when face and back were to choose from: a word of one name alone. */
static enum err take_names(struct arena *a, struct match *m)
{
    const struct service_line *line = m->line;
    const char *name[SERVICE_CHOICES];
    size_t names = line->among_n < SERVICE_CHOICES ? line->among_n : SERVICE_CHOICES;

    for (size_t k = 0; k < names; k++) {
        name[k] = text_fold(a, line->book->service[line->among[k]].name);
        if (name[k] == NULL)
            return ERR_MEMORY;
    }
    for (size_t i = 0; i < m->said->n && m->found->services == 0; i++) {
        int only = -1;
        size_t n = 0;
        for (size_t k = 0; k < names; k++)
            if (is_left(m, i) && name_has(name[k], m->said->word[i].at, m->said->word[i].n)) {
                only = line->among[k];
                n++;
            }
        if (n != 1)
            continue;
        add_service(m, only, (int)i);
        m->used[i] = m->found->used[i] = true;
    }
    return ERR_OK;
}

/* ==== all of it =============================================================================== */

/* Which words are some stem as they are. */
static void find_known(const struct service_line *line, bool ret[static SAID_WORDS])
{
    const struct book *b = line->book;

    for (size_t i = 0; i < line->said->n; i++)
        for (size_t s = 0; s < b->services && !ret[i]; s++)
            for (size_t k = 0; k < b->service[s].stems_n && !ret[i]; k++)
                for (size_t j = 0; j < b->service[s].stems[k].n && !ret[i]; j++)
                    ret[i] = said_stem(line->said, i, b->service[s].stems[k].stem[j]) > 0;
}

/* All words that are a stem of the service tell nothing more. */
static void use_words_of(struct match *m, int service)
{
    const struct service *s = &m->line->book->service[service];

    for (size_t i = 0; i < m->said->n; i++)
        for (size_t k = 0; k < s->stems_n; k++)
            for (size_t j = 0; j < s->stems[k].n; j++)
                if (stem_at(m, i, s->stems[k].stem[j]) > 0)
                    m->used[i] = m->found->used[i] = true;
}

/* An answer among some: what tells one of them apart counts before whole sets of others. */
static void tell_apart(struct match *m)
{
    if (!m->line->asked || m->line->among_n == 0)
        return;
    for (size_t i = 0; i < m->said->n; i++) {
        int service[SERVICE_CHOICES];
        if (is_left(m, i) && could_mean(m, i, true, service) == 1) {
            add_service(m, service[0], (int)i);
            use_words_of(m, service[0]);
        }
    }
}

static void drop_chosen(struct service_found *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->could_be_n; i++) {
        bool chosen = false;
        for (size_t k = 0; k < f->services; k++)
            chosen |= f->service[k] == f->could_be[i];
        if (!chosen)
            f->could_be[n++] = f->could_be[i];
    }
    f->could_be_n = n;
}

enum err service_match(struct arena *a, const struct service_line *line, struct service_found *ret)
{
    bool known[SAID_WORDS] = {false};
    struct service_found found = {.services = 0};
    struct match m = {.line = line, .said = line->said, .found = &found};

    find_known(line, known);
    if (service_near_read(a, line, known, &m.near) != ERR_OK)
        return ERR_MEMORY;
    m.hit = arena_calloc(a, count_sets(line->book) + 1, sizeof *m.hit);
    if (m.hit == NULL)
        return ERR_MEMORY;
    find_hits(&m);
    tell_apart(&m);
    take_hits(&m);
    for (size_t i = 0; i < m.said->n; i++)
        if (is_left(&m, i) && !take_further(&m, i))
            take_left(&m, i);
    if (found.services == 0 && found.could_be_n == 0)
        take_about(&m);
    if (line->asked && take_names(a, &m) != ERR_OK)
        return ERR_MEMORY;
    drop_chosen(&found);
    *ret = found;
    return ERR_OK;
}
