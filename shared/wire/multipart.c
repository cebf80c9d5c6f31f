#include "wire/multipart.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* ==== a part's headers ======================================================================== */

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

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that %XX at `p` stands for, or -1. */
static int percent(const char *p, const char *end)
{
    if (end - p < 3 || *p != '%' || hex(p[1]) < 0 || hex(p[2]) < 0)
        return -1;
    return hex(p[1]) << 4 | hex(p[2]);
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
    const char *extended; /* filename* */
    bool disposition;
    bool garbled; /* some of its parameters cannot be read */
    struct why *why;
};

static enum err unreadable(const struct head *h, const char *what)
{
    return why_set(h->why, ERR_SYNTAX, "multipart: %s", what);
}

/* The name is what the part is found by; it may be no text, then no route asks for it. */
static enum err read_name(struct head *h, const struct param *param)
{
    char *name = NULL;

    if (h->part->name != NULL && !h->garbled)
        return unreadable(h, "the name of a part is given twice");
    if (h->part->name != NULL)
        return ERR_OK;
    enum err e = unquote(h->arena, param, &name, h->why);
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
    if (!is(param->name, "filename*") || h->extended != NULL)
        return ERR_OK;
    h->extended = "";
    return unquote_extended(h->arena, param, &h->extended, h->why);
}

static enum err read_disposition(struct head *h, struct slice value)
{
    struct param param;

    if (h->disposition)
        return unreadable(h, "two Content-Disposition headers in one part");
    h->disposition = true;
    if (!is(trim(take_until(&value, ';')), "form-data"))
        return unreadable(h, "a Content-Disposition other than form-data");
    while (value.n > 0) {
        if (!take_param(&value, &param)) {
            h->garbled = true;
            if (is(param.name, "filename") && h->part->filename == NULL)
                h->part->filename = "";
            (void)take_until(&value, ';');
            continue;
        }
        enum err e = param.name.n == 0 ? ERR_OK : read_disposition_param(h, &param);
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
    if (is(value, "binary") || is(value, "8bit") || is(value, "7bit"))
        return ERR_OK;
    return unreadable(h, "a Content-Transfer-Encoding other than binary, 8bit or 7bit");
}

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

    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == '\0' || line.p[i] == '\r' || line.p[i] == '\n')
            return unreadable(h, "a NUL or half a line end in a header");
    struct slice value = line;
    struct slice name = take_until(&value, ':');
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (is(name, rows[i].name))
            return rows[i].read(h, trim(value));
    return ERR_OK;
}

/* `n` bytes of header lines, each with its line end, without the empty line. */
static enum err read_head(const struct multipart_feed *f, const char *p, size_t n,
                          struct multipart_part *ret)
{
    struct multipart_part part = {0};
    struct head h = {.arena = f->arena, .part = &part, .why = f->why};
    size_t eol_len = strlen(f->eol);

    while (n > 0) {
        const char *end = memmem(p, n, f->eol, eol_len);
        size_t len = end == NULL ? n : (size_t)(end - p);
        enum err e = read_line(&h, (struct slice){p, len});
        if (e != ERR_OK)
            return e;
        size_t used = end == NULL ? n : len + eol_len;
        p += used;
        n -= used;
    }
    if (part.name == NULL || *part.name == '\0')
        return unreadable(&h, "a part without a name");
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
    while (take_param(&s, &param)) {
        if (param.name.n == 0)
            return given ? copy_boundary(&boundary, ret, why)
                         : why_set(why, ERR_SYNTAX, "the Content-Type has no boundary");
        if (!is(param.name, "boundary"))
            continue;
        if (given)
            return why_set(why, ERR_SYNTAX, "the boundary is given twice");
        boundary = param;
        given = true;
    }
    return why_set(why, ERR_SYNTAX, "the parameters of the Content-Type cannot be read");
}

/* ==== the body ================================================================================ */

/* The core is step(): it takes what it can decide for certain off the front of some bytes, and
 * nothing when more must be seen. What it decides depends only on the bytes, never on how many
 * follow: so the cuts of the input cannot show. */

#define PADDING 64                      /* blanks between a boundary and its line end */
#define HEAD    (MULTIPART_HEADERS + 2) /* with the empty line */
#define HELD    ((size_t)2 * HEAD)      /* more than step() ever leaves undecided, twice */

