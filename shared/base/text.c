#include "base/text.h"

#include <locale.h>
#include <string.h>
#include <wctype.h>

#include "base/buf.h"

/* Decodes one character of at most `n` bytes. Returns its length, 0 if it is broken. */
static size_t decode(const unsigned char *s, size_t n, uint32_t *ret)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

    if (len == 0 || len > n || s[0] > 0xf4)
        return 0;
    uint32_t c = len == 1 ? s[0] : s[0] & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3f);
    }
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *ret = c;
    return len;
}

/* Bodies of sound in base64 are nothing else: eight letters at once. */
static size_t ascii_prefix(const unsigned char *p, size_t n)
{
    uint64_t eight = 0;
    size_t at = 0;

    for (; n - at >= sizeof eight; at += sizeof eight) {
        memcpy(&eight, p + at, sizeof eight);
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (at < n && p[at] < 0x80)
        at++;
    return at;
}

bool text_is_utf8(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    uint32_t c = 0;

    while (n > 0) {
        size_t ascii = ascii_prefix(p, n);
        p += ascii;
        n -= ascii;
        if (n == 0)
            break;
        size_t len = decode(p, n, &c);
        if (len == 0)
            return false;
        p += len;
        n -= len;
    }
    return true;
}

bool text_is_plain(const char *s, size_t n)
{
    return memchr(s, '\0', n) == NULL && text_is_utf8(s, n);
}

bool text_ends_in(const char *s, const char *end)
{
    size_t n = strlen(s);
    size_t m = strlen(end);

    return n >= m && memcmp(s + n - m, end, m) == 0;
}

size_t text_mark(const char *s, size_t n)
{
    return n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

char *text_trim(struct arena *a, const char *s, size_t n)
{
    static const char blanks[] = " \t\r\n";

    while (n > 0 && strchr(blanks, s[n - 1]) != NULL)
        n--;
    size_t from = 0;
    while (from < n && strchr(blanks, s[from]) != NULL)
        from++;
    return n == from ? arena_strdup(a, "") : arena_strndup(a, s + from, n - from);
}

size_t text_cut(const char *s, size_t n, size_t max)
{
    if (n > max)
        n = max;
    size_t start = n;
    while (start > 0 && n - start < 4 && ((unsigned char)s[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return n;
    unsigned char lead = (unsigned char)s[start - 1];
    size_t len = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    bool cut = lead >= 0xc2 && start - 1 + len > n;
    return cut ? start - 1 : n;
}

uint32_t text_next(const char **s)
{
    const unsigned char *p = (const unsigned char *)*s;
    uint32_t c = 0;

    if (*p == '\0')
        return 0;
    size_t n = strnlen(*s, 4);
    size_t len = decode(p, n, &c);
    *s += len == 0 ? 1 : len;
    return len == 0 ? 0xfffd : c;
}

size_t text_encode(uint32_t c, char out[static 4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)(lead[len] | c);
    return len;
}

/* Unicode case and classes from the C library's own tables, whatever the process's locale is. */
static locale_t unicode(void)
{
    static locale_t l;

    if (l == (locale_t)0)
        l = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return l;
}

static uint32_t lower(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if (c == 0x0401 || c == 0x0451)
        return 0x0435; /* ё is heard and written as е */
    locale_t l = unicode();
    return l == (locale_t)0 ? c : (uint32_t)towlower_l((wint_t)c, l);
}

static bool is_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    locale_t l = unicode();
    return l == (locale_t)0 || iswalnum_l((wint_t)c, l) != 0;
}

/* ---- one form -------------------------------------------------------------------------------- */

bool text_is_apostrophe(uint32_t c)
{
    return c == '\'' || c == '`' || c == 0xb4 || (c >= 0x2b9 && c <= 0x2bd) || c == 0x2c8 ||
           (c >= 0x2ca && c <= 0x2cb) || c == 0x55a || (c >= 0x2018 && c <= 0x201b) ||
           c == 0x2032 || c == 0x2035 || c == 0xa78c || c == 0xff07;
}

/* Stress marks and what has no shape: soft hyphen, joiners, marks of direction, byte order mark. */
static bool is_unseen(uint32_t c)
{
    return c == 0x300 || c == 0x301 || c == 0x340 || c == 0x341 || c == 0xad || c == 0x34f ||
           c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfe00 && c <= 0xfe0f);
}

static bool is_cyrillic(uint32_t c)
{
    return c >= 0x400 && c < 0x530;
}

static bool is_any_letter(uint32_t c)
{
    return is_cyrillic(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= 0xc0 && c < 0x250 && c != 0xd7 && c != 0xf7);
}

/* The letter that a letter and the mark behind it are, or 0. */
static uint32_t composed(uint32_t c, uint32_t mark)
{
    static const struct {
        uint32_t c, mark, one;
    } rows[] = {
        {0x438, 0x306, 0x439}, {0x418, 0x306, 0x419}, {0x456, 0x308, 0x457}, {0x406, 0x308, 0x407},
        {0x435, 0x308, 0x451}, {0x415, 0x308, 0x401}, {'i', 0x308, 0x457},   {'I', 0x308, 0x407},
        {'e', 0x308, 0x451},   {'E', 0x308, 0x401},   {0x443, 0x306, 0x45e}, {0x423, 0x306, 0x40e},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].c == c && rows[i].mark == mark)
            return rows[i].one;
    return 0;
}

/* The Cyrillic letter that looks like a Latin one, or 0. */
static uint32_t twin(uint32_t c)
{
    static const struct {
        char latin;
        uint16_t cyrillic;
    } rows[] = {
        {'a', 0x430}, {'c', 0x441}, {'e', 0x435}, {'i', 0x456}, {'o', 0x43e},
        {'p', 0x440}, {'x', 0x445}, {'y', 0x443}, {'A', 0x410}, {'B', 0x412},
        {'C', 0x421}, {'E', 0x415}, {'H', 0x41d}, {'I', 0x406}, {'K', 0x41a},
        {'M', 0x41c}, {'O', 0x41e}, {'P', 0x420}, {'T', 0x422}, {'X', 0x425},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if ((uint32_t)(unsigned char)rows[i].latin == c)
            return rows[i].cyrillic;
    return c == 0xef ? 0x457 : c == 0xeb ? 0x451 : 0;
}

/* Is the word of letters at `s` a Cyrillic one, all of whose Latin letters only look so? */
static bool is_mixed(const char *s)
{
    bool cyrillic = false;
    bool latin = false;

    for (uint32_t c = text_next(&s); is_any_letter(c) || is_unseen(c) || c == 0x306 || c == 0x308;
         c = text_next(&s)) {
        if (is_cyrillic(c))
            cyrillic = true;
        else if (is_any_letter(c) && twin(c) == 0)
            return false;
        else
            latin = latin || is_any_letter(c);
    }
    return cyrillic && latin;
}

static uint32_t next_seen(const char **s)
{
    uint32_t c = text_next(s);

    while (is_unseen(c))
        c = text_next(s);
    return c;
}

/* A quotation mark is an apostrophe only where the letters need one: об"єм. */
static bool is_joint(uint32_t before, uint32_t c, uint32_t after)
{
    static const char *const soft = "яюєїЯЮЄЇ";
    char utf8[5] = "";

    if (text_is_apostrophe(c))
        return is_any_letter(before) && is_any_letter(after);
    (void)text_encode(after, utf8);
    return c == '"' && is_cyrillic(before) && after != 0 && strstr(soft, utf8) != NULL;
}

char *text_plain(struct arena *a, const char *s)
{
    struct buf out;
    uint32_t before = 0;
    bool mixed = false;
    char utf8[4];

    buf_init(&out, a, strlen(s) * 3 + 1); /* a broken byte becomes three */
    while (*s != '\0') {
        const char *at = s;
        uint32_t c = next_seen(&s);
        const char *next = s;
        uint32_t after = next_seen(&next);
        uint32_t one = composed(c, after);
        if (c == 0)
            break;
        if (is_any_letter(c) && !is_any_letter(before))
            mixed = is_mixed(at);
        if (one != 0)
            s = next;
        else if (is_joint(before, c, after))
            one = '\'';
        else if (mixed && is_any_letter(c))
            one = twin(c);
        c = one != 0 ? one : c;
        buf_put(&out, utf8, text_encode(c, utf8));
        before = c;
    }
    buf_puts(&out, "");
    return buf_err(&out) == ERR_OK ? out.data : NULL;
}

char *text_fold(struct arena *a, const char *s)
{
    struct buf out;
    bool in_word = false;
    bool apostrophe = false;
    char utf8[4];

    /* The C library brings C.UTF-8 itself, so it lacked memory to load it; folding without it would
     * make other words of these. */
    if (unicode() == (locale_t)0 || (s = text_plain(a, s)) == NULL)
        return NULL;
    buf_init(&out, a, strlen(s) * 2 + 1);
    while (*s != '\0') {
        uint32_t c = text_next(&s);
        if (text_is_apostrophe(c) && in_word) {
            apostrophe = true;
            continue;
        }
        if (!is_word(c)) {
            in_word = false;
            apostrophe = false;
            continue;
        }
        if (!in_word && out.len > 0)
            buf_putc(&out, ' ');
        else if (apostrophe)
            buf_putc(&out, '\'');
        buf_put(&out, utf8, text_encode(lower(c), utf8));
        in_word = true;
        apostrophe = false;
    }
    buf_puts(&out, "");
    return buf_err(&out) == ERR_OK ? out.data : NULL;
}

bool text_has_stem(const char *folded, const char *stem)
{
    bool anywhere = *stem == '*';
    bool whole = *stem == '=';

    if (anywhere || whole)
        stem++;
    size_t n = strlen(stem);
    if (n == 0)
        return false;
    for (const char *at = strstr(folded, stem); at != NULL; at = strstr(at + 1, stem)) {
        bool starts = at == folded || at[-1] == ' ';
        bool ends = at[n] == '\0' || at[n] == ' ';
        if (anywhere || (starts && (!whole || ends)))
            return true;
    }
    return false;
}

size_t text_length(const char *s)
{
    size_t n = 0;

    for (; *s != '\0'; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

char *text_digits(struct arena *a, const char *s)
{
    char *out = arena_alloc(a, strlen(s) + 1);
    size_t n = 0;

    if (out == NULL)
        return NULL;
    for (; *s != '\0'; s++)
        if ((*s >= '0' && *s <= '9') || (*s == '+' && n == 0))
            out[n++] = *s;
    out[n] = '\0';
    return out;
}

bool text_equal_secret(const char *a, const char *b)
{
    size_t n = strlen(a);
    size_t m = strlen(b);
    unsigned char differ = n != m;

    for (size_t i = 0; i < n; i++)
        differ |= (unsigned char)(a[i] ^ (m == 0 ? 0 : b[i % m]));
    return differ == 0;
}

bool text_lists(const char *list, const char *word)
{
    size_t n = strlen(word);

    while (*(list += strspn(list, ", ")) != '\0') {
        size_t length = strcspn(list, ", ");
        if (length == n && memcmp(list, word, n) == 0)
            return true;
        list += length;
    }
    return false;
}
