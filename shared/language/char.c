#include "language/char.h"

#include <string.h>

#include "base/text.h"

uint32_t char_at(const char *p)
{
    return text_next(&p);
}

const char *char_back(const char *start, const char *p)
{
    if (p > start)
        p--;
    while (p > start && ((unsigned char)*p & 0xc0) == 0x80)
        p--;
    return p;
}

uint32_t char_before(const char *start, const char *p)
{
    return p == start ? 0 : char_at(char_back(start, p));
}

bool char_is_digit(uint32_t c)
{
    return c >= '0' && c <= '9';
}

/* Latin, Greek, Cyrillic and what lies beyond them, up to the general punctuation. */
bool char_is_letter(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7;
}

bool char_is_upper(uint32_t c)
{
    return char_lower(c) != c;
}

bool char_is_latin(uint32_t c)
{
    return c < 0x250 && (char_is_letter(c) || char_is_digit(c));
}

bool char_is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == 0xa0 || c == 0x2009 || c == 0x202f;
}

bool char_is_apostrophe(uint32_t c)
{
    return c == '\'' || c == 0x2019 || c == 0x02bc;
}

bool char_is_among(uint32_t c, const char *text)
{
    char utf8[5] = "";

    (void)text_encode(c, utf8);
    return c != 0 && strstr(text, utf8) != NULL;
}

/* Capitals and how far off their small letters are; where that is 1, the two take turns. */
static const struct capitals {
    uint32_t first, last, add;
} capitals[] = {
    {'A', 'Z', 32},     {0xc0, 0xd6, 32},   {0xd8, 0xde, 32},   {0x100, 0x12f, 1},
    {0x132, 0x137, 1},  {0x139, 0x148, 1},  {0x14a, 0x177, 1},  {0x179, 0x17e, 1},
    {0x218, 0x21b, 1},  {0x386, 0x386, 38}, {0x388, 0x38a, 37}, {0x38c, 0x38c, 64},
    {0x38e, 0x38f, 63}, {0x391, 0x3a1, 32}, {0x3a3, 0x3ab, 32}, {0x400, 0x40f, 80},
    {0x410, 0x42f, 32}, {0x460, 0x481, 1},  {0x48a, 0x4bf, 1},  {0x4c1, 0x4ce, 1},
    {0x4d0, 0x52f, 1},
};

static bool is_capital(const struct capitals *of, uint32_t c)
{
    return c >= of->first && c <= of->last && (of->add != 1 || (c - of->first) % 2 == 0);
}

uint32_t char_lower(uint32_t c)
{
    for (size_t i = 0; i < sizeof capitals / sizeof *capitals && c >= capitals[i].first; i++)
        if (is_capital(&capitals[i], c))
            return c + capitals[i].add;
    return c;
}

uint32_t char_upper(uint32_t c)
{
    for (size_t i = 0; i < sizeof capitals / sizeof *capitals; i++)
        if (is_capital(&capitals[i], c - capitals[i].add))
            return c - capitals[i].add;
    return c;
}
