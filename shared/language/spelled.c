#include "language/spelled.h"

#include <string.h>

/* One line a value, Ukrainian and Russian forms as text_fold writes them, also in the oblique cases
 * that recognisers return for spoken telephone numbers. */
static const struct number_word {
    int value;
    const char *forms; /* each between blanks */
} number_words[] = {
    {0, " нуль ноль нулі нуля ноля нулей нулів "},
    {1, " один одна одне одно одиниця единица раз "},
    {2, " два дві две двійка двойка "},
    {3, " три трійка тройка "},
    {4, " чотири четыре "},
    {5, " п'ять пять "},
    {6, " шість шесть "},
    {7, " сім семь "},
    {8, " вісім восемь "},
    {9, " дев'ять девять "},
    {10, " десять "},
    {11, " одинадцять одиннадцать "},
    {12, " дванадцять двенадцать "},
    {13, " тринадцять тринадцать "},
    {14, " чотирнадцять четырнадцать "},
    {15, " п'ятнадцять пятнадцать "},
    {16, " шістнадцять шестнадцать "},
    {17, " сімнадцять семнадцать "},
    {18, " вісімнадцять восемнадцать "},
    {19, " дев'ятнадцять девятнадцать "},
    {20, " двадцять двадцать "},
    {30, " тридцять тридцать "},
    {40, " сорок "},
    {50, " п'ятдесят пятдесят пятьдесят "},
    {60, " шістдесят шестьдесят "},
    {70, " сімдесят семьдесят "},
    {80, " вісімдесят восемьдесят "},
    {90, " дев'яносто девяносто "},
    {100, " сто "},
    {200, " двісті двести "},
    {300, " триста "},
    {400, " чотириста четыреста "},
    {500, " п'ятсот пятсот пятьсот "},
    {600, " шістсот шестьсот "},
    {700, " сімсот семьсот "},
    {800, " вісімсот восемьсот "},
    {900, " дев'ятсот девятсот девятьсот "},
};

static bool holds(const char *forms, const char *word, size_t n)
{
    for (const char *at = strchr(forms, ' '); at != NULL; at = strchr(at + 1, ' '))
        if (strncmp(at + 1, word, n) == 0 && at[1 + n] == ' ')
            return true;
    return false;
}

int spelled_value(const char *word, size_t n)
{
    if (n == 0 || memchr(word, ' ', n) != NULL)
        return -1;
    for (size_t i = 0; i < sizeof number_words / sizeof *number_words; i++)
        if (holds(number_words[i].forms, word, n))
            return number_words[i].value;
    return -1;
}

bool spelled_continues(int last, int next)
{
    if (last >= 100)
        return next > 0 && next < 100;
    return last >= 20 && next > 0 && next < 10;
}
