#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/zone.h"
#include "calls/app.h"
#include "language/heard.h"
#include "think/understand.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

#define OFFERS      3 /* times that were offered, if a choice was asked for and nothing else is said */
#define OFFERS_MOST 20

static const char *const intents[] = {
#define X(name, text) [INTENT_##name] = text,
    INTENTS(X)
#undef X
};

static const char *answer_text(enum understood_answer a)
{
    return a == ANSWER_YES ? "yes" : a == ANSWER_NO ? "no" : "";
}

static const char *day_text(struct tool *t, struct when_date d)
{
    return arena_printf(&t->arena, "%04d-%02d-%02d", d.year, d.month, d.day);
}

/* NULL: none. */
static const char *clock_text(struct tool *t, int minutes)
{
    return minutes < 0 ? NULL : arena_printf(&t->arena, "%02d:%02d", minutes / 60, minutes % 60);
}

static const char *or_null(const char *text)
{
    return text == NULL || *text == '\0' ? NULL : text;
}

/* ==== as JSON ================================================================================= */

static void put_days(struct tool *t, struct jsonw *w, const struct when *when)
{
    jsonw_put_text(w, "day", when->days_n == 1 ? day_text(t, when->days[0]) : NULL);
    jsonw_key(w, "days");
    if (when->days_n < 2) {
        jsonw_null(w);
        return;
    }
    jsonw_array(w);
    for (size_t i = 0; i < when->days_n; i++)
        jsonw_text(w, day_text(t, when->days[i]));
    jsonw_end_array(w);
}

static int print_json(struct tool *t, const struct understand_ask *ask, const struct understood *u)
{
    const struct book *b = ask->profile->book;
    struct jsonw w;

    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "intent", or_null(intents[u->intent]));
    jsonw_key(&w, "services");
    jsonw_array(&w);
    for (size_t i = 0; i < u->services; i++)
        jsonw_text(&w, b->service[u->service[i]].id);
    jsonw_end_array(&w);
    jsonw_put_text(&w, "specialist", u->specialist < 0 ? NULL : b->specialist[u->specialist].id);
    put_days(t, &w, &u->when);
    jsonw_put_text(&w, "time", clock_text(t, u->when.time));
    jsonw_put_text(&w, "from", clock_text(t, u->when.from));
    jsonw_put_text(&w, "to", clock_text(t, u->when.to));
    jsonw_put_text(&w, "name", u->name);
    jsonw_put_text(&w, "phone", u->phone);
    jsonw_put_text(&w, "answer", or_null(answer_text(u->answer)));
    jsonw_key(&w, "choice");
    if (u->choice == 0)
        jsonw_null(&w);
    else
        jsonw_int(&w, u->choice == WHEN_LAST ? ask->offers : u->choice);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

/* ==== for a person ============================================================================ */

static void line(struct tool *t, const char *what, const char *text)
{
    if (text != NULL && *text != '\0')
        buf_printf(&t->out, "%-12s %s\n", what, print_clean(&t->arena, text));
}

static void services(struct tool *t, const char *what, const struct book *b, const int *list,
                     size_t n)
{
    struct buf names;

    buf_init(&names, &t->arena, n * 256 + 1);
    for (size_t i = 0; i < n; i++)
        buf_printf(&names, "%s%s", i == 0 ? "" : ", ", b->service[list[i]].id);
    line(t, what, buf_text(&names));
}

static void print_when(struct tool *t, const struct when *when)
{
    struct buf days;

    buf_init(&days, &t->arena, WHEN_DAYS_MAX * 16);
    for (size_t i = 0; i < when->days_n; i++)
        buf_printf(&days, "%s%s", i == 0 ? "" : ", ", day_text(t, when->days[i]));
    line(t, "day", buf_text(&days));
    line(t, "time", clock_text(t, when->time));
    line(t, "or", clock_text(t, when->time_or));
    line(t, "from", clock_text(t, when->from));
    line(t, "to", clock_text(t, when->to));
    line(t, "when",
         when->past          ? "a day that is over"
         : when->no_such_day ? "a day that is not in the calendar"
         : when->nearest     ? "as soon as possible"
         : when->any         ? "any time"
                             : NULL);
}

static void print_marks(struct tool *t, const struct understood *u)
{
    const struct {
        bool is;
        const char *text;
    } marks[] = {
        {u->unknown_service, "a service that is not there"},
        {u->any_specialist, "any specialist"},
        {u->for_other, "for another person"},
        {u->adds, "a further service"},
        {u->corrects, "a correction"},
        {u->drops, "no visit after all"},
        {u->other, "another time"},
        {u->earlier, "earlier"},
        {u->later, "later"},
        {u->again, "say it again"},
        {u->thanks, "thanks"},
    };

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        line(t, "also", marks[i].is ? marks[i].text : NULL);
}

