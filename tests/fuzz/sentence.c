/* sentence - any bytes: no crash, and the sentences hold every byte of the text but white space;
 * those of a growing text are parts of it; what is read out of one stays UTF-8. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "language/markdown.h"
#include "language/sentence.h"

#define INPUT_MAX 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t solid(const char *s)
{
    size_t n = 0;

    for (uint32_t c = text_next(&s); c != 0; c = text_next(&s))
        n += c != ' ' && (c < '\t' || c > '\r') && c != 0xa0 && c != 0x2009 && c != 0x202f &&
             c != 0x2028 && c != 0x2029;
    return n;
}

/* What is cut of a growing text are parts of it, in order. */
static void grow(struct arena *a, const char *text)
{
    const char **sentence = NULL;
    size_t n = 0;

    if (sentence_split_growing(a, languages, text, &sentence, &n) != ERR_OK)
        abort();
    for (size_t i = 0; i < n; i++) {
        text = strstr(text, sentence[i]);
        if (text == NULL || sentence[i][0] == '\0')
            abort();
        text += strlen(sentence[i]);
    }
}

static void read_out(struct arena *a, const char *sentence)
{
    const char *plain = NULL;

    if (markdown_strip(a, sentence, true, &plain) != ERR_OK)
        abort();
    if (text_is_utf8(sentence, strlen(sentence)) && !text_is_utf8(plain, strlen(plain)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    const char **sentence = NULL;
    size_t n = 0;
    size_t kept = 0;

    if (size > INPUT_MAX)
        return 0;
    arena_init(&a, (size_t)32 << 20);
    char *text = arena_alloc(&a, size + 1);
    if (text == NULL)
        abort();
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    if (sentence_split(&a, languages, text, &sentence, &n) != ERR_OK)
        abort();
    for (size_t i = 0; i < n; i++) {
        if (sentence[i][0] == '\0')
            abort();
        kept += solid(sentence[i]);
        read_out(&a, sentence[i]);
    }
    grow(&a, text);
    if (text_is_utf8(text, strlen(text)) && kept != solid(text))
        abort();
    arena_release(&a);
    return 0;
}
