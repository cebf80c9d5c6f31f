#include "wire/multipart-head.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

struct slice {
    const char *p;
    size_t n;
};

static bool is_token(struct slice s)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (!alnum && (c == '\0' || strchr(others, c) == NULL))
            return false;
    }
    return s.n > 0;
}

/* In any letter case, as all names of headers, parameters and types are. */
static bool is(struct slice s, const char *word)
{
    return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct slice trim(struct slice s)
{
    while (s.n > 0 && is_blank(*s.p)) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Takes what comes before the first `c` (or all) off the front of `s`, and the `c` with it. */
static struct slice take_until(struct slice *s, char c)
{
    const char *at = s->n == 0 ? NULL : memchr(s->p, c, s->n);
    struct slice front = {s->p, at == NULL ? s->n : (size_t)(at - s->p)};
    size_t used = front.n + (at == NULL ? 0 : 1);

    *s = (struct slice){s->p + used, s->n - used};
    return front;
}

/* ---- parameters: ; name=value ; name="value" ------------------------------------------------- */

struct param {
    struct slice name;
    struct slice value; /* without the quotes, escapes not resolved */
    bool quoted;
};

static bool is_escape(const char *p, const char *end)
{
    return end - p >= 2 && p[0] == '\\' && (p[1] == '"' || p[1] == '\\');
}

/* A quoted value from behind its first quote, with the ; after it; false if the last quote is
 * missing, or something else follows it. */
static bool take_quoted(struct slice *s, bool escapes, struct slice *ret)
{
    const char *end = s->p + s->n;
    const char *p = s->p;

    while (p < end && *p != '"')
        p += escapes && is_escape(p, end) ? 2 : 1;
    if (p >= end)
        return false;
    struct slice left = {p + 1, (size_t)(end - p - 1)};
    if (trim(take_until(&left, ';')).n > 0)
        return false;
    *ret = (struct slice){s->p, (size_t)(p - s->p)};
    *s = left;
    return true;
}

/* The next of the parameters; false if it is malformed. At the end the name is empty. A backslash
 * that leaves a value without its last quote is a plain one: "C:\rec\". */
static bool take_param(struct slice *s, struct param *ret)
{
    *ret = (struct param){0};
    *s = trim(*s);
    if (s->n == 0)
        return true;
    struct slice left = *s;
    ret->name = trim(take_until(&left, '='));
    left = trim(left);
    if (!is_token(ret->name) || left.n == 0)
        return false;
    ret->quoted = *left.p == '"';
    if (ret->quoted) {
        left = (struct slice){left.p + 1, left.n - 1};
        if (!take_quoted(&left, true, &ret->value) && !take_quoted(&left, false, &ret->value))
            return false;
    } else {
        ret->value = trim(take_until(&left, ';'));
        if (ret->value.n == 0)
            return false;
    }
    *s = left;
    return true;
}

int multipart_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that %XX at `p` stands for, or -1. */
static int percent(const char *p, const char *end)
{
    if (end - p < 3 || *p != '%' || multipart_hex(p[1]) < 0 || multipart_hex(p[2]) < 0)
        return -1;
    return multipart_hex(p[1]) << 4 | multipart_hex(p[2]);
}

/* Of the percent escapes browsers write only these three, and no %25: the rest is literal. */
static bool is_browser_escape(int c)
{
    return c == '"' || c == '\r' || c == '\n';
}

static enum err unquote(struct arena *a, const struct param *param, char **ret, struct why *why)
{
    char *out = arena_alloc(a, param->value.n + 1);
    const char *end = param->value.p + param->value.n;
    size_t len = 0;

    if (out == NULL)
        return why_set(why, ERR_MEMORY, "multipart: no memory");
    for (const char *p = param->value.p; p < end; p++) {
        int c = percent(p, end);
        if (param->quoted && is_browser_escape(c)) {
            out[len++] = (char)c;
            p += 2;
            continue;
        }
        p += param->quoted && is_escape(p, end) ? 1 : 0;
        out[len++] = *p;
    }
    out[len] = '\0';
    *ret = out;
    return ERR_OK;
}

/* RFC 5987: UTF-8'language'percent-encoded. What is written otherwise leaves *ret as it is. */
static enum err unquote_extended(struct arena *a, const struct param *param, const char **ret,
                                 struct why *why)
{
    struct slice text = param->value;
    struct slice charset = take_until(&text, '\'');
    struct slice language = take_until(&text, '\'');
    const char *end = text.p + text.n;
    char *out = arena_alloc(a, text.n + 1);
    size_t len = 0;

    if (out == NULL)
        return why_set(why, ERR_MEMORY, "multipart: no memory");
    if (!is(charset, "UTF-8") || language.p + language.n == end)
        return ERR_OK;
    for (const char *p = text.p; p < end; p++) {
        int c = *p == '%' ? percent(p, end) : (unsigned char)*p;
        if (c <= 0)
            return ERR_OK;
        p += *p == '%' ? 2 : 0;
        out[len++] = (char)c;
    }
    out[len] = '\0';
    if (text_is_utf8(out, len))
        *ret = out;
    return ERR_OK;
}

/* A file's name is only shown, and its ending looked at: what is no text in it becomes '?'. */
static void make_showable(char *s)
{
    bool valid = text_is_utf8(s, strlen(s));

    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < 0x20 || c == 0x7f || (!valid && c >= 0x80))
            *s = '?';
    }
}

