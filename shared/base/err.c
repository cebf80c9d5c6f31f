#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#undef why_set /* the function itself is below */

static const struct {
    const char *name;
    int status;
    bool retry;
    enum { ANYBODY, OPERATOR } reader;
    const char *text;
} rows[ERR__MAX] = {
#define ERR(name, status, retry, reader, text) [ERR_##name] = {#name, status, retry, reader, text},
#include "base/err.def"
#undef ERR
};

const char *err_name(enum err e)
{
    assert(e < ERR__MAX);
    return rows[e].name;
}

const char *err_text(enum err e)
{
    assert(e < ERR__MAX);
    return rows[e].text;
}

int err_status(enum err e)
{
    assert(e < ERR__MAX);
    return rows[e].status;
}

bool err_retry(enum err e)
{
    assert(e < ERR__MAX);
    return rows[e].retry;
}

bool err_public(enum err e)
{
    assert(e < ERR__MAX);
    return rows[e].reader == ANYBODY;
}

enum err why_set(struct why *why, enum err e, const char *format, ...)
{
    va_list ap;

    if (why == NULL)
        return e;
    va_start(ap, format);
    int n = vsnprintf(why->text, sizeof why->text, format, ap);
    va_end(ap);
    if (n < 0)
        why->text[0] = '\0';
    why->text[text_cut(why->text, strlen(why->text), sizeof why->text - 1)] = '\0';
    for (char *p = why->text; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    return e;
}
