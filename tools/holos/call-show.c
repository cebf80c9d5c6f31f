#include "tools/holos/call-show.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "tools/holos/print.h"

#define INDENT 8
#define WIDTH  100

static const char *const kinds[GATEWAY__MAX + 1] = {[GATEWAY_WORDS] = "words",
                                                    [GATEWAY_KEYS] = "keys",
                                                    [GATEWAY_AUDIO] = "audio",
                                                    [GATEWAY_SPEECH] = "speech",
                                                    [GATEWAY__MAX] = NULL};

static void put_line(struct call_show *c, const char *who, const char *text)
{
    struct buf *out = &c->g->t->out;

    buf_printf(out, "%-*s", INDENT, who);
    print_wrapped(out, print_clean(&c->g->t->arena, text), INDENT, WIDTH);
}

/* To the terminal at once: a person is waiting. */
static void flush(struct call_show *c)
{
    if (c->text)
        (void)tool_flush(c->g->t);
}

static void on_heard(void *whom, const char *transcript)
{
    struct call_show *c = whom;
    bool same =
        c->sent != NULL && c->sent_kind == GATEWAY_WORDS && strcmp(c->sent, transcript) == 0;

    if (!c->text || same)
        return;
    put_line(c, "heard", *transcript == '\0' ? "(nothing)" : transcript);
    flush(c);
}

static void on_said(void *whom, const char *message, const struct gateway_sound *sound)
{
    struct call_show *c = whom;

    if (c->text && message != NULL)
        put_line(c, "holos", message);
    flush(c);
    if (sound != NULL && c->player)
        play_add(&c->play, sound->file, sound->ms);
}

void call_show_init(struct call_show *c, struct gateway *g, const volatile sig_atomic_t *stop)
{
    bool quiet = options_has(&g->t->options, "quiet");

    *c = (struct call_show){.g = g, .stop = stop, .sent_kind = GATEWAY__MAX};
    c->text = !g->t->json && !quiet;
    c->typed = isatty(STDIN_FILENO) != 0;
    play_init(&c->play);
    c->player = play_name(&c->play) != NULL && !options_has(&g->t->options, "no-play") && c->text;
    g->on_heard = on_heard;
    g->on_said = on_said;
    g->whom = c;
}

/* ---- a person ------------------------------------------------------------------------------------- */

void call_show_ringing(struct call_show *c)
{
    struct tool *t = c->g->t;

    if (t->json) {
        tool_json(t, &c->json);
        jsonw_object(&c->json);
        jsonw_put_text(&c->json, "id", c->g->id);
        jsonw_put_text(&c->json, "url", c->g->base);
        jsonw_put_text(&c->json, "out", c->g->folder);
        jsonw_key(&c->json, "replies");
        jsonw_array(&c->json);
    }
    if (!c->text)
        return;
    buf_printf(&t->out, "call %s to %s\nsounds are saved in %s", c->g->id, c->g->base,
               c->g->folder);
    buf_printf(&t->out, c->player ? " and played by %s\n\n" : "\n\n", play_name(&c->play));
    flush(c);
}

void call_show_hint(struct call_show *c)
{
    if (!c->text || !c->typed)
        return;
    buf_puts(&c->g->t->out, "        (type what you say; an empty line is silence; "
                            "!words are spoken;\n"
                            "        :keys 1#, :audio FILE; Ctrl-D hangs up)\n");
    flush(c);
}

void call_show_prompt(struct call_show *c)
{
    if (!c->text || !c->typed)
        return;
    c->prompted = true;
    buf_printf(&c->g->t->out, "%-*s", INDENT, "you");
    flush(c);
}

void call_show_note(struct call_show *c, const char *text)
{
    (void)fprintf(stderr, "%-*s%s\n", INDENT, "note", text);
    (void)c;
}

void call_show_sent(struct call_show *c, enum gateway_kind kind, const char *value)
{
    c->sent = value;
    c->sent_kind = kind;
    if (!c->text || c->prompted)
        return;
    put_line(c, kind == GATEWAY_WORDS ? "you" : kinds[kind], *value == '\0' ? "(silence)" : value);
    flush(c);
}

