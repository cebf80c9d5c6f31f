#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/text.h"
#include "calls/profiles.h"
#include "language/language.h"
#include "providers/provider.h"
#include "tools/holos/tool.h"

#define PROFILE_BYTES ((size_t)64 * 1024)
#define LINE_BYTES    1000
#define DAYS          7
#define ALL_DAYS      0x7fU

static const char *const days[DAYS] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/* ---- hours ---------------------------------------------------------------------------------- */

struct week {
    struct {
        char text[12]; /* "09:00-19:00" */
    } open[DAYS][PROFILE_HOURS_MAX];
    size_t n[DAYS];
};

static int day_of(const char *s)
{
    for (int i = 0; i < DAYS; i++)
        if (strncmp(s, days[i], 3) == 0)
            return i;
    return -1;
}

/* "mon", "mon-fri", "daily"; 0: it is none. */
static unsigned days_of(const char *word)
{
    int first = day_of(word);
    int last = first >= 0 && word[3] == '-' ? day_of(word + 4) : first;
    unsigned mask = 0;

    if (strcmp(word, "daily") == 0)
        return ALL_DAYS;
    if (last < 0 || word[last == first && word[3] == '\0' ? 3 : 7] != '\0')
        return 0;
    for (int day = first;; day = (day + 1) % DAYS) {
        mask |= 1U << day;
        if (day == last)
            return mask;
    }
}

/* One or two figures at *at, which is moved behind them. */
static bool read_figures(const char **at, unsigned *ret)
{
    size_t n = strspn(*at, "0123456789");

    *ret = 0;
    for (size_t i = 0; i < n && i < 2; i++)
        *ret = *ret * 10 + (unsigned)((*at)[i] - '0');
    *at += n;
    return n == 1 || n == 2;
}

/* "9", "9:00" or "09:00" */
static bool read_time(const char **at, unsigned *ret_h, unsigned *ret_m)
{
    *ret_m = 0;
    if (!read_figures(at, ret_h))
        return false;
    if (**at != ':')
        return true;
    (*at)++;
    return read_figures(at, ret_m);
}

/* "9:00-19:00" for each of the days. */
static bool add_times(struct week *w, unsigned mask, const char *word)
{
    unsigned h[2] = {0};
    unsigned m[2] = {0};

    if (!read_time(&word, &h[0], &m[0]) || *word++ != '-' || !read_time(&word, &h[1], &m[1]) ||
        *word != '\0')
        return false;
    for (int day = 0; day < DAYS; day++) {
        if ((mask >> day & 1) == 0)
            continue;
        if (w->n[day] == PROFILE_HOURS_MAX)
            return false;
        (void)snprintf(w->open[day][w->n[day]++].text, sizeof w->open[0][0].text,
                       "%02u:%02u-%02u:%02u", h[0] % 100, m[0] % 100, h[1] % 100, m[1] % 100);
    }
    return true;
}

/* "mon-fri 09:00-13:00 14:00-19:00, sat 10:00-18:00": a day that is not named is closed. */
static enum err read_week(struct arena *a, const char *text, struct week *ret, struct why *why)
{
    char *copy = arena_strdup(a, text);
    char *rest = copy;
    unsigned mask = ALL_DAYS;
    bool after_times = true;

    if (copy == NULL)
        return ERR_MEMORY;
    for (char *word = strtok_r(copy, " ,;\t", &rest); word != NULL;
         word = strtok_r(NULL, " ,;\t", &rest)) {
        unsigned named = days_of(word);
        if (named != 0)
            mask = after_times ? named : mask | named;
        else if (strcmp(word, "closed") != 0 && !add_times(ret, mask, word))
            return why_set(why, ERR_VALUE,
                           "\"%.20s\" is neither a day nor hours; write "
                           "\"mon-fri 09:00-19:00, sat 10:00-18:00\" or \"daily 09:00-21:00\"",
                           word);
        after_times = named == 0;
    }
    return ERR_OK;
}

/* ---- the file ------------------------------------------------------------------------------- */

static void put_text(struct buf *b, const char *text)
{
    struct jsonw w;

    jsonw_init(&w, b);
    jsonw_text(&w, text);
}

static void put_line(struct buf *b, const char *name, const char *text)
{
    buf_printf(b, "  \"%s\": ", name);
    put_text(b, text);
    buf_puts(b, ",\n");
}

static void put_numbers(struct buf *b, const struct options *o, const char *asked)
{
    const char *comma = "";

    buf_puts(b, "  \"numbers\": [");
    for (size_t i = 0; i < o->n; i++) {
        if (strcmp(o->given[i].row->name, "number") != 0)
            continue;
        buf_puts(b, comma);
        put_text(b, o->given[i].value);
        comma = ", ";
    }
    if (*asked != '\0')
        put_text(b, asked);
    buf_puts(b, "],\n");
}