enum state { PREAMBLE, HEADERS, DATA, EPILOGUE };

void multipart_feed_init(struct multipart_feed *f, struct arena *a, const char *boundary,
                         const struct multipart_events *on, void *to, struct why *why)
{
    size_t n = strlen(boundary);

    assert(n > 0 && n <= MULTIPART_BOUNDARY);
    *f = (struct multipart_feed){.arena = a,
                                 .on = on,
                                 .to = to,
                                 .why = why,
                                 .eol = "\r\n",
                                 .delimiter_len = n + 4,
                                 .at_line = true};
    memcpy(f->delimiter, "\r\n--", 4);
    memcpy(f->delimiter + 4, boundary, n);
}

/* ---- finding boundaries ---------------------------------------------------------------------- */

enum verdict { NO, OPENS, CLOSES, UNDECIDED };

/* What stands behind a boundary: "--" or not, blanks, line end (which the very last may lack). */
static enum verdict judge(const struct multipart_feed *f, const char *p, size_t n, bool last,
                          size_t *ret_len)
{
    enum verdict yes = n >= 2 && memcmp(p, "--", 2) == 0 ? CLOSES : OPENS;
    enum verdict at_end = !last ? UNDECIDED : yes == CLOSES ? CLOSES : NO;
    size_t start = yes == CLOSES ? 2 : 0;
    size_t i = start;

    if (n == 1 && *p == '-')
        return at_end;
    while (i < n && i - start <= PADDING && (p[i] == ' ' || p[i] == '\t'))
        i++;
    if (i - start > PADDING)
        return NO;
    *ret_len = n;
    size_t eol_len = strlen(f->eol);
    size_t seen = n - i < eol_len ? n - i : eol_len;
    if (memcmp(p + i, f->eol, seen) != 0)
        return NO;
    if (seen < eol_len)
        return at_end;
    *ret_len = i + eol_len;
    return yes;
}

struct hit {
    enum verdict verdict;
    size_t at;  /* so many bytes are before the boundary, for certain */
    size_t end; /* of the boundary's line, when it opens or closes */
};

/* Lines of the whole body end in LF alone. */
static void use_lf(struct multipart_feed *f)
{
    f->eol = "\n";
    f->delimiter_len--;
    memmove(f->delimiter, f->delimiter + 1, f->delimiter_len);
}

/* A boundary at the very front, where the line end before it has been taken already. */
static struct hit find_at_front(struct multipart_feed *f, const char *p, size_t n, bool last)
{
    size_t eol_len = strlen(f->eol);
    size_t len = f->delimiter_len - eol_len;
    size_t seen = n < len ? n : len;
    struct hit hit = {.verdict = NO};
    size_t tail = 0;

    if (memcmp(p, f->delimiter + eol_len, seen) != 0)
        return hit;
    if (f->state == PREAMBLE && n > len && p[len] == '\n')
        use_lf(f);
    if (seen < len)
        hit.verdict = last ? NO : UNDECIDED;
    else
        hit.verdict = judge(f, p + len, n - len, last, &tail);
    hit.end = len + tail;
    return hit;
}

static struct hit find(struct multipart_feed *f, const char *p, size_t n, bool last)
{
    size_t len = f->delimiter_len;
    size_t from = 0;
    size_t tail = 0;

    if (f->at_line) {
        struct hit hit = find_at_front(f, p, n, last);
        if (hit.verdict != NO)
            return hit;
    }
    for (;;) {
        const char *found = memmem(p + from, n - from, f->delimiter, len);
        if (found == NULL)
            break;
        size_t at = (size_t)(found - p);
        enum verdict v = judge(f, found + len, n - at - len, last, &tail);
        if (v != NO)
            return (struct hit){.verdict = v, .at = at, .end = at + len + tail};
        from = at + len;
    }
    size_t open = last ? 0 : len - 1; /* a boundary may begin there */
    size_t certain = n > open ? n - open : 0;
    return (struct hit){.verdict = NO, .at = certain > from ? certain : from};
}

/* ---- taking bytes ---------------------------------------------------------------------------- */

