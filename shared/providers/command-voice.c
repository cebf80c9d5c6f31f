/* command-voice - a program of this machine speaks: HOLOS_VOICE_COMMAND. No shell looks at its
 * words; how it is run and stopped is child.h's. */
#include "providers/command-voice.h"

#include <string.h>

#include "base/settings.h"
#include "base/text.h"

#define BLANKS   " \t"
#define CODE_MAX 8 /* bytes of a language's code */

/* ---- the setting ----------------------------------------------------------------------------- */

/* "uk=" before a program: the bytes of its code; 0: it begins with the program. */
static size_t code_of(const char *at)
{
    size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz");

    return at[n] == '=' && n > 0 && n < CODE_MAX ? n : 0;
}

/* One command of the setting, from its first blank on; *ret_next is what stands behind its ";". */
static size_t take(const char *at, const char **ret_next)
{
    size_t n = strcspn(at, ";");

    *ret_next = at[n] == ';' ? at + n + 1 : at + n;
    while (n > 0 && strchr(BLANKS, at[n - 1]) != NULL)
        n--;
    return n;
}

size_t command_voice_find(const char *commands, const char *languages, const char *language,
                          const char **ret)
{
    const char *next = NULL;

    for (const char *at = commands; *at != '\0'; at = next) {
        at += strspn(at, BLANKS);
        if (*at == '\0')
            break;
        size_t n = take(at, &next);
        size_t code = code_of(at);
        size_t before = code == 0 ? 0 : code + 1;
        bool speaks = code > 0 ? strlen(language) == code && memcmp(at, language, code) == 0
                               : *languages == '\0' || text_lists(languages, language);
        if (speaks && n > before) {
            *ret = at + before;
            return n - before;
        }
    }
    return 0;
}

enum err command_voice_words(struct arena *a, const char *command, size_t n,
                             const char *const **ret)
{
    char *text = arena_strndup(a, command, n);
    const char **word = arena_calloc(a, n / 2 + 2, sizeof *word);
    size_t words = 0;

    if (text == NULL || word == NULL)
        return ERR_MEMORY;
    while (*(text += strspn(text, BLANKS)) != '\0') {
        word[words++] = text;
        text += strcspn(text, BLANKS);
        if (*text != '\0')
            *text++ = '\0';
    }
    *ret = word;
    return ERR_OK;
}

/* ==== the provider ============================================================================ */

static const char *commands(void)
{
    return setting_text(SET_HOLOS_VOICE_COMMAND);
}

static enum err ready(const struct providers *o, struct why *why)
{
    const char *next = NULL;
    const char *at = commands();

    (void)o;
    if (at[strspn(at, BLANKS)] == '\0')
        return ERR_NOT_FOUND; /* one more voice among others: not worth saying */
    for (; *at != '\0'; at = next) {
        at += strspn(at, BLANKS);
        size_t n = take(at, &next);
        size_t code = code_of(at);
        if (n <= (code == 0 ? 0 : code + 1))
            return why_set(why, ERR_CONFIG, "HOLOS_VOICE_COMMAND has no program before a \";\"");
    }
    return ERR_OK;
}

static const char *about(const struct providers *o, struct arena *a)
{
    const char *languages = setting_text(SET_HOLOS_VOICE_COMMAND_LANGUAGES);

    (void)o;
    return *languages == '\0' ? commands() : arena_printf(a, "%s, for %s", commands(), languages);
}

/* The whole setting stands for its voice: whatever changes in it, the phrase cache makes anew. */
static const char *usual(const char *language)
{
    const char *found = NULL;

    return command_voice_find(commands(), setting_text(SET_HOLOS_VOICE_COMMAND_LANGUAGES), language,
                              &found) == 0
               ? ""
               : commands();
}

static enum err command(struct arena *a, const struct provider_line *l, const char *const **ret,
                        struct why *why)
{
    const char *found = NULL;
    size_t n = command_voice_find(commands(), setting_text(SET_HOLOS_VOICE_COMMAND_LANGUAGES),
                                  l->language, &found);

    if (n == 0)
        return why_set(why, ERR_CONFIG, "HOLOS_VOICE_COMMAND has no program for %s", l->language);
    return command_voice_words(a, found, n, ret);
}

static const char *check_voice(const struct profile *p, const struct profile_voice *v,
                               struct why *why)
{
    (void)p;
    if (*v->name == '\0')
        return NULL;
    (void)why_set(why, ERR_CONFIG, "can only be \"\": HOLOS_VOICE_COMMAND says what speaks");
    return "name";
}

const struct provider provider_speak_command = {
    .name = "command",
    .title = "the program of HOLOS_VOICE_COMMAND",
    .stage = PROVIDER_SPEAK,
    .rank = 30,
    .ready = ready,
    .about = about,
    .speak = {.command = command, .usual = usual, .check_voice = check_voice},
};
