/* The fields that say how a business sounds and what it listens for: voice, hear, locale. */
#include "salon/profile-reader.h"

#include <stddef.h>
#include <string.h>

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

static const struct field google_fields[] = {
    {.name = "name", .required = true, .read = read_text, PLACE(voice.google.name), .most = 100},
    {.name = "speaking_rate",
     .read = read_number,
     PLACE(voice.google.speaking_rate),
     .least = 25,
     .most = 200},
    {.name = "pitch", .read = read_number, PLACE(voice.google.pitch), .least = -2000, .most = 2000},
    {.name = "effects", .read = read_texts, LIST(voice.google.effects), .most = 100},
};

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
    {.name = "google", .read = read_members, .of = google_fields, .of_n = COUNT(google_fields)},
};

#define EFFECTS_MAX 8

static void check_google(struct reader *r, const struct profile *p)
{
    const char *name = p->voice.google.name;

    size_t mark = reader_enter(r, "voice.google.effects");
    if (p->voice.google.effects_n > EFFECTS_MAX)
        reader_fault(r, "has %zu values, at most %d", p->voice.google.effects_n, EFFECTS_MAX);
    reader_leave(r, mark);
    mark = reader_enter(r, "voice.google.name");
    if (*name != '\0' && p->locale != NULL && strncmp(name, p->locale, strlen(p->locale)) != 0)
        reader_fault(r, "must be a voice of the profile's language: it begins with \"%s\"",
                     p->locale);
    reader_leave(r, mark);
    mark = reader_enter(r, "voice.google.pitch");
    if (p->voice.google.pitch != 0 && strstr(name, "-Chirp") != NULL)
        reader_fault(r, "cannot be set: a Chirp voice has its own");
    reader_leave(r, mark);
}

void read_voice(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    (void)f;
    reader_object(r, v, voice_fields, COUNT(voice_fields), to);
}

void reader_check_voice(struct reader *r, const struct profile *p)
{
    size_t mark = reader_enter(r, "voice.rate");

    if (p->voice.rate != 8000 && p->voice.rate != 16000)
        reader_fault(r, "must be 8000 or 16000");
    else if (p->voice.rate != 8000 && strcmp(p->voice.coding, "pcm16") != 0)
        reader_fault(r, "must be 8000 with \"%s\"", p->voice.coding);
    reader_leave(r, mark);
    check_google(r, p);
}

/* ---- hear ----------------------------------------------------------------------------------- */

static void read_switch(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    bool on = false;

    if (json_kind(v) != JSON_BOOL || json_get_bool(r->parent, f->name, &on, NULL) != ERR_OK)
        reader_fault(r, "must be true or false");
    else
        *(bool *)to = on;
}

static const struct field hear_fields[] = {
    {.name = "model", .read = read_text, PLACE(hear.model), .most = 60},
    {.name = "punctuation", .read = read_switch, PLACE(hear.punctuation)},
    {.name = "hints", .read = read_texts, LIST(hear.hints), .most = 200},
    {.name = "invented", .read = read_folded, LIST(hear.invented), .most = 200},
};

void read_hear(struct reader *r, const struct json *v, const struct field *f, void *to)
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

void read_locale(struct reader *r, const struct json *v, const struct field *f, void *to)
{
    const char *s = reader_text(r, v, f->least, f->most);

    if (s == NULL)
        return;
    if (!is_locale(s))
        reader_fault(r, "must be a language and a country, as \"uk-UA\"");
    else
        *(const char **)to = s;
}

/* Where a language is mostly spoken on the telephone. */
const char *reader_locale(const char *language)
{
    static const struct {
        const char *language, *locale;
    } known[] = {
        {"uk", "uk-UA"}, {"ru", "ru-RU"}, {"en", "en-US"}, {"pl", "pl-PL"}, {"de", "de-DE"},
        {"fr", "fr-FR"}, {"es", "es-ES"}, {"it", "it-IT"}, {"ro", "ro-RO"}, {"cs", "cs-CZ"},
        {"sk", "sk-SK"}, {"hu", "hu-HU"}, {"bg", "bg-BG"}, {"tr", "tr-TR"},
    };

    for (size_t i = 0; i < COUNT(known); i++)
        if (strcmp(known[i].language, language) == 0)
            return known[i].locale;
    return language;
}

void reader_check_locale(struct reader *r, const struct profile *p)
{
    if (p->locale == NULL || p->language == NULL)
        return;
    size_t n = strlen(p->language);
    size_t mark = reader_enter(r, "locale");
    if (strncmp(p->locale, p->language, n) != 0 || (p->locale[n] != '-' && p->locale[n] != '\0'))
        reader_fault(r, "must begin with the profile's language, \"%s\"", p->language);
    reader_leave(r, mark);
}