static size_t fail(struct multipart_feed *f, enum err e, const char *what)
{
    f->err = what == NULL ? e : why_set(f->why, e, "multipart: %s", what);
    return 0;
}

static size_t step_headers(struct multipart_feed *f, const char *p, size_t n)
{
    struct multipart_part part;
    size_t eol_len = strlen(f->eol);
    const char *blank_line = eol_len == 2 ? "\r\n\r\n" : "\n\n";

    if (n >= eol_len && memcmp(p, f->eol, eol_len) == 0)
        return fail(f, ERR_SYNTAX, "a part without a name");
    const char *end = memmem(p, n < HEAD ? n : HEAD, blank_line, 2 * eol_len);
    if (end == NULL && n < HEAD)
        return 0;
    if (end == NULL)
        return fail(f, ERR_TOO_BIG, "the headers of a part are too long");
    if (f->parts == MULTIPART_PARTS)
        return fail(f, ERR_TOO_BIG, "too many parts");
    size_t len = (size_t)(end - p) + eol_len;
    enum err e = read_head(f, p, len, &part);
    if (e == ERR_OK)
        e = f->on->begin(f->to, &part);
    if (e != ERR_OK)
        return fail(f, e, NULL);
    f->parts++;
    f->state = DATA;
    f->at_line = true;
    return len + eol_len;
}

/* The preamble or a part's data, up to the next boundary. */
static size_t step_to_boundary(struct multipart_feed *f, const char *p, size_t n, bool last)
{
    struct hit hit = find(f, p, n, last);
    bool in_part = f->state == DATA;
    enum err e = in_part && hit.at > 0 ? f->on->data(f->to, p, hit.at) : ERR_OK;

    if (e != ERR_OK)
        return fail(f, e, NULL);
    if (hit.at > 0)
        f->at_line = false;
    if (hit.verdict == NO || hit.verdict == UNDECIDED)
        return hit.at;
    e = in_part ? f->on->end(f->to) : ERR_OK;
    if (e != ERR_OK)
        return fail(f, e, NULL);
    f->state = hit.verdict == CLOSES ? EPILOGUE : HEADERS;
    return hit.end;
}

static size_t step(struct multipart_feed *f, const char *p, size_t n, bool last)
{
    if (f->state == EPILOGUE)
        return n;
    return f->state == HEADERS ? step_headers(f, p, n) : step_to_boundary(f, p, n, last);
}

static size_t run(struct multipart_feed *f, const char *p, size_t n, bool last)
{
    size_t at = 0;

    while (at < n && f->err == ERR_OK) {
        size_t used = step(f, p + at, n - at, last);
        if (used == 0)
            break;
        at += used;
    }
    return at;
}

/* ---- pieces ---------------------------------------------------------------------------------- */

static void hold(struct multipart_feed *f, const char *p, size_t n)
{
    if (n == 0 || f->err != ERR_OK)
        return;
    if (f->held == NULL)
        f->held = arena_alloc(f->arena, HELD);
    if (f->held == NULL) {
        (void)fail(f, ERR_MEMORY, "no memory");
        return;
    }
    assert(n <= HELD - f->held_len);
    memcpy(f->held + f->held_len, p, n);
    f->held_len += n;
}

/* Decides what was held, with as much of the piece as that takes. Returns how many bytes of the
 * piece are dealt with. */
static size_t run_held(struct multipart_feed *f, const char *p, size_t n)
{
    size_t taken = 0;

    while (f->held_len > 0 && taken < n && f->err == ERR_OK) {
        size_t before = f->held_len;
        size_t more = n - taken < HELD - before ? n - taken : HELD - before;
        hold(f, p + taken, more);
        size_t used = run(f, f->held, f->held_len, false);
        if (used >= before) {
            f->held_len = 0;
            return taken + used - before;
        }
        taken += more;
        f->held_len -= used;
        memmove(f->held, f->held + used, f->held_len);
    }
    return taken;
}

enum err multipart_feed(struct multipart_feed *f, const char *data, size_t n)
{
    if (n == 0 || f->err != ERR_OK)
        return f->err;
    size_t at = run_held(f, data, n);
    if (f->held_len == 0 && f->err == ERR_OK)
        at += run(f, data + at, n - at, false);
    hold(f, data + at, n - at);
    return f->err;
}

