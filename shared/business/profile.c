#include "business/profile.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "business/phone.h"
#include "business/profile-reader.h"
#include "language/language.h"

/* ==== place: name, numbers ==================================================================== */

/* The fields that say where and when a business is: zone, country, numbers, keys. */

#define LETTERS  "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define FIGURES  "0123456789"

/* "\"ru\", \"uk\"": the languages there are. NULL: no memory. */
static const char *language_codes(struct arena *a)
{
    const char *all = "";

    for (size_t i = 0; languages[i] != NULL && all != NULL; i++)
        all = arena_printf(a, "%s%s\"%s\"", all, i == 0 ? "" : ", ", languages[i]->code);
    return all;
}

static bool is_spoken(struct reader *r, const char *code)
{
    const struct language *l = language_find(code);

    if (l != NULL && strcmp(l->code, code) == 0)
        return true;
    const char *all = language_codes(r->arena);
    if (all == NULL)
        r->no_memory = true;
    else
        reader_fault(r, "must be a language that holos speaks: %s", all);
    return false;
}

/* A language that has no file in language/ is accepted. Figures and names are then said as they are
 * written. */
static void read_language(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    size_t n = strlen(s);
    if (n < 2 || n > 3 || strspn(s, LETTERS) != n)
        reader_fault(r, "must be a language's two or three small letters, as \"uk\"");
    else
        *(const char **)to = s;
}

/* "Area/City" of the tz database; that it exists is not asked here. */
bool profile_is_zone(const char *s)
{
    size_t n = strlen(s);

    return strspn(s, LETTERS CAPITALS FIGURES "_-+/") == n && strspn(s, LETTERS CAPITALS) > 0 &&
           *s != '/' && s[n - 1] != '/' && strstr(s, "//") == NULL;
}

static void read_zone(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    if (!profile_is_zone(s))
        reader_fault(r, "must be a name of the tz database, as \"Europe/Kyiv\"");
    else
        *(const char **)to = s;
}

bool profile_is_country(const char *s)
{
    size_t n = strlen(s);

    return n >= 1 && n <= 3 && strspn(s, FIGURES) == n && *s != '0';
}

static void read_country(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    if (!profile_is_country(s))
        reader_fault(r, "must be a calling code without a plus, as \"380\"");
    else
        *(const char **)to = s;
}

bool profile_is_number(const char *s)
{
    size_t digits = 0;

    for (const char *at = s; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ')
            return false;
        digits += *at >= '0' && *at <= '9';
    }
    return digits >= 3;
}

static void read_numbers(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    read_texts(r, v, f, to);
    const char *const *list = *(const char *const **)to;
    size_t i = 0;

    if (json_kind(v) != JSON_ARRAY || list == NULL)
        return;
    for (const struct json *one = json_first(v); one != NULL; one = json_next(one), i++) {
        const char *s = json_text(one);
        size_t mark = reader_enter_at(r, i);
        if (s != NULL && *s != '\0' && !profile_is_number(s))
            reader_fault(r, "must be a telephone number with at least 3 digits");
        size_t j = 0;
        for (const struct json *b = json_first(v); s != NULL && b != one; b = json_next(b), j++)
            if (json_text(b) != NULL && phone_same(json_text(b), s)) {
                reader_fault(r, "is the same number as numbers[%zu]", j);
                break;
            }
        reader_leave(r, mark);
    }
}

/* ---- keys ---------------------------------------------------------------------------------- */

#define KEY(name, i)                                                                               \
    {                                                                                              \
        name, NEED_NOT, read_text, (i) * sizeof(const char *), 0, 1, 100, NULL, 0, 0, SCOPE_BOTH   \
    }

static const struct field key_fields[] = {
    KEY("0", 0), KEY("1", 1), KEY("2", 2), KEY("3", 3), KEY("4", 4),  KEY("5", 5),
    KEY("6", 6), KEY("7", 7), KEY("8", 8), KEY("9", 9), KEY("*", 10), KEY("#", 11),
};

static void read_keys(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, key_fields, sizeof key_fields / sizeof *key_fields, to);
}

/* ==== speech: voices and recognisers ========================================================== */

/* The fields that say how a business sounds and what it listens for: voice, hear, locale. */