static int print_text(struct tool *t, const struct understand_ask *ask, const struct understood *u)
{
    const struct book *b = ask->profile->book;

    line(t, "intent", intents[u->intent]);
    line(t, "rule", u->rule == NULL ? NULL : u->rule->question);
    services(t, "services", b, u->service, u->services);
    services(t, "could be", b, u->could_be, u->could_be_n);
    line(t, "specialist", u->specialist < 0 ? NULL : b->specialist[u->specialist].id);
    line(t, "not", u->not_specialist < 0 ? NULL : b->specialist[u->not_specialist].id);
    print_when(t, &u->when);
    line(t, "name", u->name);
    line(t, "phone", u->phone);
    line(t, "answer", answer_text(u->answer));
    if (u->choice != 0)
        line(t, "choice",
             u->choice == WHEN_LAST ? "the last" : arena_printf(&t->arena, "%d", u->choice));
    print_marks(t, u);
    if (t->out.len == 0)
        buf_puts(&t->out, "nothing was understood\n");
    return EXIT_FINE;
}

/* ==== the verb ================================================================================ */

/* The business in the language that was told, else of the line, as the first turn of a call chooses it. */
static const struct profile *spoken_in(struct tool *t, const struct profile *p, const char *text)
{
    const struct language *known[PROFILE_LANGUAGES + 1] = {language_find(p->language)};
    const char *folded = text_fold(&t->arena, text);
    const char *told = options_text(&t->options, "language", NULL);

    if (told != NULL)
        return profile_in(p, told);
    for (size_t i = 0; i < p->others_n; i++)
        known[i + 1] = language_find(p->others[i].language);
    const struct language *l =
        folded == NULL ? NULL : heard_language(known, p->others_n + 1, known[0], 1, folded);
    return l == NULL ? p : profile_in(p, l->code);
}

/* NULL, and a sentence on standard error: there is none with a book, or it must be said which. */
static const struct profile *find_profile(struct tool *t, const struct app *app)
{
    const char *name = options_text(&t->options, "profile", NULL);
    const struct profile *found = NULL;
    size_t n = 0;

    if (name != NULL) {
        found = app_profile_named(app, name);
        if (found == NULL)
            (void)tool_refuse(t, EXIT_FAULT, "there is no profile \"%.40s\"", name);
        else if (found->book == NULL)
            (void)tool_refuse(t, EXIT_FAULT, "profile \"%.40s\" has no book", name);
        return found == NULL || found->book == NULL ? NULL : found;
    }
    for (size_t i = 0; i < app->profiles_n; i++)
        if (app->profiles[i].book != NULL) {
            found = &app->profiles[i];
            n++;
        }
    if (n != 1)
        (void)tool_refuse(t, EXIT_FAULT,
                          n == 0 ? "no profile has a book"
                                 : "several profiles have a book: say which with --profile");
    return n == 1 ? found : NULL;
}

static int show(struct tool *t, const struct profile *p, enum asks asked, int64_t offers)
{
    struct understood got;
    struct tm local;
    const char *text = t->options.operand[0];

    enum err e = zone_local(p->time_zone, clock_unix_ms(), &local);
    if (e != ERR_OK)
        return tool_fail(t, e);
    const struct understand_ask ask = {.profile = spoken_in(t, p, text),
                                       .words = text,
                                       .local = &local,
                                       .asked = asked,
                                       .offers = (int)offers};
    e = understand(&t->arena, &ask, &got);
    if (e != ERR_OK)
        return tool_fail(t, e);
    return t->json ? print_json(t, &ask, &got) : print_text(t, &ask, &got);
}

static int run(struct tool *t)
{
    const char *asks = options_text(&t->options, "asks", NULL);
    enum asks asked = asks_of(asks);
    int64_t offers = asked == ASKS_CHOICE || asked == ASKS_WHICH ? OFFERS : 0;
    struct app app = {0};

    if (asks != NULL && asked == ASKS_NOTHING)
        return tool_refuse(t, EXIT_USAGE, "nothing is asked as \"%.40s\"", asks);
    if (!text_is_plain(t->options.operand[0], strlen(t->options.operand[0])))
        return tool_refuse(t, EXIT_USAGE, "the text is not UTF-8");
    if (options_number(&t->options, "offers", 0, OFFERS_MOST, &offers, &t->why) != ERR_OK)
        return tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    enum err e = app_open(&app, APP_PARTS(&app_profiles), &t->why);
    const struct profile *p = e == ERR_OK ? find_profile(t, &app) : NULL;
    int code = e != ERR_OK ? tool_fail(t, e) : p == NULL ? EXIT_FAULT : show(t, p, asked, offers);
    app_close(&app);
    return code;
}

static const struct option_row options[] = {
    {"profile", 'p', "NAME", "of this business (default: the only one that has a book)"},
    {"asks", 'a', "WHAT", "what the caller was asked: service, day, time, choice, confirm, ..."},
    {"offers", 'o', "N", "how many times were offered, with --asks choice or which (default 3)"},
    {"language", 'l', "CODE", "the call is in this language: uk, ru (default: that of TEXT)"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_understand = {
    .name = "understand",
    .operands = "TEXT",
    .operands_least = 1,
    .operands_most = 1,
    .options = options,
    .takes_json = true,
    .about = "show what the rules make of a caller's line about a visit",
    .help = "Intent, services, specialist, day and time, name, number, yes or no, choice.\n"
            "Nothing is kept. WHAT is as in `asks` of a reply (docs/gateway.md).",
    .run = run,
};
