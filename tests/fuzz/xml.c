/* The bytes say what is written: any bytes as text and values. The result must be well formed, by
 * a small checker that knows only what the writer may make. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "wire/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void write_all(struct arena *a, struct xml *x, const uint8_t *p, size_t n)
{
    xml_open(x, "root");
    while (n > 0) {
        uint8_t what = *p++;
        size_t len = what >> 2 < --n ? what >> 2 : n;
        const char *s = arena_strndup(a, (const char *)p, len);
        p += len;
        n -= len;
        if (what % 4 == 0 && x->depth < XML_DEPTH)
            xml_open(x, "el");
        else if (what % 4 == 1 && x->in_tag)
            xml_attr(x, "at", s);
        else if (what % 4 == 2)
            xml_text(x, s);
        else if (x->depth > 1)
            xml_close(x);
    }
    while (x->depth > 0)
        xml_close(x);
}

/* Character data up to `stop`: no raw markup, only the references the writer knows. */
static const char *check_text(const char *p, char stop)
{
    static const char *const references[] = {"&amp;", "&lt;", "&gt;",  "&quot;",
                                             "&#13;", "&#9;", "&#10;", NULL};

    for (; *p != '\0' && *p != stop; p++) {
        unsigned char c = (unsigned char)*p;
        assert(c != '<' && c != '>' && (c >= 0x20 || c == '\t' || c == '\n'));
        assert(stop != '"' || c >= 0x20);
        if (c != '&')
            continue;
        const char *const *r = references;
        while (*r != NULL && strncmp(p, *r, strlen(*r)) != 0)
            r++;
        assert(*r != NULL);
    }
    return p;
}

/* One tag from behind its '<'; changes the depth. */
static const char *check_tag(const char *p, int *depth)
{
    if (*p == '/') {
        p += strcspn(p, ">");
        --*depth;
        return p + 1;
    }
    p += strspn(p, "elrot");
    while (strncmp(p, " at=\"", 5) == 0) {
        p = check_text(p + 5, '"');
        assert(*p == '"');
        p++;
    }
    if (*p == '/')
        p++;
    else
        ++*depth;
    assert(*p == '>');
    return p + 1;
}

static void check(const char *p, size_t n)
{
    int depth = 0;
    static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    assert(strlen(p) == n && text_is_utf8(p, n));
    assert(strncmp(p, declaration, sizeof declaration - 1) == 0);
    p += sizeof declaration - 1;
    do {
        p = check_text(p, '<');
        assert(*p == '<');
        p = check_tag(p + 1, &depth);
    } while (depth > 0);
    assert(*p == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct buf out;
    struct xml x;

    arena_init(&a, 64 << 20);
    buf_init(&out, &a, 16 << 20);
    xml_init(&x, &out);
    write_all(&a, &x, data, n);
    assert(buf_err(&out) == ERR_OK);
    check(buf_text(&out), out.len);
    arena_release(&a);
    return 0;
}
