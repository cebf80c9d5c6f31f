/* What a profile may say and what cannot work, or is not meant: never a fault, always a warning. */
#include <string.h>

#include "base/file.h"
#include "base/settings.h"
#include "base/text.h"
#include "language/language.h"
#include "tools/holos/findings.h"
#include "wire/json.h"

#define PROFILE_MAX ((size_t)1024 * 1024)

/* ---- numbers -------------------------------------------------------------------------------------- */

static bool has_letters(const char *number)
{
    for (uint32_t c = text_next(&number); c != 0; c = text_next(&number))
        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0x400 && c < 0x530))
            return true;
    return false;
}

static void sense_numbers(struct findings *f, const struct profile *p)
{
    for (size_t i = 0; i < p->numbers_n; i++)
        if (has_letters(p->numbers[i]))
            found(f, FINDING_WARNING, p->name, "write it in digits",
                  "numbers: no exchange sends \"%s\", because it holds letters", p->numbers[i]);
    if (has_letters(p->phone))
        found(f, FINDING_WARNING, p->name, "write it in digits",
              "phone: \"%s\" holds letters, and cannot be dialled", p->phone);
}

/* ---- voices --------------------------------------------------------------------------------------- */

/* "uk", "uk-UA-Chirp3", "uk+f2": is it a code of two or three letters, and another one? */
static bool is_other(const char *voice, const char *language)
{
    size_t n = strspn(voice, "abcdefghijklmnopqrstuvwxyz");

    return (n == 2 || n == 3) && (voice[n] == '\0' || voice[n] == '-' || voice[n] == '+') &&
           strncmp(voice, "mb-", 3) != 0 &&
           (strlen(language) != n || strncmp(voice, language, n) != 0);
}

static void sense_voices(struct findings *f, const struct profile *p)
{
    static const char mend[] = "name a voice of the profile's language";

    if (is_other(p->voice.espeak, p->language))
        found(f, FINDING_WARNING, p->name, mend,
              "voice.espeak: \"%s\" is of another language than %s", p->voice.espeak, p->language);
    for (size_t i = 0; i < p->voice.by_n; i++) {
        const struct profile_voice *v = &p->voice.by[i];
        if (v->name != NULL && is_other(v->name, p->language))
            found(f, FINDING_WARNING, p->name, mend,
                  "voice.%s: \"%s\" is of another language than %s", v->by, v->name, p->language);
    }
}

/* ---- rules that are never reached ----------------------------------------------------------------- */

/* Do words that hold `late` always hold `early`? */
static bool implies(const char *late, const char *early)
{
    const char *bare = late + strspn(late, "=*");
    size_t n = strlen(early);

    if (strncmp(early, "==", 2) == 0 || strncmp(late, "==", 2) == 0)
        return strcmp(early, late) == 0;
    if (*early == '=')
        return *late == '=' && text_has_stem(bare, early);
    if (*early == '*')
        return strstr(bare, early + 1) != NULL;
    if (*late == '*') /* it may stand within a word: only a later word of it begins one */
        return strchr(bare, ' ') != NULL && text_has_stem(strchr(bare, ' ') + 1, early);
    return n > 0 && text_has_stem(bare, early);
}

static bool is_set_covered(const struct stems *late, const struct rule *early)
{
    for (size_t i = 0; i < early->n; i++) {
        const struct stems *set = &early->when[i];
        bool all = set->n > 0;
        for (size_t k = 0; k < set->n && all; k++) {
            bool any = false;
            for (size_t m = 0; m < late->n && !any; m++)
                any = implies(late->stem[m], set->stem[k]);
            all = any;
        }
        if (all)
            return true;
    }
    return false;
}

static void sense_order(struct findings *f, const struct profile *p)
{
    for (size_t late = 1; late < p->rules_n; late++) {
        const struct rule *r = &p->rules[late];
        size_t covered = 0, last = 0;
        for (size_t set = 0; set < r->n; set++)
            for (size_t early = 0; early < late; early++)
                if (is_set_covered(&r->when[set], &p->rules[early])) {
                    covered++;
                    last = early;
                    break;
                }
        if (r->n > 0 && covered == r->n)
            found(f, FINDING_WARNING, p->name, "move it before that one, or remove it",
                  "rule %zu (\"%.60s\") is never reached: rule %zu (\"%.60s\") comes before it",
                  late + 1, r->say == NULL ? "goodbye" : r->say, last + 1,
                  p->rules[last].say == NULL ? "goodbye" : p->rules[last].say);
    }
}

/* ---- hours in a rule's words ---------------------------------------------------------------------- */

/* One digit or two. */
static int read_two(const char *s, size_t n)
{
    return n == 1 ? *s - '0' : (s[0] - '0') * 10 + (s[1] - '0');
}

/* "9", "09:30" at `s` in minutes; -1: none is there. */
static int read_time(const char *s, const char **ret_end)
{
    size_t n = strspn(s, "0123456789");

    if (n < 1 || n > 2)
        return -1;
    int hour = read_two(s, n);
    int minute = 0;
    s += n;
    if ((*s == ':' || *s == '.') && strspn(s + 1, "0123456789") == 2) {
        minute = read_two(s + 1, 2);
        s += 3;
    }
    *ret_end = s;
    return hour > 24 || minute > 59 ? -1 : hour * 60 + minute;
}

/* What stands between the two times of a span; 0: something else does. */
static size_t between(const char *s)
{
    static const char *const words[] = {" до ", "-", "–", "—", " - ", " – ", " — ", " по "};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(s, words[i], strlen(words[i])) == 0)
            return strlen(words[i]);
    return 0;
}

