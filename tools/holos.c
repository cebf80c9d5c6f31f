/* holos - the operator's command: a table of verbs, each in its own file under tools/holos/. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/settings.h"
#include "speech/cache.h"
#include "store/call.h"
#include "tools/holos/print.h"
#include "tools/holos/server.h"
#include "tools/holos/tool.h"
#include "tools/holos/tree.h"

#define MEMORY_MAX ((size_t)1024 * 1024 * 1024)
#define CALLS_MOST 10000
#define OUTPUT_MAX ((size_t)512 * 1024 * 1024)

static const struct verb *const verbs[] = {
    &verb_check,  &verb_call,    &verb_say,        &verb_calls,    &verb_show,   &verb_leads,
    &verb_book,   &verb_stats,   &verb_sweep,      &verb_migrate,  &verb_backup, &verb_client,
    &verb_purge,  &verb_profile, &verb_routes,     &verb_settings, &verb_env,    &verb_urls,
    &verb_excuse, &verb_forget,  &verb_understand, &verb_binotel,
};

#define VERBS (sizeof verbs / sizeof verbs[0])

static const struct option_row common_options[] = {
    {"help", 'h', NULL, "print this help"},
    {NULL, '\0', NULL, NULL},
};

static const struct option_row json_option[] = {
    {"json", 'j', NULL, "print one JSON document"},
    {NULL, '\0', NULL, NULL},
};

/* ---- endings -------------------------------------------------------------------------------------- */

static void say_wrong(const struct tool *t, const char *text)
{
    (void)fprintf(stderr, "holos%s%s: %s\n", t->verb == NULL ? "" : " ",
                  t->verb == NULL ? "" : t->verb->name, text);
}

int tool_fail(struct tool *t, enum err e)
{
    say_wrong(t, t->why.text[0] != '\0' ? t->why.text : err_text(e));
    return err_retry(e) ? EXIT_TEMPORARY : EXIT_FAULT;
}

int tool_refuse(struct tool *t, int code, const char *format, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    say_wrong(t, text);
    return code;
}

enum err tool_flush(struct tool *t)
{
    size_t written = fwrite(buf_text(&t->out), 1, t->out.len, stdout);
    bool whole = written == t->out.len && fflush(stdout) == 0;

    buf_clear(&t->out);
    if (whole)
        return ERR_OK;
    return why_set(&t->why, ERR_IO, "standard output cannot be written");
}

enum err tool_since(const char *text, int64_t *ret, struct why *why)
{
    struct tm tm = {.tm_isdst = -1};
    int64_t age_ms = 0;

    const char *end = strptime(text, "%Y-%m-%d", &tm);
    if (end != NULL && *end == '\0') {
        *ret = (int64_t)mktime(&tm) * 1000;
        return ERR_OK;
    }
    if (options_age_ms(text, &age_ms, why) != ERR_OK)
        return why_set(why, ERR_VALUE,
                       "--since is a day (2026-11-20) or an age (36h, 7d, 2w, 3m), not \"%.20s\"",
                       text);
    *ret = clock_unix_ms() - age_ms;
    return ERR_OK;
}

const char *tool_joined(struct tool *t, int first)
{
    const char *all = "";

    for (int i = first; i < t->options.operands && all != NULL; i++)
        all = arena_printf(&t->arena, "%s%s%s", all, i == first ? "" : " ", t->options.operand[i]);
    return all;
}

void tool_store_fault(struct tool *t, enum err e)
{
    const struct why why = t->why;

    (void)why_set(&t->why, e, "HOLOS_DB=%s: %s", setting_text(SET_HOLOS_DB),
                  why.text[0] != '\0' ? why.text : err_text(e));
}

enum err tool_store(struct tool *t, struct store **ret)
{
    enum err e = store_open(setting_text(SET_HOLOS_DB),
                            (int)setting_number(SET_HOLOS_STORE_WAIT_MS), ret, &t->why);
    if (e != ERR_OK)
        tool_store_fault(t, e);
    return e;
}

enum err tool_drop_sounds(struct tool *t, struct store *s, struct why *why)
{
    const char *cache = setting_text(SET_HOLOS_CACHE);
    struct call *calls = NULL;
    size_t n = 0;

    if (*cache == '\0')
        return ERR_OK;
    enum err e = calls_going_on(s, &t->arena, CALLS_MOST, &calls, &n, why);
    int64_t *ids = arena_calloc(&t->arena, n + 1, sizeof *ids);
    if (e != ERR_OK || ids == NULL)
        return e == ERR_OK ? ERR_MEMORY : e;
    for (size_t i = 0; i < n; i++)
        ids[i] = calls[i].id;
    return cache_keep_calls(cache, ids, n, why);
}

void tool_json(struct tool *t, struct jsonw *ret)
{
    jsonw_init(ret, &t->out);
}

int tool_json_end(struct tool *t)
{
    buf_putc(&t->out, '\n');
    return EXIT_FINE;
}

/* ---- help ----------------------------------------------------------------------------------------- */

static void put_option(struct buf *out, const struct option_row *r)
{
    char left[48];

    (void)snprintf(left, sizeof left, "--%s%s%s", r->name, r->value == NULL ? "" : " ",
                   r->value == NULL ? "" : r->value);
    if (r->letter != '\0')
        buf_printf(out, "  -%c, %-20s  ", r->letter, left);
    else
        buf_printf(out, "      %-20s  ", left);
    print_wrapped(out, r->about, 28, 80);
}

