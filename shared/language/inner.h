/* inner - removes a model's reasoning in tags from its text while the text arrives. Pure.
 *
 * "<thinking>Клієнт питає графік.</thinking>Щодня." -> "Щодня.". The same holds for <think>,
 * [reasoning] and similar tags, in any case, with blanks, bars and attributes. Reasoning that is not
 * closed goes on to the end of the text. Of "<answer>Так.</answer>" only the tags are removed; an
 * answer inside of reasoning is kept. "До <5 грн" is not a tag and stays. Where the text is cut into
 * pieces does not change the result. */
#ifndef HOLOS_LANGUAGE_INNER_H
#define HOLOS_LANGUAGE_INNER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"

#define INNER_TAG  256 /* bytes of a tag; a longer one is text */
#define INNER_DEEP 8   /* tags one inside the other; the names of those further in are not kept */

struct inner {            /* all zero: nothing came yet */
    char held[INNER_TAG]; /* what may become a tag */
    size_t n;
    size_t open[INNER_DEEP]; /* a number for the name of each open tag, the outermost first */
    size_t depth, aside;     /* how many are open; how many were when an answer began */
    char last;               /* byte that was written; 0: none yet */
    bool began;              /* inner talk began with a tag */
    bool stray;              /* it ended without one, and no word came since */
};

/* Appends the words of the next `n` bytes that are to be spoken to `out`. Returns true, at most once
 * in a text, if a closing tag came without an opening one: then all earlier words were reasoning.
 * Check buf_err afterwards. */
bool inner_feed(struct inner *s, const char *text, size_t n, struct buf *out);

/* Call it at the end of the text: appends what looked like the beginning of a tag but was none. */
void inner_end(struct inner *s, struct buf *out);

#endif
