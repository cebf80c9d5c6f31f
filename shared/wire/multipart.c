#include "wire/multipart.h"

#include <assert.h>
#include <string.h>

#include "wire/multipart-head.h"

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
    *f = (struct multipart_feed){
        .arena = a, .on = on, .to = to, .why = why, .delimiter_len = n + 4, .at_line = true};
    memcpy(f->delimiter, "\r\n--", 4);
    memcpy(f->delimiter + 4, boundary, n);
}

/* ---- finding boundaries ---------------------------------------------------------------------- */

enum verdict { NO, OPENS, CLOSES, UNDECIDED };

/* What stands behind a boundary: "--" or not, blanks, line end (which the very last may lack). */
static enum verdict judge(const char *p, size_t n, bool last, size_t *ret_len)
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
    if (i == n || (p[i] == '\r' && i + 1 == n))
        return at_end;
    if (p[i] != '\r' || p[i + 1] != '\n')
        return NO;
    *ret_len = i + 2;
    return yes;
}

struct hit {
    enum verdict verdict;
    size_t at;  /* so many bytes are before the boundary, for certain */
    size_t end; /* of the boundary's line, when it opens or closes */
};

/* A boundary at the very front, where the line end before it has been taken already. */
static struct hit find_at_front(const struct multipart_feed *f, const char *p, size_t n, bool last)
{
    size_t len = f->delimiter_len - 2;
    size_t seen = n < len ? n : len;
    struct hit hit = {.verdict = NO};
    size_t tail = 0;

    if (memcmp(p, f->delimiter + 2, seen) != 0)
        return hit;
    if (seen < len)
        hit.verdict = last ? NO : UNDECIDED;
    else
        hit.verdict = judge(p + len, n - len, last, &tail);
    hit.end = len + tail;
    return hit;
}

static struct hit find(const struct multipart_feed *f, const char *p, size_t n, bool last)
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
        enum verdict v = judge(found + len, n - at - len, last, &tail);
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

    if (n >= 2 && memcmp(p, "\r\n", 2) == 0)
        return fail(f, ERR_SYNTAX, "a part without a name");
    const char *end = memmem(p, n < HEAD ? n : HEAD, "\r\n\r\n", 4);
    if (end == NULL && n < HEAD)
        return 0;
    if (end == NULL)
        return fail(f, ERR_TOO_BIG, "the headers of a part are too long");
    if (f->parts == MULTIPART_PARTS)
        return fail(f, ERR_TOO_BIG, "too many parts");
    size_t len = (size_t)(end - p) + 2;
    enum err e = multipart_head_read(f->arena, p, len, &part, f->why);
    if (e == ERR_OK)
        e = f->on->begin(f->to, &part);
    if (e != ERR_OK)
        return fail(f, e, NULL);
    f->parts++;
    f->state = DATA;
    f->at_line = true;
    return len + 2;
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