#define COUNT(table)  (sizeof(table) / sizeof *(table))
#define PLACE(member) .offset = offsetof(struct profile, member)
#define LIST(member)                                                                               \
    .offset = offsetof(struct profile, member), .n_offset = offsetof(struct profile, member##_n)

/* ---- numbers with a fraction ---------------------------------------------------------------- */

/* Bounds stand in hundredths, as a field's are whole. */
static void read_number(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    double least = f->least / 100.0;
    double most = f->most / 100.0;
    double n = 0;

    if (json_kind(v) != JSON_NUMBER || json_get_number(r->parent, f->name, &n, NULL) != ERR_OK ||
        n < least || n > most) {
        reader_fault(r, "must be a number from %g to %g", least, most);
        return;
    }
    *(double *)to = n;
}

/* ---- voice ---------------------------------------------------------------------------------- */

#define OF_VOICE(member) .offset = offsetof(struct profile_voice, member)

static const struct field vendor_fields[] = {
    {.name = "name", .need = NEED_ALWAYS, .read = read_text, OF_VOICE(name), .most = 100},
    {.name = "speaking_rate",
     .read = read_number,
     OF_VOICE(speaking_rate),
     .least = 25,
     .most = 200},
    {.name = "pitch", .read = read_number, OF_VOICE(pitch), .least = -2000, .most = 2000},
    {.name = "effects",
     .read = read_texts,
     OF_VOICE(effects),
     .n_offset = offsetof(struct profile_voice, effects_n),
     .most = 100},
};

/* The one that the pack has, or a new one; NULL: there are too many. */
static struct profile_voice *voice_of(struct profile *p, const char *by)
{
    struct profile_voice *v = p->voice.by;

    for (; v < p->voice.by + p->voice.by_n; v++)
        if (strcmp(v->by, by) == 0)
            return v;
    if (p->voice.by_n == PROFILE_VOICES)
        return NULL;
    p->voice.by_n++;
    *v = (struct profile_voice){.by = by, .name = ""};
    return v;
}

static void read_vendor(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *by = arena_strdup(r->arena, f->name);
    struct profile_voice *voice = by == NULL ? NULL : voice_of(to, by);

    r->no_memory |= by == NULL;
    if (voice != NULL)
        reader_object(r, v, vendor_fields, COUNT(vendor_fields), voice);
}

static const char *const codings[] = {"pcm16", "mulaw", "alaw"};

static const struct field voice_fields[] = {
    {.name = "espeak", .read = read_text, PLACE(voice.espeak), .least = 1, .most = 60},
    {.name = "words_per_minute",
     .read = read_int,
     PLACE(voice.words_per_minute),
     .least = 80,
     .most = 450},
    {.name = "pitch", .read = read_int, PLACE(voice.pitch), .least = 0, .most = 99},
    {.name = "rate", .read = read_int, PLACE(voice.rate), .least = 8000, .most = 16000},
    {.name = "coding",
     .read = read_choice,
     PLACE(voice.coding),
     .of = codings,
     .of_n = COUNT(codings)},
};

/* Every object is a vendor's voice; which vendors there are is not known here (provider_check_voices). */
static bool is_vendor(const struct json *v, const struct json *member)
{
    const char *name = json_name(member);

    for (size_t i = 0; i < COUNT(voice_fields); i++)
        if (strcmp(voice_fields[i].name, name) == 0)
            return false;
    return json_kind(member) == JSON_OBJECT && json_member(v, name) == member &&
           strcmp(name, "//") != 0;
}

static void read_voice(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct field fields[COUNT(voice_fields) + PROFILE_VOICES];
    const struct json *m = json_kind(v) == JSON_OBJECT ? json_first(v) : NULL;
    size_t n = COUNT(voice_fields);

    (void)f;
    memcpy(fields, voice_fields, sizeof voice_fields);
    for (; m != NULL && n < COUNT(fields); m = json_next(m))
        if (is_vendor(v, m))
            fields[n++] = (struct field){.name = json_name(m), .read = read_vendor};
    reader_object(r, v, fields, n, to);
}

static void check_voice(struct reader *r, const struct profile *p)
{
    size_t mark = reader_enter(r, "voice.rate");

    if (p->voice.rate != 8000 && p->voice.rate != 16000)
        reader_fault(r, "must be 8000 or 16000");
    else if (p->voice.rate != 8000 && strcmp(p->voice.coding, "pcm16") != 0)
        reader_fault(r, "must be 8000 with \"%s\"", p->voice.coding);
    reader_leave(r, mark);
}

/* ---- hear ----------------------------------------------------------------------------------- */

static const struct field hear_fields[] = {
    {.name = "model", .read = read_text, PLACE(hear.model), .most = 60},
    {.name = "punctuation", .read = read_switch, PLACE(hear.punctuation)},
    {.name = "hints", .read = read_texts, LIST(hear.hints), .most = 200},
    {.name = "invented", .read = read_folded, LIST(hear.invented), .most = 200},
};

static void read_hear(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, hear_fields, COUNT(hear_fields), to);
}

