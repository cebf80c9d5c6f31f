/* engine - runs the trial route on a socket of its own, alone or under spawn-fcgi and multiwatch. */
#ifndef HOLOS_TESTS_ENGINE_H
#define HOLOS_TESTS_ENGINE_H

#include <stdbool.h>
#include <sys/types.h>
#include "tests/support/folder.h"

struct engine {
    struct folder folder;
    char program[1024]; /* the trial route, beside the test that runs */
    char socket[600];
    char log[600];
    int listener;
    pid_t pid; /* of the worker or the supervisor; 0: none */
};

/* Makes the folder and the socket; starts nothing. */
void engine_init(struct engine *e);

/* The same as cmocka's setup, *state being a struct engine, and its teardown. */
int engine_setup(void **state);
int engine_teardown(void **state);

/* Starts a worker on the socket. `settings` is a NULL-terminated list of NAME=value, or NULL. */
pid_t engine_start(struct engine *e, const char *const *settings);

/* Starts spawn-fcgi and multiwatch with so many workers on `socket` and waits until it answers. */
void engine_supervise(struct engine *e, int workers);

/* Ends what runs and removes everything. */
void engine_release(struct engine *e);

/* Waits for an end: the exit code, 1000 + signal, or -1 if `ms` pass. */
int engine_wait(pid_t pid, int ms);

/* Starts any program with this standard input; its outputs go to the log. */
pid_t engine_exec(const struct engine *e, int input, const char *const *argv,
                  const char *const *settings);

/* The whole log so far; the caller frees it. */
char *engine_log(const struct engine *e);

/* Is the text in the log, now or within `ms`? */
bool engine_logged(const struct engine *e, const char *text, int ms);

/* The processes of the supervisor that run the program, and no longer what starts it. Returns how
 * many it found. */
int engine_find_workers(const struct engine *e, pid_t *out, int most);

/* What each process of the supervisor is doing now, in one line: its id, program, state, and where
 * in the kernel it waits. */
void engine_describe_workers(const struct engine *e, char *out, size_t room);

/* Private memory of a process in KB. */
long engine_private_kb(pid_t pid);

#endif
