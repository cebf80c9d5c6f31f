#include "tools/holos/origin.h"

#include <stdlib.h>
#include <string.h>

static const char *origins[SET__MAX];

enum err origin_put(const char *name, const char *value, const char *from)
{
    if (getenv(name) != NULL)
        return ERR_OK;
    for (int i = 0; i < SET__MAX; i++)
        if (strcmp(settings_table()[i].name, name) == 0)
            origins[i] = from;
    return setenv(name, value, 1) == 0 ? ERR_OK : ERR_MEMORY;
}

const char *origin_of(enum setting s)
{
    switch (setting_from(s)) {
    case SETTING_DEFAULT:
        return "default";
    case SETTING_CREDENTIAL:
        return "credential";
    case SETTING_ENVIRONMENT:
        break;
    }
    return origin_given(s);
}

const char *origin_given(enum setting s)
{
    return origins[s] == NULL ? "the environment" : origins[s];
}