static void put_figures(struct call_show *c, const struct gateway_answer *a)
{
    struct arena *arena = &c->g->t->arena;
    struct buf *out = &c->g->t->out;
    int64_t ms = 0;

    for (size_t i = 0; i < a->sounds; i++)
        ms += a->sound[i].ms;
    buf_printf(out, "%*sanswered in %s", INDENT, "", print_us(arena, a->took_us));
    for (size_t i = 0; i < a->stages; i++)
        buf_printf(out, "%s%s %s", i == 0 ? " (" : ", ", print_clean(arena, a->stage[i].name),
                   print_us(arena, (int64_t)(a->stage[i].ms * 1000)));
    buf_puts(out, a->stages > 0 ? ")" : "");
    if (a->sounds > 1)
        buf_printf(out, ", first sound after %s", print_us(arena, a->first_sound_us));
    if (a->sounds == 0)
        buf_puts(out, ", no sound\n\n");
    else
        buf_printf(out, ", %s of sound: %s%s\n\n", print_us(arena, ms * 1000), a->sound[0].file,
                   a->sounds > 1 ? " and what follows" : "");
}

/* ---- a program ------------------------------------------------------------------------------------ */

static void put_sent(struct call_show *c, struct jsonw *w)
{
    jsonw_key(w, "sent");
    if (c->sent_kind == GATEWAY__MAX) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_put_text(w, kinds[c->sent_kind], c->sent);
    jsonw_end_object(w);
}

static void put_json(struct call_show *c, const struct gateway_answer *a)
{
    struct jsonw *w = &c->json;

    jsonw_object(w);
    jsonw_put_int(w, "turn", a->turn);
    put_sent(c, w);
    jsonw_put_text(w, "transcript", a->transcript);
    jsonw_put_text(w, "message", a->message);
    jsonw_put_bool(w, "should_continue", a->goes_on);
    jsonw_put_int(w, "took_us", a->took_us);
    jsonw_put_int(w, "first_sound_us", a->first_sound_us);
    jsonw_key(w, "took_ms");
    jsonw_object(w);
    for (size_t i = 0; i < a->stages; i++) {
        jsonw_key(w, a->stage[i].name);
        jsonw_number(w, a->stage[i].ms);
    }
    jsonw_end_object(w);
    jsonw_key(w, "sounds");
    jsonw_array(w);
    for (size_t i = 0; i < a->sounds; i++) {
        jsonw_object(w);
        jsonw_put_text(w, "file", a->sound[i].file);
        jsonw_put_int(w, "ms", a->sound[i].ms);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

/* ---- both ----------------------------------------------------------------------------------------- */

enum err call_show_answer(struct call_show *c, const struct gateway_answer *a)
{
    bool was_playing = play_name(&c->play) != NULL;

    c->replies++;
    if (c->g->t->json)
        put_json(c, a);
    if (!c->text)
        return ERR_OK;
    put_figures(c, a);
    enum err e = tool_flush(c->g->t);
    play_finish(&c->play, c->stop);
    if (c->player && was_playing && play_name(&c->play) == NULL)
        call_show_note(c, "the player failed (no sound device?); the sounds are only saved");
    return e;
}

void call_show_unsaid(struct call_show *c, size_t n)
{
    c->unsaid = n;
    if (c->text)
        buf_printf(&c->g->t->out, "%*s%zu of the inputs were not sent: holos ended the call\n",
                   INDENT, "", n);
}

void call_show_end(struct call_show *c, bool goes_on, bool by_signal, bool told)
{
    struct jsonw *w = &c->json;

    if (c->g->t->json) {
        jsonw_end_array(w);
        jsonw_put_text(w, "ended_by", goes_on ? "caller" : "holos");
        jsonw_put_bool(w, "interrupted", by_signal);
        jsonw_put_bool(w, "hung_up", told);
        jsonw_put_int(w, "unsaid", (int64_t)c->unsaid);
        jsonw_end_object(w);
        (void)tool_json_end(c->g->t);
    }
    if (!c->text)
        return;
    buf_printf(&c->g->t->out, "%s%s\n", by_signal || (c->prompted && goes_on) ? "\n" : "",
               !told     ? "the call could not be ended properly"
               : goes_on ? "hung up"
                         : "holos ended the call; hung up");
    buf_printf(&c->g->t->out, "`%s show %s` shows it as kept\n", program_invocation_name, c->g->id);
    flush(c);
}
