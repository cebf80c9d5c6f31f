#include "tools/holos/call-script.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* What is to be said in this order; -1 for another option. */
static int kind_of(const struct option_given *o)
{
    static const char *const names[GATEWAY__MAX] = {
        [GATEWAY_WORDS] = "say",
        [GATEWAY_KEYS] = "keys",
        [GATEWAY_AUDIO] = "audio",
        [GATEWAY_SPEECH] = "speak",
    };

    for (int k = 0; k < GATEWAY__MAX; k++)
        if (strcmp(o->row->name, names[k]) == 0)
            return k;
    return -1;
}

static bool is_blank(const char *s)
{
    return s[strspn(s, " \t\n")] == '\0';
}

static bool is_readable(const char *path)
{
    struct stat st;

    return access(path, R_OK) == 0 && stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

static int check_one(struct tool *t, const struct call_line *l, const char *option)
{
    if (l->kind == GATEWAY_AUDIO && !is_readable(l->words))
        return tool_refuse(t, EXIT_FAULT, "the sound file %s cannot be read", l->words);
    if (!text_is_utf8(l->words, strlen(l->words)))
        return tool_refuse(t, EXIT_USAGE, "--%s is not UTF-8", option);
    if (l->kind == GATEWAY_KEYS && strspn(l->words, "0123456789*#") != strlen(l->words))
        return tool_refuse(t, EXIT_USAGE, "--keys takes the keys of a telephone: 0-9 * #");
    if (l->kind == GATEWAY_SPEECH && is_blank(l->words))
        return tool_refuse(t, EXIT_USAGE, "--speak wants words; --say \"\" is silence");
    return EXIT_FINE;
}

int call_script_read(struct tool *t, struct call_script *ret)
{
    int code = EXIT_FINE;

    for (size_t i = 0; i < t->options.n && code == EXIT_FINE; i++) {
        const struct option_given *o = &t->options.given[i];
        int kind = kind_of(o);
        if (kind < 0)
            continue;
        struct call_line *l = &ret->line[ret->n++];
        *l = (struct call_line){(enum gateway_kind)kind, o->value, o->value};
        code = check_one(t, l, o->row->name);
    }
    return code;
}

enum err call_line_speak(struct call_line *l, struct caller *c, struct call_show *show)
{
    const char *note = NULL;

    if (l->kind != GATEWAY_SPEECH)
        return ERR_OK;
    enum err e = caller_speak(c, l->words, &l->sent, &note);
    if (note != NULL)
        call_show_note(show, note);
    return e;
}

enum err call_script_speak(struct call_script *s, struct caller *c, struct call_show *show,
                           const volatile sig_atomic_t *stop)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < s->n && e == ERR_OK && !*stop; i++)
        e = call_line_speak(&s->line[i], c, show);
    return e;
}

void call_script_forget(const struct call_script *s)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->line[i].kind == GATEWAY_SPEECH && s->line[i].sent != s->line[i].words)
            (void)unlink(s->line[i].sent);
}

/* ---- typed ---------------------------------------------------------------------------------------- */

struct call_line call_line_typed(const struct tool *t, const char *text)
{
    static const struct {
        const char *begin;
        enum gateway_kind kind;
    } kinds[] = {{":keys ", GATEWAY_KEYS},
                 {":audio ", GATEWAY_AUDIO},
                 {":say ", GATEWAY_WORDS},
                 {"!", GATEWAY_SPEECH}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t n = strlen(kinds[i].begin);
        if (strncmp(text, kinds[i].begin, n) == 0)
            return (struct call_line){kinds[i].kind, text + n, text + n};
    }
    bool aloud = options_has(&t->options, "aloud") && !is_blank(text);
    return (struct call_line){aloud ? GATEWAY_SPEECH : GATEWAY_WORDS, text, text};
}

const char *call_line_wrong(const struct call_line *l)
{
    if (!text_is_utf8(l->words, strlen(l->words)))
        return "that line is not UTF-8; it was not sent";
    if (l->kind == GATEWAY_AUDIO && !is_readable(l->words))
        return "that sound file cannot be read; nothing was sent";
    if (l->kind == GATEWAY_SPEECH && is_blank(l->words))
        return "there are no words to be spoken; nothing was sent";
    return NULL;
}
