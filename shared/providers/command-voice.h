/* command-voice - how HOLOS_VOICE_COMMAND is read. Its provider is found by its place (provider.h);
 * what is declared here is pure.
 *
 *     piper -m uk.onnx -f -                            one program
 *     uk=piper -m uk.onnx -f -; ru=piper -m ru.onnx -f -     one for each language
 *
 * One without a language speaks those of HOLOS_VOICE_COMMAND_LANGUAGES. */
#ifndef HOLOS_PROVIDERS_COMMAND_VOICE_H
#define HOLOS_PROVIDERS_COMMAND_VOICE_H

#include <stddef.h>
#include "providers/provider.h"

/* The first command that speaks this language ("uk"), within `commands`; its bytes, 0: there is none.
 * `languages`: those of a command that names none; "": all. */
size_t command_voice_find(const char *commands, const char *languages, const char *language,
                          const char **ret);

/* Its words, cut at blanks; nothing in them means anything. NULL-terminated. ERR_MEMORY. */
enum err command_voice_words(struct arena *a, const char *command, size_t n,
                             const char *const **ret) must_check;

#endif
