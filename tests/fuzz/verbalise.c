/* verbalise - any bytes, every language: no crash, always an answer, and it stays UTF-8. The last
 * byte of the input picks the language. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "language/verbalise.h"

#define INPUT_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    const char *said = NULL;

    if (size == 0 || size > INPUT_MAX)
        return 0;
    arena_init(&a, (size_t)32 << 20);
    char *text = arena_alloc(&a, size);
    if (text == NULL)
        abort();
    memcpy(text, data, size - 1);
    text[size - 1] = '\0';
    size_t n = 0;
    while (languages[n] != NULL)
        n++;
    const struct language *l = languages[data[size - 1] % n];
    if (verbalise(&a, l, text, &said) != ERR_OK || said == NULL)
        abort();
    if (text_is_utf8(text, strlen(text)) && !text_is_utf8(said, strlen(said)))
        abort();
    arena_release(&a);
    return 0;
}
