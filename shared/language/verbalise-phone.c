#include <string.h>

#include "language/reader.h"

/* Telephone numbers, said in the groups in which the country writes them. */

#define DIGITS_MAX 15 /* E.164 */

struct number {
    char digit[DIGITS_MAX + 1];
    char shape[DIGITS_MAX + 1]; /* sizes of the groups as written with hyphens */
    size_t n, groups;
    bool plus, hyphens; /* hyphens: nothing else stands between the groups */
    size_t len;
};

/* A national way of grouping: by what it begins with, how many digits, how it is written. */
static const struct plan {
    const char *begins;
    bool plus;
    size_t digits;
    const char *written; /* must be written in these groups, with hyphens; NULL: anyhow */
    const char *spoken;  /* sizes of the groups */
} plans[] = {
    {"380", true, 12, NULL, "23322"},  {"380", false, 12, NULL, "23322"},
    {"7", true, 11, NULL, "13322"},    {"0800", false, 10, NULL, "1333"},
    {"0900", false, 10, NULL, "1333"}, {"0", false, 10, NULL, "3322"},
    {"8", false, 11, NULL, "13322"},   {"7", false, 11, NULL, "13322"},
    {"", false, 7, "322", "322"},      {"", false, 6, "222", "222"},
};

static const struct plan *find_plan(const struct number *n)
{
    for (const struct plan *p = plans; p < plans + sizeof plans / sizeof *plans; p++)
        if (p->plus == n->plus && p->digits == n->n &&
            strncmp(n->digit, p->begins, strlen(p->begins)) == 0 &&
            (p->written == NULL || (n->hyphens && strcmp(n->shape, p->written) == 0)))
            return p;
    return NULL;
}

/* What may stand between two groups: blanks, a hyphen, brackets. */
static size_t scan_gap(const char *p, bool *ret_hyphen)
{
    const char *q = p;

    q += *q == ')';
    q += scan_blanks(q);
    size_t dash = scan_dash(q, false);
    q += dash;
    q += scan_blanks(q);
    q += *q == '(';
    *ret_hyphen = dash > 0 && (size_t)(q - p) == dash;
    return (size_t)(q - p);
}

static bool add_group(struct number *n, const char *p, size_t digits)
{
    if (digits == 0 || n->n + digits > DIGITS_MAX)
        return false;
    memcpy(n->digit + n->n, p, digits);
    n->n += digits;
    n->digit[n->n] = '\0';
    n->shape[n->groups++] = (char)('0' + (digits < 9 ? digits : 9));
    n->shape[n->groups] = '\0';
    return true;
}

/* The longest beginning that is a number of some plan; an unknown country's only as a whole. */
static bool scan_number(const char *p, struct number *ret, const struct plan **ret_plan)
{
    struct number n = {.plus = *p == '+', .hyphens = true};
    const char *q = p + n.plus;
    bool found = false;
    bool hyphen = true;

    q += *q == '(';
    while (add_group(&n, q, strspn(q, "0123456789"))) {
        n.hyphens = n.hyphens && hyphen;
        q += strspn(q, "0123456789");
        n.len = (size_t)(q - p);
        const struct plan *plan = find_plan(&n);
        if (plan != NULL && !char_is_letter(char_at(q))) {
            *ret = n;
            *ret_plan = plan;
            found = true;
        }
        q += scan_gap(q, &hyphen);
    }
    if (found || !n.plus || n.n < 8)
        return found;
    *ret = n;
    *ret_plan = NULL;
    return true;
}

/* Of an unknown country: as it is written if it is written in short groups, else three and then
 * pairs. */
static size_t next_group(const struct number *n, const struct plan *plan, size_t i, size_t at)
{
    size_t left = n->n - at;

    if (plan != NULL)
        return (size_t)(plan->spoken[i] - '0');
    if (n->groups > 1 && strspn(n->shape, "123") == n->groups)
        return (size_t)(n->shape[i] - '0');
    return left % 2 == 1 && left > 1 ? 3 : 2;
}

bool read_phone(struct reader *r)
{
    struct number n;
    const struct plan *plan = NULL;

    if ((*r->p != '+' && *r->p != '(' && !char_is_digit(char_at(r->p))) ||
        char_is_digit(char_before(r->start, r->p)) || !scan_number(r->p, &n, &plan))
        return false;
    if (n.plus)
        buf_printf(&r->out, "%s ", r->tongue->plus);
    size_t at = 0;
    for (size_t i = 0; at < n.n; i++) {
        size_t size = next_group(&n, plan, i, at);
        if (at > 0)
            buf_puts(&r->out, ", ");
        numeral_group(&r->out, r->tongue, n.digit + at, size);
        at += size;
    }
    return reader_done(r, r->p + n.len, KIND_NONE, NOM);
}
