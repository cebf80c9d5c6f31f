/* cases [CASE FOLDER [clean]]: runs one case; without arguments, lists them. */
#include "tests/torture/cases.h"

#include <stdio.h>
#include <string.h>

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

static const struct torture_case *const tables[] = {torture_base};

#define TABLES (sizeof tables / sizeof tables[0])

static void list(void)
{
    for (size_t i = 0; i < TABLES; i++)
        for (const struct torture_case *c = tables[i]; c->name != NULL; c++)
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

int main(int argc, char **argv)
{
    if (argc == 1) {
        list();
        return 0;
    }
    const struct torture_case *c = argc >= 3 ? find(argv[1]) : NULL;
    if (c == NULL) {
        (void)fprintf(stderr, "usage: cases [CASE FOLDER [clean]]\n");
        return 2;
    }
    struct torture t = {.folder = argv[2], .clean = argc > 3};
    const char *bad = c->run(&t);
    if (bad == NULL)
        return 0;
    (void)fprintf(stderr, "%s: %s\n", c->name, bad);
    return 1;
}
