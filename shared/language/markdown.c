#include "language/markdown.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "language/inside.h"
#include "language/scan.h"

bool markdown_is_mark(uint32_t c)
{
    return c == '*' || c == '`' || c == '#';
}

/* What draws: arrows, boxes, bullets, ticks, faces, flags, and what only changes their look. */
static bool is_picture(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {
        {0x200b, 0x200f},   {0x2022, 0x2023},   {0x2043, 0x2043}, {0x2060, 0x2064},
        {0x20d0, 0x20ff},   {0x2190, 0x21ff},   {0x2300, 0x23ff}, {0x2460, 0x27bf},
        {0x2900, 0x297f},   {0x2b00, 0x2bff},   {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
        {0x1f000, 0x1faff}, {0xe0000, 0xe007f},
    };

    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

static bool is_dash(uint32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015);
}

/* "1. " or "2) ", a word behind it. */
static size_t list_number(const char *p)
{
    size_t n = strspn(p, "0123456789");

    if (n == 0 || n > 2 || (p[n] != '.' && p[n] != ')'))
        return 0;
    size_t blanks = scan_blanks(p + n + 1);
    return blanks > 0 && char_is_letter(char_at(p + n + 1 + blanks)) ? n + 1 + blanks : 0;
}

/* What the sentence before left over: the rest of "...", of "?!", a quotation's end. */
static bool is_left_over(uint32_t c)
{
    return c == '.' || c == ',' || c == '!' || c == '?' || c == ';' || c == ':' || c == ')' ||
           c == 0x2026 || c == 0xbb || c == 0x201d;
}

/* What stands before the words: "- ", "> ", "3. ". */
static const char *skip_lead(const char *p, bool first)
{
    for (;;) {
        p += scan_blanks(p);
        const char *next = p;
        uint32_t c = text_next(&next);
        bool bullet = is_dash(c) || c == '+' || c == '>' || c == 0xb7;
        if (!is_left_over(c) && !(bullet && scan_blanks(next) > 0))
            break;
        p = next;
    }
    return first ? p + list_number(p) : p;
}

/* Does an address of the web begin here? The bytes before its host. */
static size_t web(const char *p)
{
    static const char *const heads[] = {"https://www.", "http://www.", "https://", "http://",
                                        "www."};

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (strncasecmp(p, heads[i], strlen(heads[i])) == 0)
            return strlen(heads[i]);
    return 0;
}

/* Only the host: a caller does not take down a path by ear. What ends the sentence is no part of
 * it. */
static const char *put_web(struct buf *out, const char *p, size_t head)
{
    size_t n = strcspn(p, " \t\r\n)]>\"");

    while (n > head && strchr(".,;:!?", p[n - 1]) != NULL)
        n--;
    size_t host = strcspn(p + head, "/?#: \t\r\n)]>\"");
    buf_put(out, p + head, host < n - head ? host : n - head);
    return p + n;
}

/* "[words](address)": where the words end, or NULL. */
static const char *link_words(const char *p)
{
    const char *close = *p == '[' ? strchr(p, ']') : NULL;

    return close != NULL && close[1] == '(' && strchr(close, ')') != NULL ? close : NULL;
}

static void drop_blanks(struct buf *b)
{
    while (b->len > 0 && b->data[b->len - 1] == ' ')
        b->data[--b->len] = '\0';
}

/* One blank between words, none before a stop that lost its neighbour. */
static void put_char(struct buf *out, const char *p, size_t n)
{
    bool blank = n == 1 && (*p == ' ' || *p == '\t');

    if (blank && (out->len == 0 || out->data[out->len - 1] == ' '))
        return;
    if (n == 1 && strchr(".,!?;:", *p) != NULL)
        drop_blanks(out);
    buf_put(out, blank ? " " : p, n);
}

/* The line between two cells of a table. */
static void put_cell(struct buf *out)
{
    drop_blanks(out);
    if (out->len > 0)
        buf_puts(out, ", ");
}

static const char *put_next(struct buf *out, const char *p)
{
    const char *next = p;
    uint32_t c = text_next(&next);
    size_t head = web(p);

    if (head > 0)
        return put_web(out, p, head);
    if (c == '|')
        put_cell(out);
    else if (!markdown_is_mark(c) && !is_picture(c))
        put_char(out, p, (size_t)(next - p));
    return next;
}

static void put_all(struct buf *out, const char *p)
{
    while (*p != '\0') {
        const char *close = link_words(p);
        for (const char *q = p + 1; close != NULL && q < close;)
            q = put_next(out, q);
        if (close != NULL)
            p = strchr(close, ')') + 1;
        else if (*p == '!' && link_words(p + 1) != NULL)
            p++;
        else
            p = put_next(out, p);
    }
}

enum err markdown_strip(struct arena *a, const char *sentence, bool first, const char **ret)
{
    struct buf out;

    buf_init(&out, a, strlen(sentence) * 2 + 8);
    put_all(&out, skip_lead(sentence, first));
    drop_blanks(&out);
    if (out.len > 0 && out.data[out.len - 1] == ',' && strchr(sentence, '|') != NULL)
        out.data[--out.len] = '\0';
    if (buf_err(&out) != ERR_OK)
        return ERR_MEMORY;
    *ret = buf_text(&out);
    return ERR_OK;
}
