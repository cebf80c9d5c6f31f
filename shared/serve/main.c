/* The only main of all routes. The build links it with one file of handlers/ and lets `handler`
 * stand for that file's struct (--defsym). Exit codes: 0 asked to leave or served enough; 100 wrong
 * use or configuration, starting again will not help; 111 try again later. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "serve/engine.h"

enum { EXIT_LEFT = 0, EXIT_WRONG = 100, EXIT_LATER = 111 };

extern const struct handler handler;

static void print_help(void)
{
    (void)printf("holos %s, route %s: %s\n\nAnswers", HOLOS_VERSION, handler.name, handler.about);
    for (const char *const *path = handler.paths; *path != NULL; path++)
        (void)printf(" %s", *path);
    (void)printf(" as a FastCGI program.\nStandard input must be a listening Unix socket, so start "
                 "it so:\n\n"
                 "  spawn-fcgi -n -s /run/holos/%s.sock -M 0660 -- "
                 "/usr/bin/multiwatch -f %d -r 1000 -t 100 -- /usr/bin/env --block-signal %s\n\n"
                 "TERM to multiwatch stops the workers after their requests; USR2 replaces them by "
                 "new ones.\n"
                 "Settings come from the environment and $CREDENTIALS_DIRECTORY; holos-settings(5) "
                 "lists them.\n",
                 handler.name, handler.workers > 0 ? handler.workers : 1, handler.name);
}

static int usage(const char *what)
{
    (void)fprintf(stderr, "%s: %s\nTry --help, or `make run`, which starts all routes.\n",
                  handler.name, what);
    return EXIT_WRONG;
}

/* A supervisor may start a program that ends at once again and again: give it a second. */
static int give_up(const char *event, enum err e, const struct why *why)
{
    log_event(LOG_ERROR, event, "err=%s why=\"%s\"", err_name(e), why->text);
    if (engine_has_socket())
        (void)sleep(1);
    return e == ERR_CONFIG ? EXIT_WRONG : EXIT_LATER;
}

static int run(void)
{
    struct why why = {0};

    enum err e = settings_load(&why);
    log_init(handler.name,
             e == ERR_OK ? (enum log_level)setting_number(SET_HOLOS_LOG_LEVEL) : LOG_INFO);
    if (e == ERR_OK && setting_given(SET_HOLOS_NOW) && clock_is_units())
        e = why_set(&why, ERR_CONFIG, "HOLOS_NOW is for tries: no installed service takes it");
    if (e == ERR_OK && handler.access->check_settings != NULL)
        e = handler.access->check_settings(&why);
    if (e != ERR_OK)
        return give_up("settings", e, &why);
    e = engine_run(&handler, &why);
    return e == ERR_OK ? EXIT_LEFT : give_up("stopped", e, &why);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return printf("%s (holos) %s\n", handler.name, HOLOS_VERSION) < 0 ? EXIT_LATER : EXIT_LEFT;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        print_help();
        return EXIT_LEFT;
    }
    if (argc > 1)
        return usage("it takes no arguments but --version and --help");
    if (!engine_has_socket())
        return usage("standard input is not a listening socket; this is a FastCGI program");

    /* Large pieces come from the system one by one and go back when freed, so that a worker that
     * once took a large recording does not keep its memory. What a usual turn takes, it keeps: the
     * system would have to clear those pages anew in every turn. */
    (void)mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    (void)mallopt(M_TRIM_THRESHOLD, 2 * 1024 * 1024);
    (void)mallopt(M_ARENA_MAX, 1);
    int code = run();
    settings_forget();
    return code;
}
