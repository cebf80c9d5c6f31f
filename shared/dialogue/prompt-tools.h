/* prompt-tools - the tools a model is given, with the profile's descriptions. Private to prompt.c. */
#ifndef HOLOS_DIALOGUE_PROMPT_TOOLS_H
#define HOLOS_DIALOGUE_PROMPT_TOOLS_H

#include "dialogue/prompt.h"

/* ERR_MEMORY. */
enum err prompt_tools(struct arena *a, const struct profile_prompt *p,
                      const struct claude_tool **ret, size_t *ret_n) must_check;

#endif
