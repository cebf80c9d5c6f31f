#include "wire/multipart.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "wire/base64.h"
#include "wire/multipart-head.h"

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
    bool bare = n >= eol_len && memcmp(p, f->eol, eol_len) == 0; /* no header at all */
    const char *end = bare ? p : memmem(p, n < HEAD ? n : HEAD, blank_line, 2 * eol_len);

    if (end == NULL && n < HEAD)
        return 0;
    if (end == NULL)
        return fail(f, ERR_TOO_BIG, "the headers of a part are too long");
    if (f->parts == MULTIPART_PARTS)
        return fail(f, ERR_TOO_BIG, "too many parts");
    size_t len = (size_t)(end - p) + (bare ? 0 : eol_len);
    enum err e = multipart_head(f->arena, p, len, &part, f->why);
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

/* ---- transfer encodings ---------------------------------------------------------------------- */

/* A copy without line ends and blanks, with the padding that may be left out. */
static enum err decode_base64(struct arena *a, const struct multipart_part *p, char **ret,
                              size_t *ret_len)
{
    char *text = arena_alloc(a, p->len + 4);
    size_t n = 0;

    if (text == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < p->len; i++)
        if (p->data[i] == '\0' || strchr(" \t\r\n", p->data[i]) == NULL)
            text[n++] = p->data[i];
    while (n % 4 != 0)
        text[n++] = '=';
    return base64_decode(a, text, n, ret, ret_len);
}

/* RFC 2045, 6.7: =XX is a byte, = at the end of a line joins it with the next. Other = stay. */
static enum err decode_quoted(struct arena *a, const struct multipart_part *p, char **ret,
                              size_t *ret_len)
{
    char *out = arena_alloc(a, p->len + 1);
    size_t n = 0;

    if (out == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < p->len; i++) {
        size_t left = p->len - i;
        const char *at = p->data + i;
        int high = *at == '=' && left > 2 ? multipart_hex(at[1]) : -1;
        int low = high < 0 ? -1 : multipart_hex(at[2]);
        size_t eol = *at != '=' || left < 2 ? 0 : at[1] == '\n' ? 1 : at[1] == '\r' ? 2 : 0;
        if (low < 0 && eol == 0)
            out[n++] = *at;
        else if (low >= 0)
            out[n++] = (char)(high << 4 | low);
        i += low >= 0 ? 2 : eol;
    }
    out[n] = '\0';
    *ret = out;
    *ret_len = n;
    return ERR_OK;
}

enum err multipart_decode(struct arena *a, struct multipart *m, struct why *why)
{
    for (size_t i = 0; i < m->n; i++) {
        struct multipart_part *p = &m->parts[i];
        char *data = NULL;
        size_t len = 0;
        enum err e = p->encoding == MULTIPART_RAW      ? ERR_OK
                     : p->encoding == MULTIPART_BASE64 ? decode_base64(a, p, &data, &len)
                     : p->encoding == MULTIPART_QUOTED ? decode_quoted(a, p, &data, &len)
                                                       : ERR_SYNTAX;
        if (e == ERR_MEMORY)
            return why_set(why, e, "multipart: no memory");
        if (p->encoding == MULTIPART_RAW)
            continue;
        p->encoding = e == ERR_OK ? MULTIPART_RAW : MULTIPART_UNKNOWN;
        p->data = e == ERR_OK ? data : "";
        p->len = e == ERR_OK ? len : 0;
    }
    return ERR_OK;
}

bool multipart_is_text(const struct multipart_part *p)
{
    return p->encoding == MULTIPART_RAW && text_is_plain(p->data, p->len);
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
