#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/settings.h"
#include "tools/holos/findings.h"
#include "tools/holos/print.h"

static const char *const levels[FINDING__MAX] = {
    [FINDING_OK] = "ok", [FINDING_WARNING] = "warning", [FINDING_FAULT] = "fault"};

static const struct {
    const char *subject;
    void (*check)(struct findings *f);
} checks[] = {
    {"settings", check_settings}, {"files", check_files},     {"profiles", check_profiles},
    {"store", check_store},       {"vendors", check_vendors}, {"voice", check_voice},
    {"machine", check_machine},   {"live", check_live},
};

/* ---- findings ------------------------------------------------------------------------------------- */

static struct finding *new_row(struct findings *f)
{
    if (f->n == f->room) {
        size_t room = f->room == 0 ? 64 : f->room * 2;
        struct finding *more =
            arena_grow(&f->t->arena, f->row, f->room * sizeof *more, room * sizeof *more);
        if (more == NULL)
            return NULL;
        f->row = more;
        f->room = room;
    }
    return &f->row[f->n++];
}

static void add(struct findings *f, enum finding_level level, const char *item, const char *mend,
                const char *text)
{
    struct finding *row = new_row(f);

    f->count[level]++;
    if (row != NULL)
        *row = (struct finding){.level = level,
                                .subject = f->subject,
                                .item = arena_strdup(&f->t->arena, item),
                                .text = arena_strdup(&f->t->arena, text),
                                .mend = arena_strdup(&f->t->arena, mend)};
}

void found_ok(struct findings *f, const char *item, const char *format, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    add(f, FINDING_OK, item, "", text);
}

void found(struct findings *f, enum finding_level level, const char *item, const char *mend,
           const char *format, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, format);
    (void)vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    add(f, level, item, mend, text);
}

void findings_asked(struct findings *f, int64_t took_us, int64_t cost_microusd)
{
    if (f->n == 0)
        return;
    struct finding *last = &f->row[f->n - 1];
    last->asked = true;
    last->took_us = took_us;
    last->cost_microusd = cost_microusd;
}

/* ---- the report ----------------------------------------------------------------------------------- */

static const char *shown(const char *s)
{
    return s == NULL ? "" : s;
}

static void print_rows(const struct findings *f, bool only_wrong)
{
    struct buf *out = &f->t->out;
    const char *subject = "";

    for (size_t i = 0; i < f->n; i++) {
        const struct finding *r = &f->row[i];
        const char *item = print_clean(&f->t->arena, shown(r->item));
        if (only_wrong && r->level == FINDING_OK)
            continue;
        if (strcmp(subject, r->subject) != 0)
            buf_printf(out, "%s%s\n", *subject == '\0' ? "" : "\n", r->subject);
        subject = r->subject;
        int pad = 30 - print_width(item);
        buf_printf(out, "  %-8s %s%*s", levels[r->level], item, pad > 0 ? pad + 1 : 1, "");
        print_wrapped(out, print_clean(&f->t->arena, shown(r->text)), 42, 118);
        if (r->mend != NULL && *r->mend != '\0') {
            buf_printf(out, "%*s-> ", 39, "");
            print_wrapped(out, print_clean(&f->t->arena, r->mend), 42, 118);
        }
    }
}

static void print_report(const struct findings *f)
{
    print_rows(f, options_has(&f->t->options, "quiet"));
    if (f->count[FINDING_FAULT] + f->count[FINDING_WARNING] == 0)
        buf_printf(&f->t->out, "\neverything is fine (%zu checks)\n", f->n);
    else
        buf_printf(&f->t->out, "\n%zu checks: %zu fault%s, %zu warning%s\n", f->n,
                   f->count[FINDING_FAULT], f->count[FINDING_FAULT] == 1 ? "" : "s",
                   f->count[FINDING_WARNING], f->count[FINDING_WARNING] == 1 ? "" : "s");
}

