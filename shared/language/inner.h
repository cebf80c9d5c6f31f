/* inner - what a model thinks aloud in tags, taken out of its words as they come. Pure.
 *
 * "<thinking>Клієнт питає графік.</thinking>Щодня." -> "Щодня."; so with <think>, [reasoning] and
 * the like, whatever their case, blanks, bars and attributes; what is not closed goes on to the end.
 * Of "<answer>Так.</answer>" the tags alone are taken off; inside of inner talk it is said. "До <5 грн" stays. However the text is cut
 * into pieces, the words are the same. */
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

/* Appends what is to be said of the next `n` bytes to `out`. True, once at most: all words before
 * these were inner talk whose opening tag never came. Look at buf_err afterwards. */
bool inner_feed(struct inner *s, const char *text, size_t n, struct buf *out);

/* The text has ended: what looked like the beginning of a tag and is none. */
void inner_end(struct inner *s, struct buf *out);

#endif
