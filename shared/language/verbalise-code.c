#include <string.h>

#include "language/inside.h"
#include "language/numeral.h"
#include "language/verbalise-inside.h"

/* Figures that count nothing: codes and the numbers of cards. */

/* Zeros in front, or too long for a quantity: a code, said in groups of three. */
bool verbalise_code(struct verbaliser *v)
{
    size_t n = strspn(v->p, "0123456789");

    if (!(*v->p == '0' && n > 1) && n <= 9)
        return false;
    if (char_is_letter(char_at(v->p + n)))
        return false;
    for (size_t i = 0; i < n; i += 3) {
        buf_puts(&v->out, i == 0 ? "" : ", ");
        numeral_group(&v->out, v->language, v->p + i, n - i < 3 ? n - i : 3);
    }
    return verbalise_done(v, v->p + n, KIND_NONE, NOM);
}

static void say_pairs(struct verbaliser *v, const char *digits, size_t n, size_t size)
{
    for (size_t i = 0; i < n; i += size) {
        buf_puts(&v->out, i == 0 ? "" : " ");
        numeral_group(&v->out, v->language, digits + i, n - i < size ? n - i : size);
    }
}

/* "код 4821": figure by figure. */
static bool read_said_code(struct verbaliser *v)
{
    size_t n = strspn(v->p, "0123456789");

    if (n < 3 || n > 8 || !verbalise_behind(v, v->language->codes) ||
        char_is_letter(char_at(v->p + n)))
        return false;
    say_pairs(v, v->p, n, 1);
    return verbalise_done(v, v->p + n, KIND_NONE, NOM);
}

/* "5168 7554 1234 5678": four groups of four, each in pairs. */
static bool read_card(struct verbaliser *v)
{
    const char *group[4] = {NULL};
    const char *q = v->p;

    for (size_t i = 0; i < 4; i++) {
        size_t run = strspn(q, "0123456789");
        if (run < 4 || (run > 4 && run != 16 - i * 4) ||
            (run > 4 && i > 0 && q != group[i - 1] + 4))
            return false;
        group[i] = q;
        q += 4;
        if (i < 3 && (*q == ' ' || *q == '-'))
            q++;
    }
    if (char_is_digit(char_at(q)) || char_is_letter(char_at(q)))
        return false;
    for (size_t i = 0; i < 4; i++) {
        buf_puts(&v->out, i == 0 ? "" : ", ");
        say_pairs(v, group[i], 4, 2);
    }
    return verbalise_done(v, q, KIND_NONE, NOM);
}

bool verbalise_card(struct verbaliser *v)
{
    return read_said_code(v) || read_card(v);
}
