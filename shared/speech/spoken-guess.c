#include <string.h>

#include "base/text.h"
#include "speech/reader.h"

/* What the word after the number says about it when it is in no table. */
static const struct hint {
    const char *end;
    size_t longer; /* bytes the word must have */
    int last;      /* for numbers that end in this digit; 0: any */
    bool cased;    /* tells the case, else the gender */
    int value;
} hints[] = {
    {"ами", 10, 0, true, INS},  {"ями", 10, 0, true, INS},    {"ьми", 10, 0, true, INS},
    {"ам", 10, 0, true, DAT},   {"ям", 10, 0, true, DAT},     {"ах", 10, 0, true, LOC},
    {"ях", 10, 0, true, LOC},   {"ння", 8, 1, false, NEUTER}, {"ття", 8, 1, false, NEUTER},
    {"а", 6, 1, false, FEMALE}, {"я", 6, 1, false, FEMALE},   {"у", 6, 1, false, FEMALE},
    {"ю", 6, 1, false, FEMALE}, {"о", 6, 1, false, NEUTER},   {"е", 6, 1, false, NEUTER},
    {"є", 6, 1, false, NEUTER},
};

/* Genitive singular after two, three, four shows the gender only in Russian. */
static bool is_female(const struct tongue *t, const char *word)
{
    if (t->few_is_genitive)
        return text_ends_in(word, "ы") || text_ends_in(word, "и");
    for (const char *s = t->female; s != NULL; s = strchr(s, '|')) {
        s += *s == '|';
        size_t n = strcspn(s, "|");
        if (n > 0 && strncmp(word, s, n) == 0)
            return true;
    }
    return false;
}

/* After a preposition the ending tells another gender than alone: "для одного ребёнка", "до одного
 * вікна", "к одному гостю". */
static bool is_male_after(const char *word, enum grammar *g)
{
    bool a = text_ends_in(word, "а") || text_ends_in(word, "я");
    bool u = text_ends_in(word, "у") || text_ends_in(word, "ю");

    if (*g == ACC && a)
        *g = GEN;
    return (*g == GEN && a) || (*g == DAT && u);
}

void guess_next(const struct tongue *t, const char *p, uint64_t n, enum gender *gender,
                enum grammar *g)
{
    char word[WORD_MAX];
    size_t blanks = scan_blanks(p);
    bool teen = n % 100 > 10 && n % 100 < 20;
    unsigned last = teen ? 0 : (unsigned)(n % 10);

    if (blanks == 0 || scan_word(p + blanks, word) == 0)
        return;
    if (last == 2 && strlen(word) >= 6 && is_female(t, word))
        *gender = FEMALE;
    if (last == 1 && strlen(word) >= 6 && is_male_after(word, g))
        return;
    for (const struct hint *h = hints; h < hints + sizeof hints / sizeof *hints; h++) {
        if (strlen(word) < h->longer || !text_ends_in(word, h->end) ||
            (h->last != 0 && (unsigned)h->last != last) || (h->cased && last == 1))
            continue;
        if (h->cased)
            *g = (enum grammar)h->value;
        else
            *gender = (enum gender)h->value;
        return;
    }
}
