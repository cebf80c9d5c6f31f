#include "think/understand.h"

#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "business/service-match.h"
#include "business/specialist-match.h"
#include "language/heard.h"
#include "think/name.h"
#include "think/understand-inside.h"

_Static_assert(SERVICE_CHOICES == UNDERSTOOD_CHOICES, "the choices are copied");

#define STEM_BYTES 8 /* of four letters; shorter ones begin too many words */

/* ==== days and times ========================================================================== */

/* From the first to the last hour of each day, Sunday first. */
static void open_hours(const struct profile *p, struct when_open ret[static 7])
{
    for (int i = 0; i < 7; i++) {
        const struct day *d = &p->week[(i + 6) % 7];
        ret[i] = d->n == 0 ? (struct when_open){0, 0}
                           : (struct when_open){d->open[0].from_min, d->open[d->n - 1].to_min};
    }
}

#define DAY_BYTES 8 /* of the shortest word that could be taken for a service's */

static enum when_asked asked_of(const struct understand_ask *ask, int *ret_offers)
{
    *ret_offers = ask->offers;
    if (ask->asked == ASKS_DAY)
        return WHEN_ASKED_DAY;
    if (ask->asked == ASKS_TIME)
        return WHEN_ASKED_TIME;
    if (ask->asked == ASKS_SERVICE)
        *ret_offers = (int)ask->among_n;
    bool chooses = ask->asked == ASKS_CHOICE || ask->asked == ASKS_WHICH ||
                   ask->asked == ASKS_SERVICE || ask->asked == ASKS_SPECIALIST;
    return chooses && *ret_offers > 0 ? WHEN_ASKED_CHOICE : WHEN_ASKED_NOTHING;
}

/* Is the word a day by itself, as "вечірня" is none? */
static bool is_day(const struct understand_line *l, const struct when_ask *ask,
                   const struct said_word *w)
{
    struct when_ask one = *ask;
    struct when when = {0};

    one.text = arena_strndup(l->arena, w->at, w->n);
    return one.text != NULL && when_read(l->arena, &one, &when) == ERR_OK && when.days_n == 1;
}

/* Words that are not left of the line told a day or a time. */
static void mark_told(struct said *said, const char *rest)
{
    for (size_t i = 0; i < said->n; i++) {
        struct said_word *w = &said->word[i];
        size_t n = strcspn(rest, " ");
        if (n == w->n && memcmp(rest, w->at, n) == 0)
            rest += n + (rest[n] == ' ');
        else
            w->taken = true;
    }
}

static enum err read_when_in(struct understand_line *l, const char *text)
{
    struct when_open open[7];
    int offers = 0;
    enum when_asked asked = asked_of(l->ask, &offers);

    open_hours(l->profile, open);
    const struct when_ask ask = {.language = language_find(l->profile->language),
                                 .text = text,
                                 .now = l->ask->local,
                                 .open = open,
                                 .asked = asked,
                                 .offers = offers};
    if (when_read(l->arena, &ask, &l->got.when) != ERR_OK)
        return ERR_MEMORY;
    l->got.choice = l->got.when.choice;
    mark_told(&l->said, l->got.when.rest);
    for (size_t i = 0; i < l->said.n; i++)
        l->said.word[i].day = l->said.word[i].taken && l->said.word[i].n >= DAY_BYTES &&
                              is_day(l, &ask, &l->said.word[i]);
    return ERR_OK;
}

static enum err read_when(struct understand_line *l)
{
    return read_when_in(l, l->ask->words);
}

/* "Вечірня зачіска" tells no evening: what is a service's word is read once more without it. */
static enum err read_when_again(struct understand_line *l, const bool used[static SAID_WORDS])
{
    bool both = false;
    struct buf b;

    buf_init(&b, l->arena, strlen(l->said.folded) + 2);
    for (size_t i = 0; i < l->said.n; i++) {
        const struct said_word *w = &l->said.word[i];
        both |= used[i] && w->taken;
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_put(&b, used[i] ? "" : w->at, used[i] ? 0 : w->n);
    }
    if (buf_err(&b) != ERR_OK)
        return ERR_MEMORY;
    return both ? read_when_in(l, buf_text(&b)) : ERR_OK;
}

/* ==== who is calling ========================================================================== */

static void mark_name(struct understand_line *l, const char *name)
{
    const char *folded = text_fold(l->arena, name);

    for (size_t i = 0; folded != NULL && *folded != '\0' && i < l->said.n; i++) {
        const char *at = l->said.word[i].at;
        size_t n = strlen(folded);
        if (strncmp(at, folded, n) != 0 || (at[n] != ' ' && at[n] != '\0'))
            continue;
        for (size_t k = i; k < l->said.n && l->said.word[k].at < at + n; k++)
            l->said.word[k].taken = true;
        return;
    }
}

