#include <string.h>

#include "language/inside.h"
#include "language/numeral.h"
#include "language/scan.h"
#include "language/verbalise-inside.h"

/* Telephone numbers, said in the groups in which the country writes them. */

#define DIGITS_MAX 15 /* E.164 */

struct number {
    char digit[DIGITS_MAX + 1];
    char shape[DIGITS_MAX + 1]; /* sizes of the groups as written with hyphens */
    size_t n, groups;
    bool plus, hyphens; /* hyphens: nothing else stands between the groups */
    size_t len;
};

/* How the countries write theirs from which most numbers here come, whatever language they are said
 * in. */
static const struct phone_plan common[] = {
    {"1", true, 11, NULL, "13322"},        {"48", true, 11, "22322", "22322"},
    {"48", true, 11, NULL, "2333"},        {"44", true, 12, NULL, "23333"},
    {"373", true, 11, NULL, "3233"},       {"375", true, 12, NULL, "32322"},
    {"0800", false, 10, "13222", "13222"}, {"380", true, 12, NULL, "23322"},
    {"380", false, 12, NULL, "23322"},     {"7", true, 11, NULL, "13322"},
    {"0800", false, 10, NULL, "1333"},     {"0900", false, 10, NULL, "1333"},
    {"0", false, 10, "4222", "13222"},     {"0", false, 10, "433", "1333"},
    {"0", false, 10, NULL, "3322"},        {"8", false, 11, NULL, "13322"},
    {"7", false, 11, NULL, "13322"},       {"", false, 7, "322", "322"},
    {"", false, 6, "222", "222"},          {NULL, false, 0, NULL, NULL},
};

static const struct phone_plan *plan_in(const struct phone_plan *list, const struct number *n)
{
    for (const struct phone_plan *p = list; p != NULL && p->begins != NULL; p++)
        if (p->plus == n->plus && p->digits == n->n &&
            strncmp(n->digit, p->begins, strlen(p->begins)) == 0 &&
            (p->written == NULL ||
             ((n->hyphens || *p->begins != '\0') && strcmp(n->shape, p->written) == 0)))
            return p;
    return NULL;
}

static const struct phone_plan *find_plan(const struct language *l, const struct number *n)
{
    const struct phone_plan *own = plan_in(l->phone_plans, n);

    return own != NULL ? own : plan_in(common, n);
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
static bool scan_number(const struct language *l, const char *p, struct number *ret,
                        const struct phone_plan **ret_plan)
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
        const struct phone_plan *plan = find_plan(l, &n);
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
static size_t next_group(const struct number *n, const struct phone_plan *plan, size_t i, size_t at)
{
    size_t left = n->n - at;

    if (plan != NULL)
        return (size_t)(plan->spoken[i] - '0');
    if (n->groups > 1 && strspn(n->shape, "123") == n->groups)
        return (size_t)(n->shape[i] - '0');
    return left % 2 == 1 && left > 1 ? 3 : 2;
}

bool verbalise_phone(struct verbaliser *v)
{
    struct number n;
    const struct phone_plan *plan = NULL;

    if ((*v->p != '+' && *v->p != '(' && !char_is_digit(char_at(v->p))) ||
        char_is_digit(char_before(v->start, v->p)) || !scan_number(v->language, v->p, &n, &plan))
        return false;
    if (n.plus)
        buf_printf(&v->out, "%s ", v->language->plus);
    size_t at = 0;
    for (size_t i = 0; at < n.n; i++) {
        size_t size = next_group(&n, plan, i, at);
        if (at > 0)
            buf_puts(&v->out, ", ");
        numeral_group(&v->out, v->language, n.digit + at, size);
        at += size;
    }
    return verbalise_done(v, v->p + n.len, KIND_NONE, NOM);
}
