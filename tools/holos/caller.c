#include "tools/holos/caller.h"

#include <string.h>

#include "base/file.h"
#include "base/settings.h"
#include "calls/app.h"
#include "tools/holos/sandbox.h"

#define RATE             8000
#define WORDS_PER_MINUTE 150

static const char *const codings[] = {
    [WAV_PCM16] = "pcm16", [WAV_MULAW] = "mulaw", [WAV_ALAW] = "alaw"};

static enum err choose_coding(struct tool *t, enum wav_coding *ret)
{
    const char *name = options_text(&t->options, "coding", codings[WAV_ALAW]);

    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++)
        if (strcmp(codings[i], name) == 0) {
            *ret = (enum wav_coding)i;
            return ERR_OK;
        }
    return why_set(&t->why, ERR_VALUE, "--coding is pcm16, mulaw or alaw");
}

/* Another speaker of the same language than the one who answers. */
static const char *other_speaker(struct arena *a, const char *espeak)
{
    const char *plus = strchr(espeak, '+');
    size_t n = plus == NULL ? strlen(espeak) : (size_t)(plus - espeak);

    return arena_printf(a, "%.*s%s", (int)n, espeak,
                        plus != NULL && plus[1] == 'f' ? "+m3" : "+f2");
}

/* Of the language's name what espeak-ng and our numbers know: "uk-UA" is "uk". */
static enum err choose_by_setting(struct caller *c)
{
    struct arena *a = &c->g->t->arena;
    const char *locale = setting_text(SET_VOICE_LANGUAGE);
    const char *language = arena_strndup(a, locale, strcspn(locale, "-_"));

    if (language == NULL)
        return ERR_MEMORY;
    c->voice.language = language;
    c->voice.espeak = other_speaker(a, language);
    return c->voice.espeak == NULL ? ERR_MEMORY : ERR_OK;
}

/* The profile may be on another machine: that it cannot be read is no error. */
static enum err choose_by_profile(struct caller *c)
{
    struct arena *a = &c->g->t->arena;
    struct app app = {0};
    enum err e = app_open(&app, APP_PARTS(&app_profiles), NULL);

    if (e == ERR_OK) {
        const struct profile *p = app_profile(&app, c->g->to);
        c->voice.language = arena_strdup(a, p->language);
        c->voice.espeak = other_speaker(a, p->voice.espeak);
        if (c->voice.language == NULL || c->voice.espeak == NULL)
            e = ERR_MEMORY;
    } else if (e != ERR_MEMORY) {
        e = choose_by_setting(c);
    }
    app_close(&app);
    return e;
}

/* A name that espeak-ng gets as one argument: never an option, never a path. */
static bool is_voice(const char *s)
{
    return *s != '\0' && *s != '-' &&
           s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_")] ==
               '\0';
}

enum err caller_open(struct caller *c, struct gateway *g)
{
    struct tool *t = g->t;
    const char *voice = options_text(&t->options, "voice", NULL);

    *c = (struct caller){.g = g,
                         .voice = {.words_per_minute = WORDS_PER_MINUTE, .pitch = 50, .rate = RATE},
                         .control = sandbox_port(&t->arena)};
    enum err e = choose_coding(t, &c->voice.coding);
    if (e == ERR_OK && voice != NULL && !is_voice(voice))
        e = why_set(&t->why, ERR_VALUE, "--voice is a voice of espeak-ng, as uk or ru+m3");
    if (e == ERR_OK)
        e = choose_by_profile(c);
    if (e != ERR_OK || voice == NULL)
        return e;
    c->voice.espeak = voice;
    c->voice.language = arena_strndup(&t->arena, voice, strcspn(voice, "+-_"));
    return c->voice.language == NULL ? ERR_MEMORY : ERR_OK;
}

/* The recogniser gets what the service decodes: the same function decodes it here. */
static enum err tell_sandbox(struct caller *c, const struct spoken *s, const char *text,
                             const char **ret_note)
{
    struct tool *t = c->g->t;
    const struct sound_came came = {.data = s->wav, .n = s->len};
    struct utterance u = {0};
    struct why why = {0};

    enum err e = sound_measure(&c->g->scratch, &came, &u, &t->why);
    if (e != ERR_OK)
        return e;
    e = sandbox_register(c->g->http, &c->g->scratch, c->control, &u, text, &why);
    if (e == ERR_MEMORY)
        return e;
    if (e != ERR_OK) { /* left by one that was killed */
        c->control = 0;
        *ret_note = "the sandbox beside this store does not answer; its recogniser is not told "
                    "what is said";
    }
    return ERR_OK;
}

enum err caller_speak(struct caller *c, const char *text, const char **ret_file,
                      const char **ret_note)
{
    struct tool *t = c->g->t;
    const struct speaker espeak = {.espeak = setting_text(SET_HOLOS_ESPEAK),
                                   .cache = "",
                                   .step_ms = (int)setting_number(SET_HOLOS_SPEAK_MS)};
    struct spoken sound = {0};
    struct why why = {0};

    arena_clear(&c->g->scratch);
    enum err e = speak(&espeak, &c->voice, text, deadline_in_ms(espeak.step_ms), &c->g->scratch,
                       &sound, &why);
    if (e != ERR_OK)
        return why_set(&t->why, e, "the caller's voice %.40s: %s", c->voice.espeak,
                       why.text[0] != '\0' ? why.text : err_text(e));
    const char *file = arena_printf(&t->arena, "%s/%02d-caller.wav", c->g->folder, ++c->n);
    if (file == NULL)
        return ERR_MEMORY;
    e = file_replace(file, sound.wav, sound.len, &t->why);
    if (e == ERR_OK && c->control != 0)
        e = tell_sandbox(c, &sound, text, ret_note);
    if (e == ERR_OK)
        *ret_file = file;
    return e;
}
