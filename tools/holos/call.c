#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "base/text.h"
#include "calls/app.h"
#include "tools/holos/call-script.h"
#include "tools/holos/gateway.h"
#include "tools/holos/lines.h"
#include "tools/holos/tool.h"

#define NO_NUMBER "0440000000" /* of no profile: the default one answers */

static volatile sig_atomic_t interrupted;
static struct call_script script;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

/* Without SA_RESTART: waiting for a line ends. */
static void catch_signals(void)
{
    struct sigaction sa = {.sa_handler = on_signal};

    (void)sigemptyset(&sa.sa_mask);
    (void)sigaction(SIGINT, &sa, NULL);
    (void)sigaction(SIGTERM, &sa, NULL);
    (void)sigaction(SIGHUP, &sa, NULL);
}

/* ---- what was asked for --------------------------------------------------------------------------- */

static enum err choose_base(struct tool *t, const char **ret)
{
    const char *url = options_text(&t->options, "url", NULL);
    int64_t port = 8000;

    enum err e = options_number(&t->options, "port", 1, 65535, &port, &t->why);
    if (e == ERR_OK && url != NULL && options_has(&t->options, "port"))
        e = why_set(&t->why, ERR_VALUE, "--url names the port already; leave --port out");
    if (e == ERR_OK && url != NULL)
        e = http_url_check(url, &t->why);
    if (e != ERR_OK)
        return e;
    char *base = url == NULL ? arena_printf(&t->arena, "http://127.0.0.1:%d", (int)port)
                             : arena_strdup(&t->arena, url);
    if (base == NULL)
        return ERR_MEMORY;
    for (size_t n = strlen(base); n > 0 && base[n - 1] == '/'; n--)
        base[n - 1] = '\0';
    *ret = base;
    return ERR_OK;
}

static const char *own_id(struct tool *t)
{
    return arena_printf(&t->arena, "holos-call-%lld-%d", (long long)clock_unix_ms(), (int)getpid());
}

/* A word without a digit is a profile: its first number. The default profile without a number
 * answers every number that no other has. */
static enum err called_number(struct tool *t, const char **to)
{
    static struct app app;
    const char *name = *to;

    if (*name == '\0' || strpbrk(name, "0123456789") != NULL)
        return ERR_OK;
    enum err e = app_open(&app, APP_PARTS(&app_profiles), &t->why);
    const struct profile *p = e == ERR_OK ? app_profile_named(&app, name) : NULL;
    if (e == ERR_OK && p == NULL)
        e = why_set(&t->why, ERR_VALUE, "--to: there is no profile \"%.40s\" in %s", name,
                    setting_text(SET_HOLOS_PROFILES));
    else if (e == ERR_OK && p->numbers_n > 0)
        *to = arena_strdup(&t->arena, p->numbers[0]);
    else if (e == ERR_OK && strcmp(name, setting_text(SET_HOLOS_PROFILE)) == 0)
        *to = NO_NUMBER;
    else if (e == ERR_OK)
        e = why_set(&t->why, ERR_VALUE, "--to: the profile \"%.40s\" has no number", name);
    app_close(&app);
    return e != ERR_OK || *to != NULL ? e : ERR_MEMORY;
}

static enum err choose(struct tool *t, struct gateway *g)
{
    const char *company_line = setting_text(SET_BINOTEL_PHONE_NUMBER);

    g->from = options_text(&t->options, "from", "0670000001");
    g->to = options_text(&t->options, "to", *company_line == '\0' ? NO_NUMBER : company_line);
    g->id = options_text(&t->options, "id", NULL);
    g->stream = options_has(&t->options, "stream");
    g->stop = &interrupted;
    if (g->id == NULL)
        g->id = own_id(t);
    if (g->id == NULL)
        return ERR_MEMORY;
    const char *given[] = {g->from, g->to, g->id};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        if (*given[i] == '\0' || !text_is_utf8(given[i], strlen(given[i])))
            return why_set(&t->why, ERR_VALUE, "--from, --to and --id want UTF-8 text, not \"\"");
    enum err e = called_number(t, &g->to);
    if (e != ERR_OK)
        return e;
    return choose_base(t, &g->base);
}

