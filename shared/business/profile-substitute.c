#include "business/profile.h"

#include <string.h>

#include "base/text.h"
#include "business/profile-reader.h"

#define NUMBERS_MAX 32
#define VALUE_MAX   200 /* bytes of a text that is taken over */

/* ==== what can be read of a file with a fault ================================================= */

/* The file may be no JSON, so it is searched as a text: a name in quotes, a colon, then the value.
 * A text in quotes ends with its line at the latest, so that a missing quote spoils one line. */

/* `at` stands behind an opening quote; returns where the text ends. */
static const char *end_of_text(const char *at)
{
    while (*at != '\0' && *at != '"' && *at != '\n')
        at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
    return at;
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* Where the value of the first member of that name begins; NULL if there is none. */
static const char *find_value(const char *text, const char *name)
{
    size_t n = strlen(name);
    const char *at = strchr(text, '"');

    while (at != NULL) {
        const char *end = end_of_text(at + 1);
        const char *after = *end == '"' ? skip_blanks(end + 1) : end;
        if ((size_t)(end - at - 1) == n && strncmp(at + 1, name, n) == 0 && *after == ':')
            return skip_blanks(after + 1);
        at = *end == '\0' ? NULL : strchr(end + 1, '"');
    }
    return NULL;
}

/* The text in quotes at `at`; NULL: there is none, or it is not as it is written. */
static char *take_text(struct arena *a, const char *at, bool *no_memory)
{
    const char *end = *at == '"' ? end_of_text(at + 1) : at;
    size_t n = *end == '"' ? (size_t)(end - at - 1) : 0;

    if (*at != '"' || *end != '"' || n == 0 || n > VALUE_MAX || memchr(at, '\\', n) != NULL ||
        !text_is_utf8(at + 1, n))
        return NULL;
    char *s = arena_strndup(a, at + 1, n);
    *no_memory = *no_memory || s == NULL;
    return s;
}

static const char *text_of(struct arena *a, const char *text, const char *name, bool *no_memory)
{
    const char *at = find_value(text, name);

    return at == NULL ? NULL : take_text(a, at, no_memory);
}

/* A list of texts, or one alone. */
static void take_numbers(struct arena *a, const char *text, struct profile *p, bool *no_memory)
{
    const char *at = find_value(text, "numbers");
    const char **list = arena_calloc(a, NUMBERS_MAX, sizeof *list);
    bool is_list = at != NULL && *at == '[';

    *no_memory = *no_memory || list == NULL;
    if (at == NULL || list == NULL)
        return;
    at += is_list;
    while (p->numbers_n < NUMBERS_MAX && *(at = skip_blanks(at)) == '"') {
        const char *number = take_text(a, at, no_memory);
        if (number != NULL && profile_is_number(number))
            list[p->numbers_n++] = number;
        at = end_of_text(at + 1);
        at = skip_blanks(at + (*at == '"'));
        if (!is_list || *at != ',')
            break;
        at++;
    }
    p->numbers = list;
}

/* ==== the substitute ========================================================================== */

/* Has the pack all that a business needs of it? */
static bool is_complete(const struct profile *p)
{
    bool whole = p->goodbye != NULL && p->person != NULL && p->yes != NULL && p->no != NULL &&
                 p->cancel != NULL;

#define X(field) whole = whole && p->say.field != NULL;
    PROFILE_PHRASES(X)
    PROFILE_APOLOGIES(X)
#undef X
    return whole;
}

static const struct profile_pack *pack_for(const struct profile_packs *packs, const char *own,
                                           const char *other)
{
    const struct profile_pack *found = NULL;
    int best = 0;

    for (size_t i = 0; packs != NULL && i < packs->n; i++) {
        const char *language = packs->pack[i].language;
        int fit = own != NULL && strcmp(language, own) == 0       ? 3
                  : other != NULL && strcmp(language, other) == 0 ? 2
                                                                  : 1;
        if (fit <= best || !is_complete(&packs->pack[i].has))
            continue;
        best = fit;
        found = &packs->pack[i];
    }
    return found;
}

static const char *first_of(const char *one, const char *two, const char *three)
{
    return one != NULL ? one : two != NULL ? two : three != NULL ? three : "";
}

enum err profile_substitute(struct arena *a, const struct profile_file *file,
                            const struct profile *like, const char *fault, struct profile *ret)
{
    const char *text = file->text == NULL ? "" : file->text;
    bool no_memory = false;

    const char *own = text_of(a, text, "language", &no_memory);
    const char *zone = text_of(a, text, "time_zone", &no_memory);
    const char *country = text_of(a, text, "country", &no_memory);
    const struct profile_pack *pack = pack_for(file->packs, own, like->language);
    if (pack == NULL)
        return no_memory ? ERR_MEMORY : ERR_NOT_FOUND;
    struct profile p = pack->has;
    take_numbers(a, text, &p, &no_memory);
    p.name = arena_strdup(a, file->name);
    p.broken = arena_strdup(a, fault);
    p.business = p.address = "";
    p.voice.espeak = p.language;
    zone = zone != NULL && profile_is_zone(zone) ? zone : NULL;
    country = country != NULL && profile_is_country(country) ? country : NULL;
    p.time_zone = first_of(zone, p.time_zone, like->time_zone);
    p.country = first_of(country, p.country, like->country);
    p.rules_n = 0;
    p.prompt = NULL;
    p.book = NULL;
    if (no_memory || p.name == NULL || p.broken == NULL)
        return ERR_MEMORY;
    *ret = p;
    return ERR_OK;
}
