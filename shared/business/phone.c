#include "business/phone.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "language/spelled.h"

#define ZEROS      8  /* so many at the end are no number of anybody */
#define DIGITS_MAX 15 /* of E.164 */
#define DIGITS_MIN 8
#define RAW_MAX    18 /* digits as written: E.164 after an international prefix ("810") */

/* How a country writes its own numbers. Calling codes are prefix-free, so one fits at most. */
static const struct plan {
    const char *code;
    const char *trunk;   /* before a national number */
    const char *abroad;  /* before an international one, besides "00" */
    size_t national;     /* digits after the calling code */
    const char *leading; /* first digits of numbers that people give without the trunk prefix */
} plans[] = {
    {"380", "0", "00", 9, "345679"}, {"7", "8", "810", 10, "3489"},
    {"998", "8", "810", 9, "3679"},  {"375", "80", "810", 9, "1234"},
    {"996", "0", "00", 9, "2357"},   {"373", "0", "00", 8, "267"},
    {"48", "", "00", 9, "45678"},    {"1", "1", "011", 10, "23456789"},
};

static const struct plan *plan_of(const char *digits)
{
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (strncmp(digits, plans[i].code, strlen(plans[i].code)) == 0)
            return &plans[i];
    return NULL;
}

/* ---- callers who hide ----------------------------------------------------------------------- */

/* What exchanges write for a number that is withheld. Some spell it on a telephone's keys, and some
 * put a plus before that: +266696687 is "anonymous". */
static const char *const hidden_words[] = {
    "anon",         "anonym",        "anonymous",  "blocked",    "hidden",
    "invalid",      "nocallerid",    "noid",       "none",       "nonumber",
    "notavailable", "notprovided",   "null",       "outofarea",  "payphone",
    "private",      "privatenumber", "restricted", "suppressed", "unavail",
    "unavailable",  "unidentified",  "unknown",    "unlisted",   "withheld",
};

static char key_of(char letter)
{
    static const char keys[] = "22233344455566677778889999"; /* a to z */

    return keys[letter - 'a'];
}

static bool spells(const char *digits, const char *word)
{
    while (*word != '\0' && *digits == key_of(*word)) {
        digits++;
        word++;
    }
    return *word == '\0' && *digits == '\0';
}

static bool is_one_digit(const char *digits)
{
    return strspn(digits, (const char[]){digits[0], '\0'}) == strlen(digits);
}

/* Digits without what may stand before a national number. */
static bool is_hidden(const char *digits)
{
    digits += strspn(digits, "0");
    if (is_one_digit(digits)) /* all zeros too: nothing is left of them */
        return true;
    for (size_t i = 0; i < sizeof hidden_words / sizeof *hidden_words; i++)
        if (spells(digits, hidden_words[i]))
            return true;
    return false;
}

/* Behind the calling code of whatever country: "+7 000 000-00-00". */
static bool ends_in_zeros(const char *digits)
{
    size_t n = strlen(digits);

    return n >= ZEROS && strspn(digits + n - ZEROS, "0") == ZEROS;
}

/* In any of its spellings: alone, behind the country's own calling code, or behind North America's,
 * which the exchanges that spell so are from. */
static bool stands_for_nobody(const char *digits, const char *country)
{
    size_t own = strlen(country);

    digits += strspn(digits, "0");
    return is_hidden(digits) || ends_in_zeros(digits) ||
           (digits[0] == '1' && is_hidden(digits + 1)) ||
           (own > 0 && strncmp(digits, country, own) == 0 && is_hidden(digits + own));
}

/* ---- reading -------------------------------------------------------------------------------- */

/* What people put between digits; everything else in a number makes it none. */
static bool is_separator(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '-' || c == '(' || c == ')' || c == '.' || c == '/' ||
           c == 0xa0 || c == 0x202f || (c >= 0x2010 && c <= 0x2014);
}

/* Marks that nobody sees: they come with numbers that were copied from a page or a contact. */
static bool is_invisible(uint32_t c)
{
    return c == 0xad || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfe00 && c <= 0xfe0f);
}

/* Takes the digits out of a number that holds nothing but digits, separators and a leading plus. */
static bool read_digits(const char *raw, char out[static RAW_MAX + 1], size_t *ret_n,
                        bool *ret_plus)
{
    size_t n = 0;
    bool plus = false;

    for (uint32_t c = text_next(&raw); c != 0; c = text_next(&raw)) {
        if (c >= '0' && c <= '9') {
            if (n == RAW_MAX)
                return false;
            out[n++] = (char)c;
        } else if (c == '+' && n == 0 && !plus) {
            plus = true;
        } else if (!is_separator(c) && !is_invisible(c)) {
            return false;
        }
    }
    out[n] = '\0';
    *ret_n = n;
    *ret_plus = plus;
    return true;
}