static enum err finish(struct multipart_feed *f)
{
    if (f->err == ERR_OK && f->state != EPILOGUE)
        (void)fail(f, ERR_SYNTAX,
                   f->state == PREAMBLE ? "no boundary in the body"
                                        : "the body ends before its last boundary");
    return f->err;
}

enum err multipart_feed_finish(struct multipart_feed *f)
{
    (void)run(f, f->held, f->held_len, true);
    f->held_len = 0;
    return finish(f);
}

/* ---- whole bodies ---------------------------------------------------------------------------- */

static enum err add_part(void *to, const struct multipart_part *part)
{
    struct multipart *m = to;

    m->parts[m->n] = *part;
    m->parts[m->n++].data = "";
    return ERR_OK;
}

static enum err add_data(void *to, const char *data, size_t n)
{
    struct multipart *m = to;
    struct multipart_part *part = &m->parts[m->n - 1];

    assert(part->len == 0 || part->data + part->len == data);
    if (part->len == 0)
        part->data = data;
    part->len += n;
    return ERR_OK;
}

static enum err end_part(void *to)
{
    (void)to;
    return ERR_OK;
}

enum err multipart_parse(struct arena *a, const char *boundary, const char *body, size_t n,
                         struct multipart *ret, struct why *why)
{
    static const struct multipart_events on = {add_part, add_data, end_part};
    struct multipart m = {.parts = arena_calloc(a, MULTIPART_PARTS, sizeof *m.parts)};
    struct multipart_feed f;

    if (m.parts == NULL)
        return why_set(why, ERR_MEMORY, "multipart: no memory");
    multipart_feed_init(&f, a, boundary, &on, &m, why);
    (void)run(&f, body, n, true);
    enum err e = finish(&f);
    if (e == ERR_OK)
        *ret = m;
    return e;
}

const struct multipart_part *multipart_find(const struct multipart *m, const char *name,
                                            size_t *ret_count)
{
    const struct multipart_part *first = NULL;
    size_t count = 0;

    for (size_t i = 0; i < m->n; i++) {
        if (strcmp(m->parts[i].name, name) != 0)
            continue;
        first = count == 0 ? &m->parts[i] : first;
        count++;
    }
    if (ret_count != NULL)
        *ret_count = count;
    return first;
}

/* ==== writing ================================================================================= */

/* splitmix64 (Steele, Lea, Flood 2014): every seed gives another sequence. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool occurs(const struct multipart_part *parts, size_t n, const char *boundary)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i].len > 0 &&
            memmem(parts[i].data, parts[i].len, boundary, strlen(boundary)) != NULL)
            return true;
    return false;
}

void multipart_write_boundary(const struct multipart_part *parts, size_t n, uint64_t seed,
                              char ret[static MULTIPART_BOUNDARY + 1])
{
    do {
        uint64_t high = next(&seed);
        (void)snprintf(ret, MULTIPART_BOUNDARY + 1, "holos-%016llx%016llx",
                       (unsigned long long)high, (unsigned long long)next(&seed));
    } while (occurs(parts, n, ret));
}

static void put_escaped(struct buf *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '"' || *s == '\r' || *s == '\n')
            buf_printf(out, "%%%02X", (unsigned)*s);
        else
            buf_putc(out, *s);
    }
}

static void put_part(struct buf *out, const char *boundary, const struct multipart_part *p)
{
    buf_printf(out, "--%s\r\nContent-Disposition: form-data; name=\"", boundary);
    put_escaped(out, p->name);
    buf_putc(out, '"');
    if (p->filename != NULL) {
        buf_puts(out, "; filename=\"");
        put_escaped(out, p->filename);
        buf_putc(out, '"');
    }
    buf_puts(out, "\r\n");
    if (p->type != NULL)
        buf_printf(out, "Content-Type: %s\r\n", p->type);
    buf_puts(out, "\r\n");
    buf_put(out, p->data, p->len);
    buf_puts(out, "\r\n");
}

enum err multipart_write(struct buf *out, const char *boundary, const struct multipart_part *parts,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_part(out, boundary, &parts[i]);
    buf_printf(out, "--%s--\r\n", boundary);
    return buf_err(out);
}