static void put_asked(struct jsonw *w, const struct finding *r)
{
    if (!r->asked)
        return;
    jsonw_put_int(w, "took_us", r->took_us);
    jsonw_key(w, "cost_microusd");
    if (r->cost_microusd < 0)
        jsonw_null(w);
    else
        jsonw_int(w, r->cost_microusd);
}

static void print_json(const struct findings *f)
{
    struct jsonw w;

    tool_json(f->t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "version", HOLOS_VERSION);
    jsonw_put_int(&w, "faults", (int64_t)f->count[FINDING_FAULT]);
    jsonw_put_int(&w, "warnings", (int64_t)f->count[FINDING_WARNING]);
    jsonw_key(&w, "findings");
    jsonw_array(&w);
    for (size_t i = 0; i < f->n; i++) {
        const struct finding *r = &f->row[i];
        jsonw_object(&w);
        jsonw_put_text(&w, "level", levels[r->level]);
        jsonw_put_text(&w, "subject", r->subject);
        jsonw_put_text(&w, "item", print_clean(&f->t->arena, shown(r->item)));
        jsonw_put_text(&w, "text", print_clean(&f->t->arena, shown(r->text)));
        jsonw_put_text(&w, "mend", shown(r->mend));
        put_asked(&w, r);
        jsonw_end_object(&w);
    }
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    (void)tool_json_end(f->t);
}

/* The user of the store's file, or of its folder; NULL: root, or there is neither. */
static const struct passwd *owner_of_store(struct arena *a)
{
    const char *path = setting_text(SET_HOLOS_DB);
    const char *slash = strrchr(path, '/');
    struct stat st;

    if (stat(path, &st) == 0)
        return st.st_uid == 0 ? NULL : getpwuid(st.st_uid);
    const char *folder = slash == NULL ? "." : arena_strndup(a, path, (size_t)(slash - path));
    if (folder == NULL || stat(folder, &st) != 0)
        return NULL;
    return st.st_uid == 0 ? NULL : getpwuid(st.st_uid);
}

/* Root may do everything: what it sees says nothing of what holos may. The settings have been read
 * by now; what is looked at below is looked at as the user who serves. */
static void become_owner(struct findings *f)
{
    const struct passwd *owner = geteuid() == 0 ? owner_of_store(&f->t->arena) : NULL;

    if (owner == NULL)
        return;
    if (initgroups(owner->pw_name, owner->pw_gid) == 0 && setgid(owner->pw_gid) == 0 &&
        setuid(owner->pw_uid) == 0)
        found_ok(f, "user", "checks as %s, who owns the store", owner->pw_name);
    else
        found(f, FINDING_WARNING, "user", "run: sudo -u USER holos check",
              "cannot become %s, who owns the store, and checks as root: %s", owner->pw_name,
              strerror(errno));
}

static int run(struct tool *t)
{
    struct findings f = {.t = t, .subject = "settings"};

    become_owner(&f);
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        f.subject = checks[i].subject;
        checks[i].check(&f);
    }
    if (t->json)
        print_json(&f);
    else
        print_report(&f);
    return f.count[FINDING_FAULT] == 0 ? EXIT_FINE : EXIT_FAULT;
}

static const struct option_row options[] = {
    {"deep", 'd', NULL, "also read the whole store for damage (slow on a large one)"},
    {"live", 'l', NULL, "also send each configured vendor a short request (it may cost a cent)"},
    {"quiet", 'q', NULL, "print only what is wrong"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_check = {
    .name = "check",
    .operands = "",
    .options = options,
    .takes_json = true,
    .bears_bad_settings = true,
    .about = "check every setting, file, profile and program; say what is wrong",
    .help = "On a server run it as root: it then reads /etc/holos/holos.env and the secrets as\n"
            "systemd does, and checks as the user who owns the store.\n"
            "Each line is ok, a warning (it works, but not as it should) or a fault, and how\n"
            "to fix it. Exit status 0 without faults, 1 with.\n"
            "--live asks Google for a token, for the words in a second of speech and for a\n"
            "word in each profile's voice, Whisper for the same words, and each of Claude's\n"
            "keys and models for one token; it says how long each took and what it cost.",
    .run = run,
};
