#include "language/vocative.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "language/char.h"
#include "language/row.h"

/* Names first: an ending is what is left for those that no row has. */
static const struct called *find(const struct language *l, const char *folded)
{
    for (const struct called *c = l->called; c->add != NULL; c++)
        if (row_has(c->names, folded))
            return c;
    for (const struct called *c = l->called; c->add != NULL; c++)
        if (row_ends(c->ends, folded))
            return c;
    return NULL;
}

static bool put_word(struct arena *a, const struct language *l, struct buf *out, const char *word,
                     size_t n)
{
    char *alone = arena_strndup(a, word, n);
    const char *folded = alone == NULL ? NULL : text_fold(a, alone);

    if (folded == NULL)
        return false;
    const struct called *c = strlen(folded) == n ? find(l, folded) : NULL; /* letters alone */
    const char *end = word + n;
    for (size_t drop = c == NULL ? 0 : c->drop; drop > 0; drop--)
        end = char_back(word, end);
    buf_put(out, word, (size_t)(end - word));
    buf_puts(out, c == NULL ? "" : c->add);
    return true;
}

const char *vocative(struct arena *a, const struct language *l, const char *name)
{
    struct buf out;

    if (l == NULL || l->called == NULL)
        return name;
    buf_init(&out, a, strlen(name) * 2 + 8);
    while (*name != '\0') {
        size_t n = strcspn(name, " ");
        if (n > 0 && !put_word(a, l, &out, name, n))
            return NULL;
        name += n;
        if (*name == ' ')
            buf_putc(&out, *name++);
    }
    return buf_err(&out) == ERR_OK ? buf_text(&out) : NULL;
}