static void put_options(struct buf *out, const struct option_row *rows)
{
    for (const struct option_row *r = rows; r != NULL && r->name != NULL; r++)
        put_option(out, r);
}

static int help_verb(struct tool *t, const struct verb *v)
{
    buf_printf(&t->out, "usage: holos %s [options]%s%s\n\n%s\n", v->name,
               *v->operands == '\0' ? "" : " ", v->operands, v->about);
    if (*v->help != '\0')
        buf_printf(&t->out, "\n%s\n", v->help);
    buf_puts(&t->out, "\noptions:\n");
    put_options(&t->out, v->options);
    put_options(&t->out, v->takes_json ? json_option : NULL);
    put_options(&t->out, common_options);
    return EXIT_FINE;
}

static void put_overview(struct buf *out)
{
    buf_puts(out, "usage: holos VERB [options] [operands]\n\nverbs:\n");
    for (size_t i = 0; i < VERBS; i++)
        buf_printf(out, "  %-10s %s\n", verbs[i]->name, verbs[i]->about);
    buf_puts(out, "\n`holos help VERB` says more about one; `holos --version` prints the version.\n"
                  "Exit status: 0 fine, 1 not found or faulty, 100 not understood, 111 try again "
                  "later.\n");
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(verbs[i]->name, name) == 0)
            return verbs[i];
    return NULL;
}

static int unknown_verb(struct tool *t, const char *name)
{
    char list[256] = "";
    size_t len = 0;

    for (size_t i = 0; i < VERBS && len < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, " %s", verbs[i]->name);
    return tool_refuse(t, EXIT_USAGE, "there is no verb \"%.40s\"; there are:%s", name, list);
}

static int help(struct tool *t, const char *name)
{
    if (name == NULL) {
        put_overview(&t->out);
        return EXIT_FINE;
    }
    const struct verb *v = find_verb(name);
    return v == NULL ? unknown_verb(t, name) : help_verb(t, v);
}

/* ---- one verb ------------------------------------------------------------------------------------- */

static int misused(struct tool *t)
{
    (void)tool_refuse(t, EXIT_USAGE, "%s", t->why.text);
    (void)fprintf(stderr, "usage: holos %s [options]%s%s\n", t->verb->name,
                  *t->verb->operands == '\0' ? "" : " ", t->verb->operands);
    return EXIT_USAGE;
}

static enum err read_command(struct tool *t, int argc, char *const argv[])
{
    const struct option_row *tables[4] = {0};
    size_t n = 0;

    if (t->verb->options != NULL)
        tables[n++] = t->verb->options;
    if (t->verb->takes_json)
        tables[n++] = json_option;
    tables[n] = common_options;
    enum err e = options_parse(tables, argc, argv, &t->options, &t->why);
    if (e != ERR_OK || options_has(&t->options, "help"))
        return e;
    t->json = options_has(&t->options, "json");
    if (t->options.operands < t->verb->operands_least)
        return why_set(&t->why, ERR_VALUE, "%s is missing", t->verb->operands);
    if (t->options.operands > t->verb->operands_most)
        return why_set(&t->why, ERR_VALUE, "\"%.40s\" is one word too many",
                       t->options.operand[t->verb->operands_most]);
    return ERR_OK;
}

static int run_verb(struct tool *t, int argc, char *const argv[])
{
    if (read_command(t, argc, argv) != ERR_OK)
        return misused(t);
    if (options_has(&t->options, "help"))
        return help_verb(t, t->verb);
    bool is_tree = false;
    enum err e = tree_settings(&t->arena, &is_tree, &t->why);
    if (e == ERR_OK && !is_tree)
        e = server_settings(&t->arena);
    if (e != ERR_OK)
        return tool_fail(t, e);
    e = settings_load(&t->why);
    if (e != ERR_OK && !t->verb->bears_bad_settings)
        return tool_fail(t, e);
    t->why = (struct why){0};
    if (setting_given(SET_HOLOS_NOW))
        (void)clock_stand_at(setting_text(SET_HOLOS_NOW));
    return t->verb->run(t);
}

static bool is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static int dispatch(struct tool *t, int argc, char *const argv[])
{
    if (argc < 2) {
        put_overview(&t->out);
        (void)fputs(buf_text(&t->out), stderr);
        buf_clear(&t->out);
        return EXIT_USAGE;
    }
    if (is_one_of(argv[1], "--help", "-h") || strcmp(argv[1], "help") == 0)
        return help(t, argc > 2 ? argv[2] : NULL);
    if (is_one_of(argv[1], "--version", "-V")) {
        buf_puts(&t->out, "holos " HOLOS_VERSION "\n");
        return EXIT_FINE;
    }
    t->verb = find_verb(argv[1]);
    return t->verb == NULL ? unknown_verb(t, argv[1]) : run_verb(t, argc - 2, argv + 2);
}

int main(int argc, char *argv[])
{
    static struct tool t;

    /* A reader that goes away (| head) is a failed write, not a death. */
    (void)signal(SIGPIPE, SIG_IGN);
    arena_init(&t.arena, MEMORY_MAX);
    buf_init(&t.out, &t.arena, OUTPUT_MAX);
    int code = dispatch(&t, argc, argv);
    if (buf_err(&t.out) != ERR_OK)
        code = tool_fail(&t, buf_err(&t.out));
    else if (tool_flush(&t) != ERR_OK && code == EXIT_FINE)
        code = tool_fail(&t, ERR_IO);
    arena_release(&t.arena);
    settings_forget();
    return code;
}