/* Is this a whole number with its calling code? Where the country's plan is known, by its length. */
static bool is_international(const char *digits, size_t n)
{
    if (n < DIGITS_MIN || n > DIGITS_MAX || digits[0] == '0')
        return false;
    const struct plan *p = plan_of(digits);
    return p == NULL || n == strlen(p->code) + p->national;
}

static enum err write_e164(const char *code, const char *digits, char ret[static PHONE_MAX])
{
    char text[PHONE_MAX] = "";
    int n = snprintf(text, sizeof text, "+%s%s", code, digits);

    if (n < 1 + DIGITS_MIN || n > 1 + DIGITS_MAX)
        return ERR_VALUE;
    memcpy(ret, text, sizeof text);
    return ERR_OK;
}

/* After an explicit sign that a calling code follows. */
static enum err international(const char *digits, char ret[static PHONE_MAX])
{
    if (!is_international(digits, strlen(digits)))
        return ERR_VALUE;
    return write_e164("", digits, ret);
}

static bool starts_with(const char *s, const char *prefix)
{
    return *prefix != '\0' && strncmp(s, prefix, strlen(prefix)) == 0;
}

/* A number of a country whose plan is known, in one of its national forms. */
static enum err national(const struct plan *p, const char *digits, size_t n,
                         char ret[static PHONE_MAX])
{
    size_t trunk = strlen(p->trunk);

    if (starts_with(digits, p->trunk) && n == trunk + p->national)
        return write_e164(p->code, digits + trunk, ret);
    /* Ukraine dialled 8-0 until 2009; such numbers still stand in old address books. */
    if (strcmp(p->code, "380") == 0 && n == 11 && starts_with(digits, "80"))
        return write_e164(p->code, digits + 2, ret);
    if (n == p->national && strchr(p->leading, digits[0]) != NULL)
        return write_e164(p->code, digits, ret);
    return ERR_VALUE;
}

enum err phone_e164(const char *raw, const char *country, char ret[static PHONE_MAX])
{
    char digits[RAW_MAX + 1] = "";
    size_t n = 0;
    bool plus = false;

    if (!read_digits(raw, digits, &n, &plus) || n == 0 || stands_for_nobody(digits, country))
        return ERR_VALUE;
    if (plus)
        return international(digits, ret);
    const struct plan *own = plan_of(country);
    if (own != NULL && strcmp(own->code, country) != 0)
        own = NULL;
    if (own != NULL && national(own, digits, n, ret) == ERR_OK)
        return ERR_OK;
    if (own != NULL && strcmp(own->abroad, "00") != 0 && starts_with(digits, own->abroad))
        return international(digits + strlen(own->abroad), ret);
    if (starts_with(digits, "00"))
        return international(digits + 2, ret);
    if (own == NULL && digits[0] == '0' && n >= 9)
        return write_e164(country, digits + 1, ret);
    if (n >= 11 && is_international(digits, n))
        return write_e164("", digits, ret);
    return ERR_VALUE;
}

static size_t only_digits(const char *s, char out[static RAW_MAX + 1])
{
    size_t n = 0;

    for (; *s != '\0'; s++) {
        if (*s < '0' || *s > '9')
            continue;
        if (n == RAW_MAX) {
            memmove(out, out + 1, RAW_MAX - 1);
            n--;
        }
        out[n++] = *s;
    }
    out[n] = '\0';
    return n;
}

bool phone_same(const char *a, const char *b)
{
    char x[RAW_MAX + 1];
    char y[RAW_MAX + 1];
    size_t n = only_digits(a, x);
    size_t m = only_digits(b, y);

    if (n >= 9 && m >= 9)
        return strcmp(x + n - 9, y + m - 9) == 0;
    return n > 0 && strcmp(x, y) == 0;
}

bool phone_tail(const char *raw, char ret[static PHONE_TAIL + 1])
{
    char digits[RAW_MAX + 1] = "";
    size_t n = 0;
    bool plus = false;

    if (!read_digits(raw, digits, &n, &plus) || n < PHONE_TAIL)
        return false;
    memcpy(ret, digits + n - PHONE_TAIL, PHONE_TAIL + 1);
    return true;
}

/* ---- numbers in running text --------------------------------------------------------------- */

#define GROUPS_MAX 64

struct group {
    char digits[RAW_MAX + 1]; /* "+" before an explicit calling code; "" breaks a number */
    int last;                 /* value of the last number word in it; 0 if it was typed */
};

struct groups {
    struct group group[GROUPS_MAX];
    size_t n;
};

static bool all_digits(const char *word, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (word[i] < '0' || word[i] > '9')
            return false;
    return n > 0;
}

static void add_group(struct groups *g, const char *text, size_t n, int last)
{
    if (g->n == GROUPS_MAX)
        return;
    struct group *new = &g->group[g->n++];
    memcpy(new->digits, text, n);
    new->digits[n] = '\0';
    new->last = last;
}

