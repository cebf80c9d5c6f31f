#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tools/holos/tool.h"

static int run(struct tool *t)
{
    char *argv[OPTIONS_OPERANDS + 1] = {0};

    assert(t->options.operands > 0);
    for (int i = 0; i < t->options.operands; i++) {
        argv[i] = arena_strdup(&t->arena, t->options.operand[i]);
        if (argv[i] == NULL)
            return tool_fail(t, ERR_MEMORY);
    }
    /* What is ignored here would be ignored in there. */
    (void)signal(SIGPIPE, SIG_DFL);
    (void)execvp(argv[0], argv);
    int e = errno;
    (void)signal(SIGPIPE, SIG_IGN);
    return tool_refuse(t, EXIT_FAULT, "\"%.200s\" cannot be run: %s", argv[0], strerror(e));
}

const struct verb verb_env = {
    .name = "env",
    .operands = "COMMAND...",
    .operands_least = 1,
    .operands_most = OPTIONS_OPERANDS,
    .about = "run a command with the settings of this source tree",
    .help = "Run from the build/bin of a source tree, every verb takes the tree's settings: its\n"
            ".env, its var/ for the store and the cache, its profiles/. This verb puts them into\n"
            "the environment and runs a command; tools/serve-here starts that way. Put\n"
            "-- before a command that has options. What is set in the environment already wins.\n"
            "HOLOS_TREE names another tree; empty, it means none.",
    .run = run,
};