/* ---- a part's headers ------------------------------------------------------------------------ */

struct head {
    struct arena *arena;
    struct multipart_part *part;
    const char *extended;      /* filename* */
    const char *extended_name; /* name* */
    bool disposition;
    struct why *why;
};

/* The name is what the part is found by; it may be no text, then no route asks for it. Of several
 * the first counts. */
static enum err read_name(struct head *h, const struct param *param)
{
    char *name = NULL;

    if (h->part->name != NULL)
        return ERR_OK;
    struct param clean = *param;
    if (!clean.quoted && clean.value.p[clean.value.n - 1] == '"') /* its first one is missing */
        clean.value.n--;
    enum err e = unquote(h->arena, &clean, &name, h->why);
    h->part->name = name;
    return e;
}

static enum err read_filename(struct head *h, const struct param *param)
{
    char *name = NULL;

    if (h->part->filename != NULL)
        return ERR_OK;
    enum err e = unquote(h->arena, param, &name, h->why);
    if (e != ERR_OK)
        return e;
    make_showable(name);
    h->part->filename = name;
    return ERR_OK;
}

static enum err read_disposition_param(struct head *h, const struct param *param)
{
    if (is(param->name, "name"))
        return read_name(h, param);
    if (is(param->name, "filename"))
        return read_filename(h, param);
    const char **to = is(param->name, "filename*") ? &h->extended
                      : is(param->name, "name*")   ? &h->extended_name
                                                   : NULL;
    if (to == NULL || *to != NULL)
        return ERR_OK;
    *to = "";
    return unquote_extended(h->arena, param, to, h->why);
}

/* A parameter that cannot be read: of a name all is taken but its quote, and a file name is there,
 * but unknown. */
static enum err read_garbled(struct head *h, const struct param *param, struct slice text)
{
    struct param plain = {.name = param->name};

    if (is(param->name, "filename") && h->part->filename == NULL)
        h->part->filename = "";
    if (!is(param->name, "name"))
        return ERR_OK;
    (void)take_until(&text, '=');
    plain.value = trim(text);
    if (plain.value.n > 0 && *plain.value.p == '"')
        plain.value = trim((struct slice){plain.value.p + 1, plain.value.n - 1});
    return plain.value.n == 0 ? ERR_OK : read_name(h, &plain);
}

/* "form-data", whatever stands there instead, and the ; behind it, which may be missing. */
static struct slice without_kind(struct slice value)
{
    struct slice kind = value;
    size_t n = 0;

    while (n < kind.n && kind.p[n] != ';' && kind.p[n] != '=' && !is_blank(kind.p[n]))
        n++;
    if (n < kind.n && kind.p[n] == '=')
        return value;
    value = trim((struct slice){value.p + n, value.n - n});
    if (value.n > 0 && *value.p == ';')
        value = (struct slice){value.p + 1, value.n - 1};
    return value;
}

/* Of several the first counts. */
static enum err read_disposition(struct head *h, struct slice value)
{
    struct param param;

    if (h->disposition)
        return ERR_OK;
    h->disposition = true;
    value = without_kind(value);
    while (value.n > 0) {
        bool read = take_param(&value, &param);
        enum err e = !read               ? read_garbled(h, &param, take_until(&value, ';'))
                     : param.name.n == 0 ? ERR_OK
                                         : read_disposition_param(h, &param);
        if (e != ERR_OK)
            return e;
    }
    return ERR_OK;
}

/* A type that cannot be read is none, and of several the first that can be counts. */
static enum err read_type(struct head *h, struct slice value)
{
    struct slice type = trim(take_until(&value, ';'));
    struct slice sub = type;
    struct slice main = take_until(&sub, '/');

    if (h->part->type != NULL || !is_token(main) || !is_token(sub))
        return ERR_OK;
    char *s = arena_strndup(h->arena, type.p, type.n);
    if (s == NULL)
        return why_set(h->why, ERR_MEMORY, "multipart: no memory");
    for (char *p = s; *p != '\0'; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + 32);
    h->part->type = s;
    return ERR_OK;
}