static bool is_open(const struct profile *p, int from, int to)
{
    for (size_t day = 0; day < 7; day++)
        for (size_t i = 0; i < p->week[day].n; i++)
            if (p->week[day].open[i].from_min == from && p->week[day].open[i].to_min == to)
                return true;
    return false;
}

static bool speaks_of_opening(struct arena *a, const char *say)
{
    static const char *const stems[] = {"працю",  "робот",  "відчин", "відкрит", "зачин", "графік",
                                        "работа", "открыт", "закры",  "график",  "режим"};
    const char *folded = text_fold(a, say);

    for (size_t i = 0; folded != NULL && i < sizeof stems / sizeof stems[0]; i++)
        if (text_has_stem(folded, stems[i]))
            return true;
    return false;
}

static void sense_hours_of(struct findings *f, const struct profile *p, size_t rule)
{
    const char *say = p->rules[rule].say;

    for (const char *s = say; *s != '\0'; s++) {
        const char *end = NULL;
        if (s > say && strchr("0123456789:.", s[-1]) != NULL)
            continue;
        int from = read_time(s, &end);
        size_t gap = from < 0 ? 0 : between(end);
        int to = gap == 0 ? -1 : read_time(end + gap, &end);
        if (to > from && !is_open(p, from, to)) {
            found(f, FINDING_WARNING, p->name, "write {hours} there, or correct one of the two",
                  "rule %zu says %02d:%02d to %02d:%02d, which `hours` does not have (\"%.60s\")",
                  rule + 1, from / 60, from % 60, to / 60, to % 60, say);
            return;
        }
    }
}

static void sense_hours(struct findings *f, const struct profile *p)
{
    for (size_t i = 0; i < p->rules_n; i++)
        if (p->rules[i].say != NULL && speaks_of_opening(&f->t->arena, p->rules[i].say))
            sense_hours_of(f, p, i);
}

/* ---- stems, as they stand in the file ------------------------------------------------------------- */

/* One word in letters of both alphabets: the "i" of another keyboard. */
static bool mixes_letters(const char *s)
{
    bool latin = false, cyrillic = false;

    for (uint32_t c = text_next(&s); c != 0; c = text_next(&s)) {
        bool is_latin = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool is_cyrillic = c >= 0x400 && c < 0x530;
        latin = is_latin || (latin && is_cyrillic);
        cyrillic = is_cyrillic || (cyrillic && is_latin);
        if (latin && cyrillic)
            return true;
    }
    return false;
}

static void sense_stem(struct findings *f, const struct profile *p, const char *stem)
{
    if (*stem != '\0' && strchr(stem + 1, '*') != NULL)
        found(f, FINDING_WARNING, p->name,
              "leave it out: a stem fits every word that begins with it",
              "\"%.60s\": a * counts only before a stem", stem);
    if (mixes_letters(stem))
        found(f, FINDING_WARNING, p->name, "type it again with one keyboard layout",
              "\"%.60s\" mixes Latin and Cyrillic letters: no caller's word fits it", stem);
}

static void sense_stems(struct findings *f, const struct profile *p, const struct json *v)
{
    if (json_kind(v) == JSON_STRING)
        sense_stem(f, p, json_text(v));
    if (json_kind(v) == JSON_ARRAY || json_kind(v) == JSON_OBJECT)
        for (const struct json *one = json_first(v); one != NULL; one = json_next(one))
            sense_stems(f, p, one);
}

static void sense_book(struct findings *f, const struct profile *p, const struct json *book)
{
    static const char *const lists[] = {"specialists", "services"};

    sense_stems(f, p, json_member(book, "hears"));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        for (const struct json *one = json_first(json_member(book, lists[i])); one != NULL;
             one = json_next(one))
            sense_stems(f, p, json_member(one, "stems"));
}

static void sense_file(struct findings *f, const struct profile *p)
{
    static const char *const lists[] = {"questions", "goodbye", "person",     "yes",
                                        "no",        "thanks",  "more",       "again",
                                        "cancel",    "wrong",   "wrong_name", "wrong_phone"};
    const char *path =
        arena_printf(&f->t->arena, "%s/%s.json", setting_text(SET_HOLOS_PROFILES), p->name);
    const struct json *file = NULL;
    char *text = NULL;
    size_t n = 0;

    if (path == NULL || file_read(&f->t->arena, path, PROFILE_MAX, &text, &n, NULL) != ERR_OK ||
        json_parse(&f->t->arena, text, n, &file, NULL) != ERR_OK || json_kind(file) != JSON_OBJECT)
        return;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (json_member(file, lists[i]) != NULL)
            sense_stems(f, p, json_member(file, lists[i]));
    sense_book(f, p, json_member(file, "book"));
    const struct json *rules = json_member(file, "rules");
    if (rules == NULL || json_kind(rules) != JSON_ARRAY)
        return;
    for (const struct json *r = json_first(rules); r != NULL; r = json_next(r))
        if (json_kind(r) == JSON_OBJECT && json_member(r, "when") != NULL &&
            json_kind(json_member(r, "when")) == JSON_ARRAY)
            sense_stems(f, p, json_member(r, "when"));
}

void check_sense(struct findings *f, const struct profile *p)
{
    sense_numbers(f, p);
    sense_file(f, p);
    if (p->broken != NULL)
        return;
    if (language_find(p->language) != NULL)
        sense_voices(f, p);
    sense_order(f, p);
    sense_hours(f, p);
}