/* "сто" then "двадцять": the group becomes 120, not 100 20. */
static void add_spelled(struct groups *g, int value)
{
    struct group *last = g->n > 0 ? &g->group[g->n - 1] : NULL;

    if (last != NULL && last->last > 0 && spelled_continues(last->last, value)) {
        int sum = 0;
        for (const char *d = last->digits; *d != '\0'; d++)
            sum = sum * 10 + (*d - '0');
        (void)snprintf(last->digits, sizeof last->digits, "%d", (sum + value) % 1000);
        last->last = value;
        return;
    }
    char text[12];
    int n = snprintf(text, sizeof text, "%d", value);
    add_group(g, text, (size_t)n, value);
}

static void add_plus(struct groups *g)
{
    add_group(g, "+", 1, 0);
}

static void add_word(struct groups *g, const char *word, size_t n)
{
    int value = spelled_value(languages, word, n);

    if (all_digits(word, n) && n <= RAW_MAX)
        add_group(g, word, n, 0);
    else if (value >= 0)
        add_spelled(g, value);
    else if (spelled_plus(languages, word, n))
        add_plus(g);
    else if (g->n > 0 && g->group[g->n - 1].digits[0] != '\0')
        add_group(g, "", 0, 0);
}

/* The words of the text in comparing form. */
static enum err cut_words(struct arena *a, const char *text, struct groups *g)
{
    const char *word = text == NULL ? NULL : text_fold(a, text);

    if (word == NULL)
        return ERR_MEMORY;
    while (*word != '\0') {
        size_t n = strcspn(word, " ");
        add_word(g, word, n);
        word += n + (word[n] == ' ');
    }
    return ERR_OK;
}

/* Folding would drop a plus, so it is taken out first. */
static enum err cut_groups(struct arena *a, const char *text, struct groups *g)
{
    for (;;) {
        size_t n = strcspn(text, "+");
        enum err e = cut_words(a, arena_strndup(a, text, n), g);
        if (e != ERR_OK || text[n] == '\0')
            return e;
        add_plus(g);
        text += n + 1;
    }
}

/* How sure a row of groups is a number; the surest are looked for first. */
enum sureness {
    SURE_PREFIX, /* a plus or 00 leads in its calling code */
    SURE_OWN,    /* it is one of the business's own country: "25 050 ..." is a time and a number */
    SURE_KNOWN,  /* one of abroad that stands by itself and fits a known plan; a date does not */
    SURE__MAX
};

static bool is_sure(const struct groups *g, size_t at, const char *number, const char *country,
                    enum sureness how)
{
    const char *first = g->group[at].digits;
    bool alone = at == 0 || g->group[at - 1].digits[0] == '\0';

    if (how == SURE_PREFIX)
        return first[0] == '+' || starts_with(first, "00");
    if (how == SURE_OWN)
        return starts_with(number + 1, country);
    return alone && plan_of(number + 1) != NULL;
}

/* The longest row of groups from `at` on that is a number. */
static bool number_at(const struct groups *g, size_t at, const char *country, enum sureness how,
                      char ret[static PHONE_MAX])
{
    char text[RAW_MAX + 2] = "";
    char number[PHONE_MAX];
    size_t len = 0;
    bool found = false;

    for (size_t i = at; i < g->n && g->group[i].digits[0] != '\0'; i++) {
        size_t n = strlen(g->group[i].digits);
        if (len + n >= sizeof text || (i > at && g->group[i].digits[0] == '+'))
            break;
        memcpy(text + len, g->group[i].digits, n + 1);
        len += n;
        if (len < 9 || phone_e164(text, country, number) != ERR_OK ||
            !is_sure(g, at, number, country, how))
            continue;
        memcpy(ret, number, sizeof number);
        found = true;
    }
    return found;
}

enum err phone_in_text(const char *text, const char *country, char ret[static PHONE_MAX])
{
    struct groups g = {0};
    struct arena a;

    arena_init(&a, strlen(text) * 64 + 4 * ARENA_BLOCK);
    enum err e = cut_groups(&a, text, &g);
    arena_release(&a);
    if (e != ERR_OK)
        return e;
    for (int how = 0; how < SURE__MAX; how++)
        for (size_t i = 0; i < g.n; i++)
            if (number_at(&g, i, country, (enum sureness)how, ret))
                return ERR_OK;
    return ERR_NOT_FOUND;
}

int phone_words_besides(const char *folded)
{
    int besides = 0;

    while (*folded != '\0') {
        size_t n = strcspn(folded, " ");
        besides += !all_digits(folded, n) && spelled_value(languages, folded, n) < 0;
        folded += n + (folded[n] == ' ');
    }
    return besides;
}