static enum err read_encoding(struct head *h, struct slice value)
{
    static const struct {
        const char *name;
        enum multipart_encoding encoding;
    } rows[] = {
        {"", MULTIPART_RAW},          {"binary", MULTIPART_RAW},
        {"8bit", MULTIPART_RAW},      {"7bit", MULTIPART_RAW},
        {"base64", MULTIPART_BASE64}, {"quoted-printable", MULTIPART_QUOTED},
    };
    struct slice name = trim(take_until(&value, ';'));

    h->part->encoding = MULTIPART_UNKNOWN;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (is(name, rows[i].name))
            h->part->encoding = rows[i].encoding;
    return ERR_OK;
}

/* ---- its lines ------------------------------------------------------------------------------- */

/* A line that is none of these, or no header at all, is of no use and no harm. */
static enum err read_line(struct head *h, struct slice line)
{
    static const struct {
        const char *name;
        enum err (*read)(struct head *h, struct slice value);
    } rows[] = {
        {"Content-Disposition", read_disposition},
        {"Content-Type", read_type},
        {"Content-Transfer-Encoding", read_encoding},
    };
    struct slice value = line;
    struct slice name = trim(take_until(&value, ':'));

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (is(name, rows[i].name))
            return rows[i].read(h, trim(value));
    return ERR_OK;
}

/* A copy in which a folded line is one (RFC 822), and NULs and lone CRs are '?'. Each line ends in
 * LF. */
static size_t unfold(const char *p, size_t n, char *out)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++) {
        size_t eol = p[i] == '\n' ? 1 : p[i] == '\r' && i + 1 < n && p[i + 1] == '\n' ? 2 : 0;
        bool folded = eol > 0 && i > 0 && i + eol < n && is_blank(p[i + eol]);
        out[len++] = folded ? ' ' : eol > 0 ? '\n' : p[i] == '\0' || p[i] == '\r' ? '?' : p[i];
        i += eol == 2 ? 1 : 0;
    }
    return len;
}

enum err multipart_head(struct arena *a, const char *p, size_t n, struct multipart_part *ret,
                        struct why *why)
{
    struct multipart_part part = {0};
    struct head h = {.arena = a, .part = &part, .why = why};
    char *text = arena_alloc(a, n);

    if (text == NULL)
        return why_set(why, ERR_MEMORY, "multipart: no memory");
    struct slice lines = {text, unfold(p, n, text)};
    while (lines.n > 0) {
        enum err e = read_line(&h, take_until(&lines, '\n'));
        if (e != ERR_OK)
            return e;
    }
    if (part.name == NULL)
        part.name = h.extended_name == NULL ? "" : h.extended_name;
    if (h.extended != NULL && (*h.extended != '\0' || part.filename == NULL))
        part.filename = h.extended;
    *ret = part;
    return ERR_OK;
}

/* ---- the body's own Content-Type ------------------------------------------------------------- */

static bool is_boundary(const char *s, size_t n)
{
    static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "'()+_,-./:=? ";

    return n > 0 && n <= MULTIPART_BOUNDARY && strspn(s, allowed) == n && s[n - 1] != ' ';
}

static enum err copy_boundary(const struct param *param, char ret[static MULTIPART_BOUNDARY + 1],
                              struct why *why)
{
    char value[MULTIPART_BOUNDARY + 1] = {0};

    if (param->value.n <= MULTIPART_BOUNDARY)
        memcpy(value, param->value.p, param->value.n);
    if (!is_boundary(value, param->value.n))
        return why_set(why, ERR_SYNTAX, "the boundary must be 1 to %d characters of RFC 2046",
                       MULTIPART_BOUNDARY);
    memcpy(ret, value, sizeof value);
    return ERR_OK;
}

enum err multipart_boundary(const char *content_type, char ret[static MULTIPART_BOUNDARY + 1],
                            struct why *why)
{
    struct slice s = {content_type, strlen(content_type)};
    struct param param;
    struct param boundary = {0};
    bool given = false;

    if (!is(trim(take_until(&s, ';')), "multipart/form-data"))
        return why_set(why, ERR_FORMAT, "the body must be multipart/form-data");
    while (s.n > 0) {
        bool read = take_param(&s, &param);
        if (!read)
            (void)take_until(&s, ';');
        if (!is(param.name, "boundary"))
            continue;
        if (!read)
            return why_set(why, ERR_SYNTAX, "the boundary cannot be read");
        if (given)
            return why_set(why, ERR_SYNTAX, "the boundary is given twice");
        boundary = param;
        given = true;
    }
    return given ? copy_boundary(&boundary, ret, why)
                 : why_set(why, ERR_SYNTAX, "the Content-Type has no boundary");
}