/* ---- locale --------------------------------------------------------------------------------- */

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* "uk-UA": the profile's language, a hyphen, a country's two capitals. */
static bool is_locale(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz");

    return n >= 2 && n <= 3 && s[n] == '-' && is_upper(s[n + 1]) && is_upper(s[n + 2]) &&
           s[n + 3] == '\0';
}

static void read_locale(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    if (!is_locale(s))
        reader_fault(r, "must be a language and a country, as \"uk-UA\"");
    else
        *(const char **)to = s;
}

static void check_locale(struct reader *r, const struct profile *p)
{
    if (p->locale == NULL || p->language == NULL)
        return;
    size_t n = strlen(p->language);
    size_t mark = reader_enter(r, "locale");
    if (strncmp(p->locale, p->language, n) != 0 || (p->locale[n] != '-' && p->locale[n] != '\0'))
        reader_fault(r, "must begin with the profile's language, \"%s\"", p->language);
    reader_leave(r, mark);
}

/* ==== the whole profile ======================================================================= */

#define PHRASE_BYTES 1000
#define HOURS_BYTES  100 /* of a word in hours_words */

/* ---- the file ------------------------------------------------------------------------------ */

/* Which placeholders a phrase may hold, where not PLACE_ALWAYS alone. */
static const struct {
    size_t offset;
    unsigned allows;
} phrase_places[] = {
    {offsetof(struct profile, say.request_begins), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.ask_name), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.ask_phone), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.ask_phone_again), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.confirm_phone), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.ask_wish), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.request_taken), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.request_cancelled), PLACE_ALWAYS | PLACE_REQUEST},
    {offsetof(struct profile, say.open_today), PLACE_HOURS},
    {offsetof(struct profile, say.open_again), PLACE_HOURS},
    {offsetof(struct profile, say.open_all_day), 0},
    {offsetof(struct profile, say.closed_today), 0},
    {offsetof(struct profile, say.open_tomorrow), PLACE_HOURS},
    {offsetof(struct profile, say.all_day_tomorrow), 0},
    {offsetof(struct profile, say.closed_tomorrow), 0},
    {offsetof(struct profile, say.now_open), 0},
    {offsetof(struct profile, say.now_closed), 0},
    {offsetof(struct profile, say.missed_wish), 0},
    {offsetof(struct profile, say.transfer_wish), 0},
};

#define PHRASE(field, who, where)                                                                  \
    {.name = #field,                                                                               \
     .need = who,                                                                                  \
     .read = read_phrase,                                                                          \
     .offset = offsetof(struct profile, say.field),                                                \
     .least = 1,                                                                                   \
     .most = PHRASE_BYTES,                                                                         \
     .allows = PLACE_ALWAYS,                                                                       \
     .scope = where},

static const struct field say_fields[] = {
#define X(field) PHRASE(field, NEED_EITHER, SCOPE_BOTH)
    PROFILE_PHRASES(X)
#undef X
#define X(field) PHRASE(field, NEED_NOT, SCOPE_BOTH)
        PROFILE_LATER_PHRASES(X)
#undef X
#define X(field) PHRASE(field, NEED_NOT, SCOPE_PACK)
            PROFILE_APOLOGIES(X)
#undef X
};

#define PHRASE_COUNT COUNT(say_fields)

static void read_say(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    struct field fields[PHRASE_COUNT];

    (void)f;
    memcpy(fields, say_fields, sizeof fields);
    for (size_t i = 0; i < COUNT(fields); i++)
        for (size_t j = 0; j < COUNT(phrase_places); j++)
            if (fields[i].offset == phrase_places[j].offset)
                fields[i].allows = phrase_places[j].allows;
    reader_object(r, v, fields, COUNT(fields), to);
}

static const struct field limit_fields[] = {
    {.name = "minutes", .read = read_int, PLACE(limits.minutes), .least = 1, .most = 240},
    {.name = "turns", .read = read_int, PLACE(limits.turns), .least = 2, .most = 1000},
    {.name = "session_minutes",
     .read = read_int,
     PLACE(limits.session_minutes),
     .least = 1,
     .most = 1440},
    {.name = "silences", .read = read_int, PLACE(limits.silences), .least = 1, .most = 10},
    {.name = "cents", .read = read_int, PLACE(limits.cents), .least = 0, .most = 100000},
};

