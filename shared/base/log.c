#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static const char *program_name = "holos";
static enum log_level least_urgent = LOG_INFO;

void log_init(const char *program, enum log_level least)
{
    program_name = program;
    least_urgent = least;
}

struct line {
    char *out;
    size_t len;
};

/* Room is kept for the newline and the NUL. */
static bool line_put(struct line *l, const char *s, size_t n)
{
    if (n > LOG_LINE - 2 - l->len)
        return false;
    memcpy(l->out + l->len, s, n);
    l->len += n;
    return true;
}

static bool line_put_hex(struct line *l, unsigned char byte)
{
    char hex[5];

    (void)snprintf(hex, sizeof hex, "\\x%02x", byte);
    return line_put(l, hex, 4);
}

static bool line_put_char(struct line *l, const char **s)
{
    const char *at = *s;
    unsigned char first = (unsigned char)*at;
    uint32_t c = text_next(s);
    size_t n = (size_t)(*s - at);

    bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
    bool broken = c == 0xfffd && n == 1;
    if (!control && !broken)
        return line_put(l, at, n);
    for (size_t i = 0; i < n; i++)
        if (!line_put_hex(l, (unsigned char)at[i]))
            return false;
    return n > 0 || line_put_hex(l, first);
}

static void line_put_text(struct line *l, const char *s)
{
    while (*s != '\0' && line_put_char(l, &s))
        continue;
}

int log_format(char out[static LOG_LINE], enum log_level level, const char *event,
               const char *message)
{
    struct line l = {.out = out};
    char prefix[8];

    if (isatty(STDERR_FILENO) == 0) {
        (void)snprintf(prefix, sizeof prefix, "<%d>", (int)level);
        line_put_text(&l, prefix);
    }
    line_put_text(&l, program_name);
    line_put_text(&l, " ");
    line_put_text(&l, event);
    if (*message != '\0') {
        line_put_text(&l, " ");
        line_put_text(&l, message);
    }
    out[l.len++] = '\n';
    out[l.len] = '\0';
    return (int)l.len;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    char message[LOG_LINE];
    char out[LOG_LINE];
    va_list ap;

    if (level > least_urgent)
        return;
    va_start(ap, format);
    int n = vsnprintf(message, sizeof message, format, ap);
    va_end(ap);
    if (n < 0)
        message[0] = '\0';
    n = log_format(out, level, event, message);
    ssize_t put = write(STDERR_FILENO, out, (size_t)n);
    (void)put; /* no one is left to tell */
}