static enum err make_folder(struct tool *t, const char **ret)
{
    const char *given = options_text(&t->options, "out", NULL);
    const char *tmp = getenv("TMPDIR");
    char *name = NULL;

    if (given != NULL) {
        *ret = given;
        return file_make_directory(given, &t->why);
    }
    name =
        arena_printf(&t->arena, "%s/holos-call-XXXXXX", tmp == NULL || *tmp == '\0' ? "/tmp" : tmp);
    if (name == NULL)
        return ERR_MEMORY;
    if (mkdtemp(name) == NULL)
        return why_set(&t->why, ERR_IO, "no folder can be made in $TMPDIR; name one with --out");
    *ret = name;
    return ERR_OK;
}

/* ---- the call ------------------------------------------------------------------------------------- */

static enum err one_turn(struct gateway *g, struct call_show *show, const struct call_line *l,
                         bool *goes_on)
{
    struct gateway_answer answer = {0};

    call_show_sent(show, l->kind, l->words);
    enum err e = gateway_turn(g, l->kind, l->sent, &answer);
    if (e != ERR_OK)
        return e;
    *goes_on = answer.goes_on;
    return call_show_answer(show, &answer);
}

static enum err say_script(struct gateway *g, struct call_show *show, bool *goes_on)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < script.n && e == ERR_OK && !interrupted; i++) {
        if (!*goes_on) {
            call_show_unsaid(show, script.n - i);
            break;
        }
        e = one_turn(g, show, &script.line[i], goes_on);
    }
    return e;
}

static enum err take_line(struct caller *c, struct call_show *show, const char *text, bool *goes_on)
{
    struct call_line line = call_line_typed(c->g->t, text);
    const char *wrong = call_line_wrong(&line);

    if (wrong != NULL) {
        call_show_note(show, wrong);
        return ERR_OK;
    }
    enum err e = call_line_speak(&line, c, show);
    if (e == ERR_CHILD || e == ERR_VALUE || e == ERR_TOO_BIG) {
        call_show_note(show, c->g->t->why.text);
        return ERR_OK;
    }
    return e == ERR_OK ? one_turn(c->g, show, &line, goes_on) : e;
}

static enum err say_typed(struct caller *c, struct call_show *show, bool *goes_on)
{
    static struct lines lines = {.stop = &interrupted};
    enum err e = ERR_OK;

    while (*goes_on && e == ERR_OK && !interrupted) {
        call_show_prompt(show);
        const char *line = lines_next(&lines);
        if (line != NULL) /* a script that an editor saved may begin with a mark */
            line += text_mark(line, strlen(line));
        if (line == NULL || strcmp(line, ":quit") == 0)
            break;
        e = take_line(c, show, line, goes_on);
    }
    return e;
}

static enum err talk(struct caller *c, struct call_show *show, bool *goes_on)
{
    if (script.n > 0)
        return say_script(c->g, show, goes_on);
    call_show_hint(show);
    return say_typed(c, show, goes_on);
}

/* An interruption asks for a proper end of the call, so that may take its time; the next one ends
 * that too. */
static enum err hang_up(struct gateway *g, struct call_show *show, bool goes_on, int64_t since_us)
{
    bool by_signal = interrupted != 0;

    interrupted = 0;
    enum err e = gateway_hang_up(g, (clock_mono_us() - since_us + 500000) / 1000000);
    call_show_end(show, goes_on, by_signal, e == ERR_OK);
    return e;
}

static int nobody(struct tool *t, const struct gateway *g, enum err e)
{
    int code = tool_fail(t, e);

    buf_clear(&t->out); /* the beginning of a document that gets no end */
    if (e == ERR_PEER || e == ERR_DEADLINE)
        (void)fprintf(stderr,
                      "Is holos running at %s? `make run` starts it here, on an installed "
                      "machine `systemctl start holos.target`; --url and --port name "
                      "another place.\n",
                      g->base);
    return code;
}

