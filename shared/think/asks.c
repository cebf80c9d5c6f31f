#include "think/asks.h"

#include <string.h>

static const char *const texts[ASKS__MAX] = {
#define X(name, text) [ASKS_##name] = text,
    ASKS(X)
#undef X
};

const char *asks_text(enum asks a)
{
    return texts[a];
}

enum asks asks_of(const char *text)
{
    for (int i = 0; text != NULL && i < ASKS__MAX; i++)
        if (strcmp(texts[i], text) == 0)
            return (enum asks)i;
    return ASKS_NOTHING;
}
