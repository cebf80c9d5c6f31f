#include "wire/multipart-write.h"

#include <stdio.h>
#include <string.h>

/* splitmix64 (Steele, Lea, Flood 2014): every seed gives another sequence. */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static bool occurs(const struct multipart_part *parts, size_t n, const char *boundary)
{
    for (size_t i = 0; i < n; i++)
        if (parts[i].len > 0 &&
            memmem(parts[i].data, parts[i].len, boundary, strlen(boundary)) != NULL)
            return true;
    return false;
}

void multipart_write_boundary(const struct multipart_part *parts, size_t n, uint64_t seed,
                              char ret[static MULTIPART_BOUNDARY + 1])
{
    do {
        uint64_t high = next(&seed);
        (void)snprintf(ret, MULTIPART_BOUNDARY + 1, "holos-%016llx%016llx",
                       (unsigned long long)high, (unsigned long long)next(&seed));
    } while (occurs(parts, n, ret));
}

static void put_escaped(struct buf *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '"' || *s == '\r' || *s == '\n')
            buf_printf(out, "%%%02X", (unsigned)*s);
        else
            buf_putc(out, *s);
    }
}

static void put_part(struct buf *out, const char *boundary, const struct multipart_part *p)
{
    buf_printf(out, "--%s\r\nContent-Disposition: form-data; name=\"", boundary);
    put_escaped(out, p->name);
    buf_putc(out, '"');
    if (p->filename != NULL) {
        buf_puts(out, "; filename=\"");
        put_escaped(out, p->filename);
        buf_putc(out, '"');
    }
    buf_puts(out, "\r\n");
    if (p->type != NULL)
        buf_printf(out, "Content-Type: %s\r\n", p->type);
    buf_puts(out, "\r\n");
    buf_put(out, p->data, p->len);
    buf_puts(out, "\r\n");
}

enum err multipart_write(struct buf *out, const char *boundary, const struct multipart_part *parts,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_part(out, boundary, &parts[i]);
    buf_printf(out, "--%s--\r\n", boundary);
    return buf_err(out);
}