static enum err read_phone(struct understand_line *l)
{
    char number[PHONE_MAX];
    enum err e = phone_in_text(l->ask->words, l->profile->country, number);

    if (e == ERR_MEMORY)
        return e;
    if (e == ERR_OK)
        l->got.phone = arena_strndup(l->arena, number, strlen(number));
    return e == ERR_OK && l->got.phone == NULL ? ERR_MEMORY : ERR_OK;
}

/* A bare name is one only if it was asked for, or stands alone in a line that tells a number. */
static enum err read_name(struct understand_line *l)
{
    struct name_line line = {
        .arena = l->arena, .profile = l->profile, .words = l->ask->words, .no_memory = false};
    struct name_found found = name_told(&line);

    if (found.name == NULL && l->ask->asked == ASKS_NAME)
        found = name_answered(&line);
    if (found.name == NULL && strchr(l->ask->words, '?') == NULL)
        found = name_in_passing(&line, l->got.phone != NULL);
    if (line.no_memory)
        return ERR_MEMORY;
    l->got.name = found.name;
    if (found.name != NULL)
        mark_name(l, found.name);
    return ERR_OK;
}

/* ==== services and specialists ================================================================ */

/* A stem of few letters, or one of several words, tells by whole words alone. */
static bool begins_as_stem(const char *stem, const char *word, size_t n)
{
    bool whole = *stem == '=';

    stem += strspn(stem, "=*");
    size_t bytes = strcspn(stem, " ");
    whole |= stem[bytes] == ' ' || bytes < STEM_BYTES;
    return bytes > 0 && (whole ? bytes == n : bytes <= n) && memcmp(stem, word, bytes) == 0;
}

static bool begins_as(const struct stems *sets, size_t n, const char *word, size_t len)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sets[i].n; k++)
            if (begins_as_stem(sets[i].stem[k], word, len))
                return true;
    return false;
}

static bool begins_a_rule(const struct profile *p, const char *word, size_t n)
{
    for (size_t i = 0; i < p->rules_n; i++)
        if (begins_as(p->rules[i].when, p->rules[i].n, word, n))
            return true;
    return false;
}

