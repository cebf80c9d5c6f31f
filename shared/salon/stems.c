#include "salon/profile.h"

#include <string.h>

#include "base/text.h"

static bool fits(const struct stems *s, const char *folded)
{
    for (size_t i = 0; i < s->n; i++) {
        bool alone = strncmp(s->stem[i], "==", 2) == 0;
        if (alone ? strcmp(s->stem[i] + 2, folded) != 0 : !text_has_stem(folded, s->stem[i]))
            return false;
    }
    return s->n > 0;
}

bool stems_match(const struct stems *sets, size_t n, const char *folded)
{
    for (size_t i = 0; i < n; i++)
        if (fits(&sets[i], folded))
            return true;
    return false;
}

const struct rule *profile_rule(const struct profile *p, const char *folded)
{
    for (size_t i = 0; i < p->rules_n; i++)
        if (stems_match(p->rules[i].when, p->rules[i].n, folded))
            return &p->rules[i];
    return NULL;
}
