#include "wire/xml.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

void xml_init(struct xml *x, struct buf *out)
{
    *x = (struct xml){.out = out};
    buf_puts(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

/* The names this program uses: ASCII, as in TwiML. */
static bool is_name(const char *s)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
    static const char later[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.:-";

    return *s != '\0' && strchr(first, *s) != NULL && s[strspn(s, later)] == '\0';
}

/* XML 1.0 section 2.2; broken bytes come as U+FFFD already. */
static bool is_allowed(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xfffe && c != 0xffff);
}

/* What cannot stand for itself. A reader turns a bare CR into LF, and a tab or a line end in an
 * attribute into a space, so those are written as references. */
static const char *reference(uint32_t c, bool in_attribute)
{
    static const struct {
        uint32_t c;
        bool attribute_only;
        const char *text;
    } rows[] = {
        {'&', false, "&amp;"}, {'<', false, "&lt;"}, {'>', false, "&gt;"},  {'\r', false, "&#13;"},
        {'"', true, "&quot;"}, {'\t', true, "&#9;"}, {'\n', true, "&#10;"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].c == c && (in_attribute || !rows[i].attribute_only))
            return rows[i].text;
    return NULL;
}

static void put_escaped(struct buf *out, const char *s, bool in_attribute)
{
    char utf8[4];

    while (*s != '\0') {
        uint32_t c = text_next(&s);
        const char *r = reference(c, in_attribute);
        if (r != NULL)
            buf_puts(out, r);
        else
            buf_put(out, utf8, text_encode(is_allowed(c) ? c : 0xfffd, utf8));
    }
}

static void end_tag(struct xml *x)
{
    if (x->in_tag)
        buf_putc(x->out, '>');
    x->in_tag = false;
}

void xml_open(struct xml *x, const char *name)
{
    assert(x->depth < XML_DEPTH && is_name(name));
    end_tag(x);
    x->open[x->depth++] = name;
    buf_putc(x->out, '<');
    buf_puts(x->out, name);
    x->in_tag = true;
}

void xml_attr(struct xml *x, const char *name, const char *value)
{
    assert(x->in_tag && is_name(name));
    buf_putc(x->out, ' ');
    buf_puts(x->out, name);
    buf_puts(x->out, "=\"");
    put_escaped(x->out, value, true);
    buf_putc(x->out, '"');
}

void xml_text(struct xml *x, const char *s)
{
    assert(x->depth > 0);
    if (*s == '\0')
        return;
    end_tag(x);
    put_escaped(x->out, s, false);
}

void xml_close(struct xml *x)
{
    assert(x->depth > 0);
    const char *name = x->open[--x->depth];
    if (x->in_tag) {
        buf_puts(x->out, "/>");
        x->in_tag = false;
        return;
    }
    buf_puts(x->out, "</");
    buf_puts(x->out, name);
    buf_putc(x->out, '>');
}
