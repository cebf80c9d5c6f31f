#include "providers/price.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

#define MILLION    1000000
#define MINUTE_S   60
#define TOKENS_MAX INT64_C(1000000000) /* keeps a cost within 64 bits */
#define MS_MAX     INT64_C(86400000)
#define COUNT(of)  (sizeof(of) / sizeof *(of))

static const struct heard_price {
    const char *list;
    const char *models; /* between blanks */
    int64_t minute;     /* 0: by tokens */
    int64_t in, out;    /* a million tokens */
} heard[] = {
#define SECONDS(list, models, minute) {list, models, minute, 0, 0},
#define TOKENS(list, models, in, out) {list, models, 0, in, out},
#define CHARACTERS(list, family, a_million)
#include "providers/prices.def"
#undef SECONDS
#undef TOKENS
#undef CHARACTERS
};

static const struct {
    const char *list, *family;
    int64_t a_million;
} spoken[] = {
#define SECONDS(list, models, minute)
#define TOKENS(list, models, in, out)
#define CHARACTERS(list, family, a_million) {list, family, a_million},
#include "providers/prices.def"
#undef SECONDS
#undef TOKENS
#undef CHARACTERS
};

static int64_t rounded_up(int64_t n, int64_t unit)
{
    return (n + unit - 1) / unit;
}

/* "" or "-2025-12-15": the same model. */
static bool is_release(const char *rest)
{
    return *rest == '\0' ||
           (*rest == '-' && strlen(rest) == 11 && strspn(rest, "-0123456789") == 11);
}

static bool is_named(const char *models, const char *model)
{
    while (*models != '\0') {
        size_t n = strcspn(models, " ");
        if (strncmp(models, model, n) == 0 && is_release(model + n))
            return true;
        models += n;
        models += strspn(models, " ");
    }
    return false;
}

static int64_t cost_of(const struct heard_price *p, const struct price_use *use)
{
    if (p->minute > 0) {
        if (use->ms < 0 || use->ms > MS_MAX)
            return PRICE_UNKNOWN;
        return rounded_up(rounded_up(use->ms, 1000) * p->minute, MINUTE_S);
    }
    if (use->tokens_in < 0 || use->tokens_out < 0 || use->tokens_in > TOKENS_MAX ||
        use->tokens_out > TOKENS_MAX)
        return PRICE_UNKNOWN;
    return rounded_up(use->tokens_in * p->in + use->tokens_out * p->out, MILLION);
}

int64_t price_hear(const char *list, const char *model, const struct price_use *use)
{
    for (size_t i = 0; i < COUNT(heard); i++)
        if (strcmp(heard[i].list, list) == 0 && is_named(heard[i].models, model))
            return cost_of(&heard[i], use);
    return PRICE_UNKNOWN;
}

int64_t price_speak(const char *list, const char *family, const char *text)
{
    for (size_t i = 0; i < COUNT(spoken); i++)
        if (strcmp(spoken[i].list, list) == 0 && strcmp(spoken[i].family, family) == 0)
            return rounded_up((int64_t)text_length(text) * spoken[i].a_million, MILLION);
    return PRICE_UNKNOWN;
}
