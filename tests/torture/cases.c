/* cases [CASE FOLDER [clean|leave|after]]: runs one case; without arguments, lists those that need
 * nothing beside them. `cases spoken` lists those that need the vendors' stand-ins. */
#include "tests/torture/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define HANGS_S 15 /* SIGALRM ends a case that has not ended by then */

/* Defined by the shim when it is preloaded. */
extern void holos_torture_arm(int on) __attribute__((weak));

void torture_arm(bool on)
{
    if (holos_torture_arm != NULL)
        holos_torture_arm(on);
}

const char *torture_path(const struct torture *t, const char *name)
{
    static char paths[8][1024];
    static unsigned next;
    char *out = paths[next++ % 8];

    (void)snprintf(out, sizeof paths[0], "%s/%s", t->folder, name);
    return out;
}

static const struct torture_case *const tables[] = {torture_base, torture_store, torture_calls,
                                                    torture_net, torture_spoken};

#define TABLES (sizeof tables / sizeof tables[0])

static void list(bool spoken)
{
    for (size_t i = 0; i < TABLES; i++)
        for (const struct torture_case *c = tables[i]; c->name != NULL; c++)
            if ((tables[i] == torture_spoken) == spoken)
                (void)puts(c->name);
}

static const struct torture_case *find(const char *name)
{
    for (size_t i = 0; i < TABLES; i++)
        for (const struct torture_case *c = tables[i]; c->name != NULL; c++)
            if (strcmp(c->name, name) == 0)
                return c;
    return NULL;
}

/* What the C library keeps for good of the names of zones that zone.c or itself falls back to: the
 * shim's count shall not find it. */
static bool start(void)
{
    static const char *const kept[] = {"UTC0", "Europe/", "Asia/"};

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (setenv("TZ", kept[i], 1) != 0)
            return false;
        tzset();
    }
    return unsetenv("TZ") == 0;
}

int main(int argc, char **argv)
{
    bool spoken = argc == 2 && strcmp(argv[1], "spoken") == 0;

    if (argc == 1 || spoken) {
        list(spoken);
        return 0;
    }
    const struct torture_case *c = argc >= 3 ? find(argv[1]) : NULL;
    if (c == NULL) {
        (void)fprintf(stderr, "usage: cases [CASE FOLDER [clean|leave|after]]\n");
        return 2;
    }
    if (!start())
        return 2;
    (void)alarm(HANGS_S);
    struct torture t = {.folder = argv[2],
                        .clean = argc > 3 && strcmp(argv[3], "clean") == 0,
                        .leave = argc > 3 && strcmp(argv[3], "leave") == 0,
                        .after = argc > 3 && strcmp(argv[3], "after") == 0,
                        .of = c->of};
    const char *bad = c->run(&t);
    if (bad == NULL)
        return 0;
    (void)fprintf(stderr, "%s: %s\n", c->name, bad);
    return 1;
}