#define HOURS_WORD(field)                                                                          \
    {.name = #field,                                                                               \
     .read = read_phrase,                                                                          \
     PLACE(hours_words.field),                                                                     \
     .least = 1,                                                                                   \
     .most = HOURS_BYTES},
#define HOURS_DAYS(field)                                                                          \
    {.name = #field, .read = read_names, PLACE(hours_words.field), .least = 7, .most = HOURS_BYTES},

static void read_hours_words(struct reader *r, const struct json *v, const struct field *f,
                             void *to)
{
    static const struct field words[] = {PROFILE_HOURS_WORDS(HOURS_WORD, HOURS_DAYS)};
    struct field fields[COUNT(words)];

    (void)f;
    memcpy(fields, words, sizeof fields);
    for (size_t i = 0; i < COUNT(fields); i++)
        if (fields[i].offset == offsetof(struct profile, hours_words.open) ||
            fields[i].offset == offsetof(struct profile, hours_words.open_again))
            fields[i].allows = PLACE_HOURS;
    reader_object(r, v, fields, COUNT(fields), to);
}

/* The further languages stand on what the profile says in its own (reader_languages). */
static void read_later(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)r;
    (void)v;
    (void)f;
    (void)to;
}

/* Every reader gets the whole profile, or the place of its own. What a phrase is filled from is
 * read before the phrases, and the questions before the rules. */
static const struct field profile_fields[] = {
    {.name = "business",
     .need = NEED_ALWAYS,
     .read = read_text,
     PLACE(business),
     .least = 1,
     .most = 200,
     .scope = SCOPE_PROFILE},
    {.name = "numbers", .read = read_numbers, LIST(numbers), .most = 32, .scope = SCOPE_PROFILE},
    {.name = "language",
     .need = NEED_ALWAYS,
     .read = read_language,
     PLACE(language),
     .least = 1,
     .most = 32,
     .scope = SCOPE_PROFILE},
    {.name = "time_zone",
     .need = NEED_PROFILE,
     .read = read_zone,
     PLACE(time_zone),
     .least = 1,
     .most = 64},
    {.name = "country",
     .need = NEED_PROFILE,
     .read = read_country,
     PLACE(country),
     .least = 1,
     .most = 32},
    {.name = "address",
     .need = NEED_ALWAYS,
     .read = read_text,
     PLACE(address),
     .least = 1,
     .most = 300,
     .scope = SCOPE_PROFILE},
    {.name = "phone", .read = read_text, PLACE(phone), .most = 32, .scope = SCOPE_PROFILE},
    {.name = "locale", .read = read_locale, PLACE(locale), .least = 1, .most = 16},
    {.name = "voice", .read = read_voice, .scope = SCOPE_PROFILE},
    {.name = "hear", .read = read_hear},
    {.name = "hours", .need = NEED_ALWAYS, .read = read_week, PLACE(week), .scope = SCOPE_PROFILE},
    {.name = "hours_words", .read = read_hours_words},
    {.name = "limits",
     .read = read_members,
     .of = limit_fields,
     .of_n = COUNT(limit_fields),
     .scope = SCOPE_PROFILE},
    {.name = "say", .read = read_say},
    {.name = "goodbye", .need = NEED_EITHER, .read = read_stems, LIST(goodbye), .least = 1},
    {.name = "person", .need = NEED_EITHER, .read = read_stems, LIST(person), .least = 1},
    {.name = "yes", .need = NEED_EITHER, .read = read_stems, LIST(yes), .least = 1},
    {.name = "no", .need = NEED_EITHER, .read = read_stems, LIST(no), .least = 1},
    {.name = "thanks", .read = read_stems, LIST(thanks)},
    {.name = "more", .read = read_stems, LIST(more)},
    {.name = "again", .read = read_stems, LIST(again)},
    {.name = "cancel", .need = NEED_EITHER, .read = read_stems, LIST(cancel), .least = 1},
    {.name = "wrong", .read = read_stems, LIST(wrong)},
    {.name = "wrong_name", .read = read_stems, LIST(wrong_name)},
    {.name = "wrong_phone", .read = read_stems, LIST(wrong_phone)},
    {.name = "name_is", .read = read_folded, LIST(name_is), .most = 100},
    {.name = "name_lead", .read = read_folded, LIST(name_lead), .most = 100},
    {.name = "name_ends", .read = read_folded, LIST(name_ends), .most = 100},
    {.name = "keys", .read = read_keys, PLACE(keys)},
    {.name = "questions", .read = read_questions},
    {.name = "rules", .need = NEED_EITHER, .read = read_rules, PLACE(rules), .least = 0},
    {.name = "prompt", .read = read_prompt, PLACE(prompt)},
    {.name = "book", .read = read_book, PLACE(book)},
    {.name = "binotel", .read = read_exchange, PLACE(exchange), .scope = SCOPE_PROFILE},
    {.name = "languages", .read = read_later, .scope = SCOPE_PROFILE},
};

