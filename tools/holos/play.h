/* play - private to tools/holos: plays WAV files one after another with whatever player there is.
 *
 * Never a reason to fail: without a player, or with one that fails, it falls silent. The player
 * runs beside us, so that a stream is read on while it plays. */
#ifndef HOLOS_TOOL_PLAY_H
#define HOLOS_TOOL_PLAY_H

#include <stdbool.h>
#include <sys/types.h>
#include "base/clock.h"

#define PLAY_QUEUE 128

struct play {
    const char *const *player; /* argv before the file; NULL: none, or it failed */
    pid_t pid;                 /* 0: nothing plays */
    struct deadline until;     /* of what plays: then it is stuck */
    struct {
        const char *file;
        int ms;
    } queue[PLAY_QUEUE];
    size_t next, n;
};

/* Looks for a player. */
void play_init(struct play *p);
/* Name of the player, or NULL. */
const char *play_name(const struct play *p);
/* Begins, or queues it behind what plays. `file` must stay. */
void play_add(struct play *p, const char *file, int ms);
/* Waits until all is played; at once when *stop becomes true. */
void play_finish(struct play *p, const volatile int *stop);

#endif
