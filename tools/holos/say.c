#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "calls/app.h"
#include "language/verbalise.h"
#include "speech/voice.h"
#include "tools/holos/print.h"
#include "tools/holos/tool.h"

static int print_form(struct tool *t, const struct profile *p, const char *text)
{
    const char *form = NULL;
    struct jsonw w;

    const struct language *l = language_of_text(languages, language_find(p->language), text);
    enum err e = verbalise(&t->arena, l, text, &form);
    if (e != ERR_OK)
        return tool_fail(t, e);
    if (!t->json) {
        buf_printf(&t->out, "%s\n", print_clean(&t->arena, form));
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "profile", p->name);
    jsonw_put_text(&w, "text", text);
    jsonw_put_text(&w, "spoken", form);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int report(struct tool *t, const struct profile *p, const char *file,
                  const struct spoken *sound)
{
    struct jsonw w;

    if (!t->json) {
        buf_printf(&t->out, "%s: %s of sound, made in %s by %s\n", file,
                   print_us(&t->arena, (int64_t)sound->sound_ms * 1000),
                   print_us(&t->arena, sound->took_us), sound->rung);
        return EXIT_FINE;
    }
    tool_json(t, &w);
    jsonw_object(&w);
    jsonw_put_text(&w, "profile", p->name);
    jsonw_put_text(&w, "file", file);
    jsonw_put_int(&w, "bytes", (int64_t)sound->len);
    jsonw_put_int(&w, "sound_ms", sound->sound_ms);
    jsonw_put_int(&w, "took_us", sound->took_us);
    jsonw_put_text(&w, "by", sound->rung);
    jsonw_end_object(&w);
    return tool_json_end(t);
}

static int say(struct tool *t, const struct app *app, const struct profile *p, const char *text)
{
    const char *file = options_text(&t->options, "output", NULL);
    struct voice voice = voice_of_profile(p);
    struct spoken sound = {0};

    enum err e =
        speak(&app->speaker, &voice, text, deadline_in_ms(setting_number(SET_HOLOS_SPEAK_MS)),
              &t->arena, &sound, &t->why);
    if (e != ERR_OK)
        return tool_fail(t, e);
    if (file == NULL) {
        buf_put(&t->out, sound.wav, sound.len);
        return EXIT_FINE;
    }
    e = file_replace(file, sound.wav, sound.len, &t->why);
    return e == ERR_OK ? report(t, p, file, &sound) : tool_fail(t, e);
}

static int run(struct tool *t)
{
    const char *name = options_text(&t->options, "profile", setting_text(SET_HOLOS_PROFILE));
    bool form_only = options_has(&t->options, "spoken");
    bool to_file = options_has(&t->options, "output");
    struct app app = {0};

    if (!form_only && !to_file && (t->json || isatty(STDOUT_FILENO)))
        return tool_refuse(t, EXIT_USAGE, "say where to put the sound: -o FILE.wav");
    enum err e = app_open(&app, APP_PARTS(&app_profiles, &app_voice), &t->why);
    const struct profile *p = e == ERR_OK ? app_profile_named(&app, name) : NULL;
    int code = e != ERR_OK ? tool_fail(t, e)
               : p == NULL ? tool_refuse(t, EXIT_FAULT, "there is no profile \"%.40s\" in %s", name,
                                         setting_text(SET_HOLOS_PROFILES))
               : form_only ? print_form(t, p, t->options.operand[0])
                           : say(t, &app, p, t->options.operand[0]);
    app_close(&app);
    return code;
}

static const struct option_row options[] = {
    {"output", 'o', "FILE", "put the WAV there; without it, to standard output"},
    {"profile", 'p', "NAME", "with this profile's voice (default: HOLOS_PROFILE)"},
    {"spoken", 's', NULL, "only print the words that would be spoken"},
    {NULL, '\0', NULL, NULL},
};

const struct verb verb_say = {
    .name = "say",
    .operands = "TEXT",
    .operands_least = 1,
    .operands_most = 1,
    .options = options,
    .takes_json = true,
    .about = "speak a text into a WAV file, as a caller would hear it",
    .help = "Numbers, times, dates, prices and telephone numbers are spoken as a person\n"
            "says them; --spoken shows the words. The WAV is what a caller hears, in the\n"
            "profile's coding and rate.",
    .run = run,
};