static void put_voice(struct buf *b, const char *language)
{
    const struct language *of = language_find(language);

    buf_printf(b, "  \"voice\": {\"espeak\": \"%s\"", language);
    for (size_t i = 0; of != NULL && providers[i] != NULL; i++) {
        const struct provider *p = providers[i];
        const char *const *known = p->speak.voices == NULL ? NULL : p->speak.voices(of->locale);
        if (known != NULL && *known != NULL)
            buf_printf(b, ", \"%s\": {\"name\": \"%s\"}", p->name, *known);
    }
    buf_puts(b, "},\n");
}

/* Hours that are not known are written so that the check names them. */
static void put_week(struct buf *b, const struct week *w, bool known)
{
    buf_puts(b, "  \"hours\": {\n");
    for (int day = 0; day < DAYS; day++) {
        buf_printf(b, "    \"%s\": [", days[day]);
        for (size_t i = 0; known && i < w->n[day]; i++)
            buf_printf(b, "%s\"%s\"", i == 0 ? "" : ", ", w->open[day][i].text);
        buf_printf(b, "%s]%s\n", known ? "" : "\"HH:MM-HH:MM\"", day + 1 < DAYS ? "," : "");
    }
    buf_puts(b, "  },\n");
}

/* What the command line says, or who runs it answers. */
struct answers {
    const char *title, *number, *address, *hours, *language;
};

static enum err write_profile(struct tool *t, const struct answers *from, struct buf *b)
{
    const struct options *o = &t->options;
    struct week week = {0};

    enum err e = read_week(&t->arena, from->hours, &week, &t->why);
    if (e != ERR_OK)
        return e;
    buf_puts(b, "{\n");
    put_line(b, "business", from->title);
    put_numbers(b, o, from->number);
    put_line(b, "language", from->language);
    put_line(b, "time_zone", options_text(o, "time-zone", "Europe/Kyiv"));
    put_line(b, "country", options_text(o, "country", "380"));
    put_line(b, "address", from->address);
    put_line(b, "phone", options_text(o, "phone", ""));
    put_voice(b, from->language);
    put_week(b, &week, *from->hours != '\0');
    buf_puts(b, "  \"rules\": [\n    \"common\"\n  ]\n}\n");
    return buf_err(b);
}

/* ---- asking --------------------------------------------------------------------------------- */

/* One line from the terminal; "" if there is none. */
static const char *ask(struct tool *t, const char *question)
{
    char line[LINE_BYTES];

    (void)fprintf(stderr, "%s: ", question);
    if (fgets(line, sizeof line, stdin) == NULL)
        return "";
    line[strcspn(line, "\r\n")] = '\0';
    const char *kept = arena_strdup(&t->arena, line + text_mark(line, strlen(line)));
    return kept == NULL ? "" : kept;
}

static const char *usual_language(void)
{
    const struct language *of = language_find(setting_text(SET_VOICE_LANGUAGE));

    return of == NULL ? languages[0]->code : of->code;
}

static struct answers find_answers(struct tool *t)
{
    const struct options *o = &t->options;
    const struct {
        const char *option, *question;
    } rows[] = {{"title", "Name of the business, as it is spoken"},
                {"number", "Called number (empty: it answers what no other profile has)"},
                {"address", "Address, as it is spoken"},
                {"hours", "Hours, as \"mon-fri 09:00-19:00, sat 10:00-18:00\""}};
    const char *value[4];

    for (size_t i = 0; i < 4; i++) {
        value[i] = options_text(o, rows[i].option, NULL);
        if (value[i] == NULL)
            value[i] = isatty(STDIN_FILENO) ? ask(t, rows[i].question) : "";
        else if (strcmp(rows[i].option, "number") == 0)
            value[i] = ""; /* they are taken from the options; there may be several */
    }
    return (struct answers){.title = value[0],
                            .number = value[1],
                            .address = value[2],
                            .hours = value[3],
                            .language = options_text(o, "language", usual_language())};
}

/* ---- the verb ------------------------------------------------------------------------------- */

static bool has_pack(const struct profile_packs *packs, const char *language)
{
    for (size_t i = 0; i < packs->n; i++)
        if (strcmp(packs->pack[i].language, language) == 0)
            return true;
    return false;
}

static int refuse_language(struct tool *t, const struct profile_packs *packs, const char *language)
{
    char list[200] = "";
    size_t len = 0;

    for (size_t i = 0; i < packs->n && len < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, " %s", packs->pack[i].language);
    return tool_refuse(t, EXIT_USAGE, "there is no language pack for \"%.20s\"; there are:%s",
                       language, list);
}

static enum err put_file(struct tool *t, const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "wxe");

    if (f == NULL && errno == EEXIST)
        return why_set(&t->why, ERR_EXISTS, "%s exists already; choose another name", path);
    if (f == NULL)
        return why_set(&t->why, ERR_IO, "%s cannot be written: %s", path, strerror(errno));
    bool whole = fwrite(b->data, 1, b->len, f) == b->len;
    whole = fclose(f) == 0 && whole;
    if (whole)
        return ERR_OK;
    (void)remove(path);
    return why_set(&t->why, ERR_IO, "%s cannot be written: %s", path, strerror(errno));
}