static int converse(struct tool *t, struct caller *c, struct call_show *show)
{
    struct gateway_answer greeting = {0};
    struct gateway *g = c->g;
    int64_t since_us = clock_mono_us();
    bool goes_on = true;

    call_show_ringing(show);
    enum err e = gateway_ring(g, &greeting);
    if (e == ERR_STOPPING) /* it may have been opened: end it */
        return hang_up(g, show, true, since_us) == ERR_OK ? EXIT_FINE : EXIT_TEMPORARY;
    if (e != ERR_OK)
        return nobody(t, g, e);
    goes_on = greeting.goes_on;
    e = call_show_answer(show, &greeting);
    if (e == ERR_OK)
        e = talk(c, show, &goes_on);
    if (e == ERR_STOPPING)
        e = ERR_OK;
    int code = e == ERR_OK ? EXIT_FINE : tool_fail(t, e);
    t->why = (struct why){0};
    e = hang_up(g, show, goes_on, since_us);
    return e == ERR_OK || code != EXIT_FINE ? code : tool_fail(t, e);
}

static int run(struct tool *t)
{
    static struct call_show show;
    struct gateway g = {.t = t};
    struct caller caller = {0};

    enum err e = choose(t, &g);
    if (e == ERR_OK)
        e = caller_open(&caller, &g);
    if (e != ERR_OK)
        return e == ERR_VALUE ? tool_refuse(t, EXIT_USAGE, "%s", t->why.text) : tool_fail(t, e);
    int code = call_script_read(t, &script);
    if (code != EXIT_FINE)
        return code;
    e = make_folder(t, &g.folder);
    if (e == ERR_OK)
        e = gateway_open(&g);
    if (e != ERR_OK)
        return tool_fail(t, e);
    catch_signals();
    call_show_init(&show, &g, &interrupted);
    e = call_script_speak(&script, &caller, &show, &interrupted);
    code = e == ERR_OK ? converse(t, &caller, &show) : tool_fail(t, e);
    gateway_close(&g);
    if (show.replies == 0) {
        call_script_forget(&script);
        if (!options_has(&t->options, "out"))
            (void)rmdir(g.folder);
    }
    return code;
}

static const struct option_row options[] = {
    {"say", 's', "TEXT", "say this; all of these options may be repeated, and their order counts"},
    {"keys", 'k', "KEYS", "press these keys, as \"1#\""},
    {"audio", 'a', "FILE", "send this sound, as a WAV"},
    {"speak", 'S', "TEXT", "say this aloud: its sound is made and sent"},
    {"aloud", 'A', NULL, "speak the typed lines too"},
    {"voice", 'v', "NAME", "the caller's espeak-ng voice (of the profile's language)"},
    {"coding", '\0', "NAME", "of that sound: pcm16, mulaw or alaw (alaw)"},
    {"url", 'u', "URL", "where the service is (http://127.0.0.1:8000)"},
    {"port", 'p', "N", "the service's port on this machine"},
    {"from", '\0', "NUMBER", "the caller's number (0670000001, which nobody has)"},
    {"to", '\0', "NUMBER", "the called number, or a profile's name (BINOTEL_PHONE_NUMBER)"},
    {"id", '\0', "ID", "the exchange's id of the call (a new one)"},
    {"out", 'o', "FOLDER", "where the sounds are saved (a new folder in $TMPDIR)"},
    {"stream", '\0', NULL, "take each answer sentence by sentence (application/x-ndjson)"},
    {"no-play", '\0', NULL, "do not play the sounds"},
    {"quiet", 'q', NULL, "print only what is wrong"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_call = {
    .name = "call",
    .operands = "",
    .options = options,
    .takes_json = true,
    .about = "call the running service as a telephone gateway would",
    .help = "Every sound heard is saved, and played if aplay, paplay, ffplay or play is there.\n"
            "With --say, --speak, --keys or --audio these are sent, and the call is hung up;\n"
            "without them lines are read from standard input: words, an empty line for\n"
            "silence, \"!words\" to speak them, \":keys 1#\", \":audio FILE\", \":quit\". With\n"
            "--aloud every line but \":say words\" is spoken. Ctrl-D or Ctrl-C hangs up\n"
            "properly.\n"
            "Spoken words reach holos as a telephone's sound, so that it has to recognise\n"
            "them: that needs a recogniser, Google's or Whisper, or `make run SANDBOX=1`.\n"
            "If the service has HOLOS_WEBHOOK_SECRET, BINOTEL_SIGNATURE_KEY or\n"
            "BINOTEL_COMPANY_ID, give them to this command too.",
    .run = run,
};
