#include "serve/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "wire/form.h"
#include "wire/multipart.h"

/* Is `header` this media type, whatever parameters follow it? */
static bool is_type(const char *header, const char *type)
{
    header += strspn(header, " \t");
    size_t n = strcspn(header, "; \t,");
    return n == strlen(type) && strncasecmp(header, type, n) == 0;
}

struct slice {
    const char *text;
    size_t len;
};

/* The body without the byte order mark that some editors and gateways put in front. */
static struct slice body_of(const struct request *request)
{
    size_t mark = text_mark(request->body, request->len);
    return (struct slice){request->body + mark, request->len - mark};
}

/* A form has neither blanks nor NULs of its own at its end. */
static struct slice form_of(const struct request *request)
{
    struct slice body = body_of(request);

    while (body.len > 0 && (unsigned char)body.text[body.len - 1] <= ' ')
        body.len--;
    return body;
}

static enum err json_fields(const struct request *request, const struct json **ret, struct why *why)
{
    const struct json *doc = NULL;
    struct slice body = body_of(request);
    enum err e = json_parse_fields(request->arena, body.text, body.len, &doc, why);
    if (e != ERR_OK)
        return e;
    if (json_kind(doc) != JSON_OBJECT)
        return why_set(why, ERR_SYNTAX, "the body must be a JSON object");
    *ret = doc;
    return ERR_OK;
}

static enum err form_fields(const struct request *request, const struct json **ret, struct why *why)
{
    struct slice body = form_of(request);
    return form_parse(request->arena, body.text, body.len, ret, why);
}

/* A part with a file name is a file and no field, and one without a name is nothing. One that is no
 * text is an unreadable field. */
static enum err put_part(const struct request *request, struct json *fields,
                         const struct multipart_part *part)
{
    if (part->filename != NULL || *part->name == '\0')
        return ERR_OK;
    size_t mark = text_mark(part->data, part->len);
    bool named = text_is_plain(part->name, strlen(part->name));
    struct json *value = named && multipart_is_text(part)
                             ? json_new_text(request->arena, part->data + mark, part->len - mark)
                             : json_new_unreadable(request->arena);
    if (value == NULL)
        return ERR_MEMORY;
    return json_put(request->arena, fields, named ? part->name : "", value);
}

enum err request_parts(const struct request *request, struct multipart *ret, struct why *why)
{
    char boundary[MULTIPART_BOUNDARY + 1];
    struct slice body = body_of(request);

    enum err e = multipart_boundary(request->content_type, boundary, why);
    if (e != ERR_OK)
        return e;
    e = multipart_parse(request->arena, boundary, body.text, body.len, ret, why);
    return e == ERR_OK ? multipart_decode(request->arena, ret, why) : e;
}

static enum err multipart_fields(const struct request *request, const struct json **ret,
                                 struct why *why)
{
    struct multipart form = {0};

    enum err e = request_parts(request, &form, why);
    if (e != ERR_OK)
        return e;
    struct json *fields = json_new_object(request->arena);
    if (fields == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < form.n && e == ERR_OK; i++)
        e = put_part(request, fields, &form.parts[i]);
    if (e == ERR_OK)
        *ret = fields;
    return e;
}

enum err request_fields(const struct request *request, const struct json **ret, struct why *why)
{
    static const struct {
        const char *type;
        enum err (*read)(const struct request *, const struct json **, struct why *);
    } readers[] = {
        {"application/json", json_fields},
        {"application/x-www-form-urlencoded", form_fields},
        {"multipart/form-data", multipart_fields},
    };

    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (is_type(request->content_type, readers[i].type))
            return readers[i].read(request, ret, why);
    const char *text = body_of(request).text;
    return (text[strspn(text, " \t\r\n")] == '{' ? json_fields : form_fields)(request, ret, why);
}

/* May it stand in a log? One with digits may be a telephone number. */
static bool is_plain_name(const char *s)
{
    size_t n = strlen(s);
    return n > 0 && n <= 32 &&
           strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-") == n;
}

void request_note_unreadable(const struct json *fields, struct response *r)
{
    const char *names[4];
    size_t n = json_unreadable(fields, sizeof names / sizeof names[0], names);

    for (size_t i = 0; i < n; i++)
        response_note(r, "undecodable=%s", is_plain_name(names[i]) ? names[i] : "other");
}

#define LARGE_PART 16 /* of the ceiling: a body is held, decoded, and held again */

enum err request_memory(const struct arena *a, size_t body, enum err e, struct why *why)
{
    if (e != ERR_MEMORY || !a->full || body < a->ceiling / LARGE_PART)
        return e;
    return why_set(why, ERR_TOO_BIG, "the body takes more memory than one request may use");
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One value of a query, decoded; NULL if it cannot be. */
static const char *decode(struct arena *a, const char *s, size_t n)
{
    char *out = arena_strndup(a, s, n);
    size_t len = 0;

    if (out == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        char c = s[i] == '+' ? ' ' : s[i];
        if (c == '%') {
            int high = n - i > 2 ? hex_digit(s[i + 1]) : -1;
            int low = high < 0 ? -1 : hex_digit(s[i + 2]);
            if (low < 0)
                return NULL;
            c = (char)(high * 16 + low);
            i += 2;
        }
        out[len++] = c;
    }
    out[len] = '\0';
    return text_is_plain(out, len) ? out : NULL;
}

const char *request_query(const struct request *request, const char *name)
{
    const char *found = NULL;
    size_t name_len = strlen(name);

    for (const char *s = request->query; *s != '\0';) {
        size_t n = strcspn(s, "&");
        if (n > name_len && s[name_len] == '=' && strncmp(s, name, name_len) == 0)
            found = decode(request->arena, s + name_len + 1, n - name_len - 1);
        s += n + (s[n] == '&');
    }
    return found;
}

/* "; q=0", "; q=0.000": the sender does not want it. */
static bool is_unwanted(const char *parameters, size_t n)
{
    for (size_t i = 0; i + 2 < n; i++)
        if ((parameters[i] == 'q' || parameters[i] == 'Q') && parameters[i + 1] == '=' &&
            (i == 0 || strchr("; \t", parameters[i - 1]) != NULL))
            return strtod(parameters + i + 2, NULL) <= 0;
    return false;
}

bool request_accepts(const struct request *request, const char *type)
{
    for (const char *s = request->accept; *s != '\0';) {
        size_t n = strcspn(s, ",");
        size_t name = strcspn(s, ",;");
        if (is_type(s, type))
            return !is_unwanted(s + name, n - name);
        s += n + (s[n] == ',');
    }
    return false;
}