static int report(struct tool *t, const char *path, const struct profile_faults *open)
{
    struct jsonw w;

    if (!t->json) {
        buf_printf(&t->out, "%s: written\n", path);
        for (size_t i = 0; i < open->n; i++)
            buf_printf(&t->out, "  still to fill in: %s (%s)\n", open->fault[i].path,
                       open->fault[i].text);
        buf_puts(&t->out,
                 "Add what is special about it (docs/profiles.md), run `holos check`, then "
                 "reload holos.\n");
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "file", path);
    jsonw_key(&w, "to_fill_in");
    jsonw_array(&w);
    for (size_t i = 0; i < open->n; i++)
        jsonw_text(&w, open->fault[i].path);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

/* A fault of something that was given is the giver's to put right before there is a file. */
static const struct profile_fault *wrong(const struct answers *from,
                                         const struct profile_faults *faults)
{
    for (size_t i = 0; i < faults->n; i++) {
        const char *path = faults->fault[i].path;
        bool left_open = (strcmp(path, "business") == 0 && *from->title == '\0') ||
                         (strcmp(path, "address") == 0 && *from->address == '\0') ||
                         (strncmp(path, "hours.", 6) == 0 && *from->hours == '\0');
        if (!left_open)
            return &faults->fault[i];
    }
    return NULL;
}

static int write_new(struct tool *t, const char *name, const char *path,
                     const struct profile_packs *packs)
{
    const struct answers from = find_answers(t);
    struct profile_faults faults = {0};
    struct profile p = {0};
    struct buf b;

    if (!has_pack(packs, from.language))
        return refuse_language(t, packs, from.language);
    buf_init(&b, &t->arena, PROFILE_BYTES);
    enum err e = write_profile(t, &from, &b);
    if (e == ERR_VALUE)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    if (e != ERR_OK)
        return tool_fail(t, e);
    const struct profile_file file = {
        .name = name, .label = path, .text = buf_text(&b), .n = b.len, .packs = packs};
    e = profile_read(&t->arena, &file, &p, &faults);
    const struct profile_fault *bad = e == ERR_CONFIG ? wrong(&from, &faults) : NULL;
    if (bad != NULL)
        return tool_refuse(t, EXIT_USAGE, "%s: %s", *bad->path == '\0' ? name : bad->path,
                           bad->text);
    if (e == ERR_OK || e == ERR_CONFIG)
        e = put_file(t, path, &b);
    return e == ERR_OK ? report(t, path, &faults) : tool_fail(t, e);
}

static int run(struct tool *t)
{
    const char *folder = setting_text(SET_HOLOS_PROFILES);
    const char *name = t->options.operand[1];
    const struct profiles_from from = {
        .folder = folder, .shipped = profiles_shipped(), .default_name = ""};
    struct profiles all = {0};

    if (strcmp(t->options.operand[0], "new") != 0)
        return tool_refuse(t, EXIT_USAGE, "\"%.40s\" is not known; there is: new NAME",
                           t->options.operand[0]);
    const char *path = arena_printf(&t->arena, "%s/%s.json", folder, name);
    enum err e = path == NULL ? ERR_MEMORY : profiles_load(&t->arena, &from, &all);
    if (e == ERR_NOT_FOUND || e == ERR_IO)
        return tool_refuse(t, EXIT_FAULT, "the profiles' folder %s cannot be read", folder);
    if (e != ERR_OK)
        return tool_fail(t, e);
    return write_new(t, name, options_text(&t->options, "output", path), &all.packs);
}

static const struct option_row options[] = {
    {"title", 't', "TEXT", "the business's name, as it is spoken"},
    {"number", 'n', "NUMBER", "a called number that it answers; may be repeated"},
    {"hours", 'H', "TEXT", "as \"mon-fri 09:00-13:00 14:00-19:00, sat 10:00-18:00\""},
    {"address", 'a', "TEXT", "the address, as it is spoken"},
    {"phone", '\0', "NUMBER", "telephone number of a person at the business"},
    {"language", 'l', "NAME",
     "the language, which has a language pack (default: VOICE_LANGUAGE's)"},
    {"time-zone", '\0', "NAME", "a name of the tz database (default: Europe/Kyiv)"},
    {"country", '\0', "CODE", "calling code (default: 380)"},
    {"output", 'o', "FILE", "write it there (default: NAME.json in HOLOS_PROFILES)"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_profile = {
    .name = "profile",
    .operands = "new NAME",
    .operands_least = 2,
    .operands_most = 2,
    .options = options,
    .takes_json = true,
    .about = "write the profile of a new business",
    .help = "Writes a short profile that uses the pack of its language: it answers questions\n"
            "about hours and address, takes requests, and holds what the options say. On a\n"
            "terminal it asks for a title, a number, an address and hours that were not\n"
            "given; otherwise their places stay empty, and `holos check` names them until they\n"
            "are filled in. A day that --hours does not name is closed. An existing file\n"
            "is never overwritten. docs/profiles.md says what else a profile may have.",
    .run = run,
};