/* ---- what hangs together ------------------------------------------------------------------- */

static void check_name(struct reader *r, const char *name)
{
    size_t n = strlen(name);

    if (n == 0 || n > 64 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
        reader_fault(r, "the file's name may hold only a-z, 0-9 and -, and end in .json");
}

/* json's sentence tells the byte; a person wants the line. */
static void syntax_fault(struct reader *r, const char *text, size_t n, const struct why *why)
{
    const char *at = strstr(why->text, "byte ");
    char *end = NULL;
    size_t byte = at == NULL ? 0 : strtoul(at + 5, &end, 10);
    size_t line = 1;
    size_t column = 1;

    for (size_t i = 0; i < n && i < byte; i++) {
        line += text[i] == '\n';
        column = text[i] == '\n' ? 1 : column + (((unsigned char)text[i] & 0xc0) != 0x80);
    }
    if (end == NULL || end == at + 5)
        reader_fault(r, "is not valid JSON: %s", why->text);
    else
        reader_fault(r, "is not valid JSON at line %zu, column %zu: %s", line, column, why->text);
}

static void count_left_out(struct reader *r)
{
    if (r->left_out == 0 || r->no_memory)
        return;
    struct profile_fault *last = &r->faults->fault[r->faults->n];
    last->path = "";
    last->text = arena_printf(r->arena, "and %zu further faults", r->left_out);
    r->no_memory |= last->text == NULL;
    r->faults->n += !r->no_memory;
}

const struct profile_voice *profile_voice(const struct profile *p, const char *by)
{
    for (size_t i = 0; i < p->voice.by_n; i++)
        if (strcmp(p->voice.by[i].by, by) == 0)
            return &p->voice.by[i];
    return NULL;
}

static const struct profile blank = {.phone = "",
                                     .voice = {NULL, 150, 50, 8000, "pcm16", {{0}}, 0},
                                     .hear = {.model = "", .punctuation = true},
                                     .limits = {10, 60, 30, 3, 0}};

const struct profile_pack *profile_pack_of(const struct profile_packs *packs, const char *language)
{
    for (size_t i = 0; packs != NULL && language != NULL && i < packs->n; i++)
        if (strcmp(packs->pack[i].language, language) == 0)
            return &packs->pack[i];
    return NULL;
}

/* What neither the file nor the pack below it has. */
static void check_missing(struct reader *r, const struct json *file, const struct field *fields,
                          size_t n)
{
    const struct json *say = json_member(file, "say");

    reader_missing(r, file, fields, n, r->profile);
    size_t mark = reader_enter(r, "say");
    if (say == NULL && r->pack == NULL)
        reader_lacks(r, NEED_EITHER);
    else
        reader_missing(r, say, say_fields, PHRASE_COUNT, r->profile);
    reader_leave(r, mark);
    reader_missing_prompt(r, json_member(file, "prompt"), r->profile->prompt);
    reader_missing_book(r, json_member(file, "book"), r->profile->book);
}

/* The file's tree into r->profile, which is begun as a copy of the pack. */
static void read_tree(struct reader *r, const struct json *tree)
{
    struct profile *p = r->profile;

    reader_object(r, tree, profile_fields, COUNT(profile_fields), p);
    if (json_kind(tree) != JSON_OBJECT)
        return;
    reader_join_rules(r);
    check_locale(r, p);
    if (p->locale == NULL && p->language != NULL) {
        const struct language *l = language_find(p->language);
        p->locale = l == NULL ? p->language : l->locale;
    }
    if (r->is_pack)
        return;
    check_voice(r, p);
    check_missing(r, tree, profile_fields, COUNT(profile_fields));
}

/* Members that are facts of the business, or its own language's: none of them may differ in another
 * language. */
static bool is_for_all(const char *name)
{
    static const char *const names[] = {"numbers", "language", "time_zone", "country",
                                        "phone",   "hours",    "limits",    "languages"};

    for (size_t i = 0; i < COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

void reader_language(struct reader *r, const struct json *v)
{
    struct field fields[COUNT(profile_fields)];
    size_t n = 0;

    for (size_t i = 0; i < COUNT(profile_fields); i++) {
        if (is_for_all(profile_fields[i].name))
            continue;
        fields[n] = profile_fields[i];
        if (fields[n].need == NEED_ALWAYS) /* the profile has it */
            fields[n].need = NEED_NOT;
        n++;
    }
    reader_object(r, v, fields, n, r->profile);
    if (json_kind(v) != JSON_OBJECT)
        return;
    reader_join_rules(r);
    check_locale(r, r->profile);
    if (r->profile->voice.espeak == NULL)
        r->profile->voice.espeak = r->profile->language;
    check_voice(r, r->profile);
    check_missing(r, v, fields, n);
}

/* ERR_SYNTAX after a fault was added, ERR_MEMORY. */
static enum err parse(struct reader *r, const struct profile_file *file, const struct json **ret)
{
    struct why why = {0};

    check_name(r, file->name);
    enum err e = json_parse(r->arena, file->text, file->n, ret, &why);
    if (e != ERR_OK && e != ERR_MEMORY)
        syntax_fault(r, file->text, file->n, &why);
    return e == ERR_OK || e == ERR_MEMORY ? e : ERR_SYNTAX;
}

#define SCRATCH ((size_t)32 * 1024 * 1024)

/* ERR_CONFIG if there are faults. */
static enum err finish(struct reader *r, struct profile_faults *ret_faults)
{
    count_left_out(r);
    arena_release(r->scratch);
    if (r->no_memory)
        return ERR_MEMORY;
    *ret_faults = *r->faults;
    return r->faults->n > 0 ? ERR_CONFIG : ERR_OK;
}

enum err profile_read(struct arena *a, const struct profile_file *file, struct profile *ret,
                      struct profile_faults *ret_faults)
{
    struct profile p = blank;
    struct profile_faults faults = {0};
    struct arena scratch;
    struct reader r = {
        .arena = a, .scratch = &scratch, .faults = &faults, .label = file->label, .profile = &p};
    const struct json *tree = NULL;

    arena_init(&scratch, SCRATCH);
    enum err e = parse(&r, file, &tree);
    if (e == ERR_MEMORY)
        return e;
    if (e == ERR_OK) {
        r.pack = profile_pack_of(file->packs, json_text(json_member(tree, "language")));
        p = r.pack == NULL ? blank : r.pack->has;
        p.language = NULL; /* its own is still to be read */
        p.book = NULL;     /* a pack's has words alone */
        read_tree(&r, tree);
    }
    p.name = arena_strdup(a, file->name);
    if (e == ERR_OK && p.language != NULL && p.business != NULL && p.address != NULL) {
        reader_languages(&r, json_member(tree, "languages"), file->packs);
        reader_join_books(&r);
        reader_join_languages(&r);
    }
    if (p.voice.espeak == NULL)
        p.voice.espeak = p.language;
    r.no_memory |= p.name == NULL;
    e = finish(&r, ret_faults);
    if (e == ERR_OK)
        *ret = p;
    return e;
}

enum err profile_read_pack(struct arena *a, const struct profile_file *file,
                           struct profile_pack *ret, struct profile_faults *ret_faults)
{
    const struct profile_pack *below = profile_pack_of(file->packs, file->name);
    struct profile p = below == NULL ? blank : below->has;
    struct profile_faults faults = {0};
    struct arena scratch;
    struct reader r = {.arena = a,
                       .scratch = &scratch,
                       .faults = &faults,
                       .label = file->label,
                       .profile = &p,
                       .pack = below,
                       .is_pack = true};
    const struct json *tree = NULL;

    arena_init(&scratch, SCRATCH);
    enum err e = parse(&r, file, &tree);
    if (e == ERR_MEMORY)
        return e;
    p.language = arena_strdup(a, file->name);
    r.no_memory |= p.language == NULL;
    if (e == ERR_OK && p.language != NULL && is_spoken(&r, p.language))
        read_tree(&r, tree);
    e = finish(&r, ret_faults);
    if (e == ERR_OK)
        *ret = (struct profile_pack){.language = p.language, .label = file->label, .has = p};
    return e;
}