/* A word that means something else is no misheard service. */
static bool is_everyday(const void *context, const char *word, size_t n)
{
    static const enum heard_kind kinds[] = {
        HEARD_GIVEN_NAME, HEARD_LITTLE, HEARD_NO_NAME, HEARD_ORDINAL, HEARD_WHEN,
        HEARD_HOURS,      HEARD_NOON,   HEARD_ROOMS,   HEARD_ASKS,    HEARD_FILLER,
        HEARD_CORRECTS,   HEARD_JOINS,  HEARD_EITHER,  HEARD_WITHOUT};
    const struct understand_line *l = context;
    const struct profile *p = l->profile;
    const struct book *b = p->book;

    if (heard_is_number(word, n))
        return true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (heard_is(kinds[i], word, n))
            return true;
    for (size_t i = 0; i < b->specialists; i++)
        if (begins_as(b->specialist[i].stems, b->specialist[i].stems_n, word, n))
            return true;
    const struct {
        const struct stems *sets;
        size_t n;
    } lists[] = {
#define X(name) {l->words->hears.name, l->words->hears.name##_n},
        BOOK_HEARS(X)
#undef X
            {p->yes, p->yes_n},
        {p->no, p->no_n},
        {p->thanks, p->thanks_n},
        {p->more, p->more_n},
        {p->goodbye, p->goodbye_n},
        {p->person, p->person_n},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        if (begins_as(lists[i].sets, lists[i].n, word, n))
            return true;
    return begins_a_rule(p, word, n);
}

static enum err read_services(struct understand_line *l)
{
    struct service_found found;
    struct understood *got = &l->got;
    const struct service_line line = {.said = &l->said,
                                      .book = l->profile->book,
                                      .asked = l->ask->asked == ASKS_SERVICE,
                                      .among = l->ask->among,
                                      .among_n =
                                          l->ask->asked == ASKS_SERVICE ? l->ask->among_n : 0,
                                      .is_everyday = is_everyday,
                                      .context = l};

    if (service_match(l->arena, &line, &found) != ERR_OK)
        return ERR_MEMORY;
    for (size_t i = 0; i < l->said.n; i++)
        l->named[i] |= found.used[i];
    memcpy(got->service, found.service, sizeof got->service);
    got->services = found.services;
    memcpy(got->could_be, found.could_be, sizeof got->could_be);
    got->could_be_n = found.could_be_n;
    /* "Перший", of those that were named to choose from. */
    if (l->ask->asked == ASKS_SERVICE && got->services == 0 && got->choice != 0) {
        size_t at = got->choice == WHEN_LAST ? line.among_n : (size_t)got->choice;
        got->service[got->services++] = line.among[at - 1];
        got->could_be_n = 0;
    }
    enum err e = read_when_again(l, found.used);
    if (l->ask->asked == ASKS_SERVICE)
        got->choice = 0;
    return e;
}

/* "Все одно" says that any day will do, or any specialist: whichever was asked for or not told. */
static void settle_any(struct understand_line *l)
{
    struct understood *got = &l->got;
    enum asks asked = l->ask->asked;

    if (!got->any_specialist || !got->when.any)
        return;
    if (asked == ASKS_DAY || asked == ASKS_TIME || asked == ASKS_CHOICE)
        got->any_specialist = false;
    else if (got->when.days_n > 0 || got->when.time >= 0)
        got->when.any = false;
}

static enum err read_specialist(struct understand_line *l)
{
    struct specialist_found found;

    if (specialist_match(l->arena, &l->said, l->profile->book, &found) != ERR_OK)
        return ERR_MEMORY;
    for (size_t i = 0; i < l->said.n; i++)
        l->named[i] |= found.used[i];
    l->got.specialist = found.meant;
    l->got.not_specialist = found.denied;
    l->got.any_specialist = UNDERSTAND_HEARS(l, &l->words->hears, any) == SAID_MEANT;
    settle_any(l);
    return ERR_OK;
}

/* ==== a service that is not there ============================================================= */

static bool is_unknown_word(const struct understand_line *l, size_t i)
{
    const struct said_word *w = &l->said.word[i];

    return !l->named[i] && !w->taken && !w->denied && text_length(w->at) > 0 && w->n >= 6 &&
           !is_everyday(l, w->at, w->n);
}

/* "Запишіть на тату": what stands behind "на", or anything if the service was asked for. */
static bool names_unknown(const struct understand_line *l)
{
    const struct understood *got = &l->got;
    bool asked = l->ask->asked == ASKS_SERVICE;

    if (got->services > 0 || got->could_be_n > 0 || got->name != NULL || got->phone != NULL ||
        got->answer != ANSWER_NONE || got->drops || got->again ||
        (asked ? got->intent != INTENT_NONE && got->intent != INTENT_BOOK
               : got->intent != INTENT_BOOK))
        return false;
    for (size_t i = 0; i < l->said.n; i++) {
        const struct said_word *before = i == 0 ? NULL : &l->said.word[i - 1];
        bool onto = before != NULL && !before->stops && heard_is(HEARD_ONTO, before->at, before->n);
        if ((asked || onto) && is_unknown_word(l, i))
            return true;
    }
    return false;
}

/* ==== all of it =============================================================================== */

bool understand_tells(const struct understand_line *l)
{
    const struct understood *got = &l->got;
    const struct when *w = &got->when;

    return got->services > 0 || got->could_be_n > 0 || got->specialist >= 0 ||
           got->not_specialist >= 0 || got->any_specialist || w->days_n > 0 || w->time >= 0 ||
           w->from >= 0 || w->to >= 0 || w->nearest || w->past || w->no_such_day ||
           got->phone != NULL || got->name != NULL;
}

static int count_words(const char *folded)
{
    int n = *folded != '\0';

    for (; *folded != '\0'; folded++)
        n += *folded == ' ';
    return n;
}

static enum err begin(struct understand_line *l)
{
    l->rules_ask = (struct rules_ask){
        .profile = l->profile, .words = l->ask->words, .state = "", .local = l->ask->local};
    if (said_read(l->arena, l->ask->words, &l->said) != ERR_OK)
        return ERR_MEMORY;
    l->rules = (struct rules_turn){.arena = l->arena,
                                   .ask = &l->rules_ask,
                                   .profile = l->profile,
                                   .folded = l->said.folded,
                                   .words = count_words(l->said.folded)};
    return ERR_OK;
}

enum err understand(struct arena *a, const struct understand_ask *ask, struct understood *ret)
{
    static enum err (*const steps[])(struct understand_line *) = {
        begin, read_when, read_phone, read_name, read_specialist, read_services};
    struct understand_line *l = arena_calloc(a, 1, sizeof *l);

    if (l == NULL)
        return ERR_MEMORY;
    l->arena = a;
    l->ask = ask;
    l->profile = ask->profile;
    l->words = ask->profile->book->words;
    l->got.specialist = l->got.not_specialist = -1;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i](l) != ERR_OK)
            return ERR_MEMORY;
    l->got.for_other = UNDERSTAND_HEARS(l, &l->words->hears, for_other) == SAID_MEANT;
    if (understand_intent(l) != ERR_OK)
        return ERR_MEMORY;
    understand_answer(l);
    l->got.unknown_service = names_unknown(l);
    if (l->rules.no_memory)
        return ERR_MEMORY;
    *ret = l->got;
    return ERR_OK;
}
