#include "providers/sheets.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "providers/google-token.h"
#include "wire/jsonw.h"

#define API         "Google Sheets"
#define TOKEN_EARLY INT64_C(300000) /* ms: renewed so long before its end */
#define TOKEN_ROOM  ((size_t)64 * 1024)
#define URL_MAX     ((size_t)16 * 1024)
#define ID_MAX      200
#define FAR         INT64_C(4294967295)

/* ==== what is sent ================================================================================ */

bool sheets_is_id(const char *id)
{
    size_t n = 0;

    while (isalnum((unsigned char)id[n]) || id[n] == '-' || id[n] == '_')
        n++;
    return n > 0 && n <= ID_MAX && id[n] == '\0';
}

static void put_column(struct buf *out, int column)
{
    if (column > 26)
        put_column(out, (column - 1) / 26);
    buf_putc(out, (char)('A' + (column - 1) % 26));
}

static void put_title(struct buf *out, const char *title)
{
    buf_putc(out, '\'');
    for (; *title != '\0'; title++) {
        if (*title == '\'')
            buf_putc(out, '\'');
        buf_putc(out, *title);
    }
    buf_puts(out, "'!");
}

const char *sheets_a1(struct arena *a, const struct sheets_range *r, int last_row)
{
    struct buf out;

    buf_init(&out, a, URL_MAX);
    put_title(&out, r->title);
    put_column(&out, r->column);
    buf_printf(&out, "%d:", r->row);
    put_column(&out, r->last);
    if (last_row > 0)
        buf_printf(&out, "%d", last_row);
    return buf_err(&out) == ERR_OK ? buf_text(&out) : NULL;
}

/* RFC 3986: all but its unreserved characters is escaped. */
static void put_escaped(struct buf *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if (isalnum((unsigned char)*s) || strchr("-._~", *s) != NULL)
            buf_putc(out, *s);
        else
            buf_printf(out, "%%%02X", (unsigned char)*s);
    }
}

static void put_base(struct buf *out, const struct sheets_setup *at)
{
    buf_puts(out, at->url);
    if (out->len > 0 && out->data[out->len - 1] == '/')
        out->data[--out->len] = '\0';
    buf_printf(out, "/v4/spreadsheets/%s", at->id);
}

static enum err tabs_request(struct arena *a, const struct sheets_setup *at,
                             struct http_request *ret)
{
    struct buf url;

    buf_init(&url, a, URL_MAX);
    put_base(&url, at);
    buf_puts(&url, "?fields=sheets.properties(sheetId,title,gridProperties(rowCount,columnCount))");
    *ret = (struct http_request){
        .method = "GET", .url = buf_text(&url), .reply_max = SHEETS_REPLY_MAX};
    return buf_err(&url);
}

enum err sheets_read_request(struct arena *a, const struct sheets_setup *at,
                             const struct sheets_range *ranges, size_t n, struct http_request *ret)
{
    struct buf url;

    buf_init(&url, a, URL_MAX);
    put_base(&url, at);
    buf_puts(&url, "/values:batchGet?majorDimension=ROWS&valueRenderOption=FORMATTED_VALUE");
    for (size_t i = 0; i < n; i++) {
        const char *range = sheets_a1(a, &ranges[i], 0);
        if (range == NULL)
            return ERR_MEMORY;
        buf_puts(&url, "&ranges=");
        put_escaped(&url, range);
    }
    *ret = (struct http_request){
        .method = "GET", .url = buf_text(&url), .reply_max = SHEETS_REPLY_MAX};
    return buf_err(&url);
}

static void put_box(struct jsonw *w, struct arena *a, const struct sheets_box *b)
{
    const struct sheets_range range = {b->title, b->row, b->column, b->column + b->columns - 1};

    jsonw_object(w);
    jsonw_put_text(w, "range", sheets_a1(a, &range, b->row + b->rows - 1));
    jsonw_key(w, "values");
    jsonw_array(w);
    for (int r = 0; r < b->rows; r++) {
        jsonw_array(w);
        for (int c = 0; c < b->columns; c++)
            jsonw_text(w, b->cells[r * b->columns + c]);
        jsonw_end_array(w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static enum err finish_post(struct arena *a, const struct sheets_setup *at, const char *tail,
                            const struct buf *body, struct http_request *ret)
{
    struct buf url;

    buf_init(&url, a, URL_MAX);
    put_base(&url, at);
    buf_puts(&url, tail);
    enum err e = buf_err(body);
    if (e == ERR_OK)
        e = buf_err(&url);
    if (e == ERR_OK)
        *ret = (struct http_request){.method = "POST",
                                     .url = buf_text(&url),
                                     .type = "application/json",
                                     .body = body->data,
                                     .len = body->len,
                                     .reply_max = SHEETS_REPLY_MAX};
    return e;
}

enum err sheets_write_request(struct arena *a, const struct sheets_setup *at,
                              const struct sheets_box *boxes, size_t n, struct http_request *ret)
{
    struct jsonw w;
    struct buf body;

    buf_init(&body, a, SHEETS_BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_object(&w);
    jsonw_put_text(&w, "valueInputOption", "RAW");
    jsonw_key(&w, "data");
    jsonw_array(&w);
    for (size_t i = 0; i < n; i++)
        put_box(&w, a, &boxes[i]);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    return finish_post(a, at, "/values:batchUpdate", &body, ret);
}

static void put_add(struct jsonw *w, const struct sheets_change *c)
{
    jsonw_key(w, "addSheet");
    jsonw_object(w);
    jsonw_key(w, "properties");
    jsonw_object(w);
    jsonw_put_text(w, "title", c->title);
    jsonw_key(w, "gridProperties");
    jsonw_object(w);
    jsonw_put_int(w, "rowCount", c->rows);
    jsonw_put_int(w, "columnCount", c->columns);
    jsonw_end_object(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void put_grow(struct jsonw *w, const struct sheets_change *c)
{
    bool rows = c->what == SHEETS_GROW;

    jsonw_key(w, "appendDimension");
    jsonw_object(w);
    jsonw_put_int(w, "sheetId", c->id);
    jsonw_put_text(w, "dimension", rows ? "ROWS" : "COLUMNS");
    jsonw_put_int(w, "length", rows ? c->rows : c->columns);
    jsonw_end_object(w);
}

static void put_insert(struct jsonw *w, const struct sheets_change *c)
{
    jsonw_key(w, "insertDimension");
    jsonw_object(w);
    jsonw_key(w, "range");
    jsonw_object(w);
    jsonw_put_int(w, "sheetId", c->id);
    jsonw_put_text(w, "dimension", "ROWS");
    jsonw_put_int(w, "startIndex", c->at - 1);
    jsonw_put_int(w, "endIndex", c->at - 1 + c->rows);
    jsonw_end_object(w);
    jsonw_put_bool(w, "inheritFromBefore", false);
    jsonw_end_object(w);
}

static void put_change(struct jsonw *w, const struct sheets_change *c)
{
    jsonw_object(w);
    if (c->what == SHEETS_ADD)
        put_add(w, c);
    else if (c->what == SHEETS_INSERT)
        put_insert(w, c);
    else
        put_grow(w, c);
    jsonw_end_object(w);
}

static enum err change_request(struct arena *a, const struct sheets_setup *at,
                               const struct sheets_change *changes, size_t n,
                               struct http_request *ret)
{
    struct jsonw w;
    struct buf body;

    buf_init(&body, a, SHEETS_BODY_MAX);
    jsonw_init(&w, &body);
    jsonw_object(&w);
    jsonw_key(&w, "requests");
    jsonw_array(&w);
    for (size_t i = 0; i < n; i++)
        put_change(&w, &changes[i]);
    jsonw_end_array(&w);
    jsonw_end_object(&w);
    return finish_post(a, at, ":batchUpdate", &body, ret);
}

/* ==== what comes ================================================================================== */

/* A missing share and a wrong id are told in words of their own: they are what goes wrong first. */
static enum err read_refusal(struct arena *a, const struct http_reply *reply, struct failure *f)
{
    const struct json *o = NULL;

    if (json_parse(a, reply->body, reply->len, &o, NULL) == ERR_MEMORY)
        return ERR_MEMORY;
    const char *message = json_text(json_member(json_member(o, "error"), "message"));
    if (reply->status == 403 && message != NULL &&
        strstr(message, "does not have permission") != NULL)
        return failure_set(f, FAILURE_OPERATOR, ERR_CONFIG,
                           API ": the spreadsheet is not shared with the service account as an "
                               "editor (status 403)");
    if (reply->status == 404)
        return failure_set(f, FAILURE_OPERATOR, ERR_CONFIG,
                           API
                           ": there is no spreadsheet with the id GOOGLE_SHEET_ID (status 404)");
    return google_error_read(a, reply, API, f);
}

static enum err read_object(struct arena *a, const struct http_reply *reply,
                            const struct json **ret, struct failure *f)
{
    if (reply->status != 200)
        return read_refusal(a, reply, f);
    enum err e = json_parse(a, reply->body, reply->len, ret, NULL);
    if (e == ERR_MEMORY)
        return e;
    return e == ERR_OK && json_kind(*ret) == JSON_OBJECT
               ? ERR_OK
               : google_error_odd(API, "sent something that is no answer", f);
}

/* Of another kind than a grid (a chart) it has no size. */
static bool read_tab(const struct json *sheet, struct sheets_tab *ret)
{
    const struct json *p = json_member(sheet, "properties");
    const struct json *size = json_member(p, "gridProperties");
    int64_t rows = 0, columns = 0;

    *ret = (struct sheets_tab){0};
    if (json_get_text(p, "title", URL_MAX, &ret->title, NULL) != ERR_OK)
        return false;
    /* proto3 leaves a zero out: the first worksheet's id. */
    if (json_get_int(p, "sheetId", 0, FAR, &ret->id, NULL) == ERR_VALUE)
        return false;
    if (json_get_int(size, "rowCount", 1, FAR, &rows, NULL) != ERR_OK ||
        json_get_int(size, "columnCount", 1, FAR, &columns, NULL) != ERR_OK)
        return false;
    ret->rows = (int)rows;
    ret->columns = (int)columns;
    return true;
}

enum err sheets_tabs_read(struct arena *a, const struct http_reply *reply, struct sheets_tab **ret,
                          size_t *ret_n, struct failure *f)
{
    const struct json *o = NULL;
    size_t n = 0;

    enum err e = read_object(a, reply, &o, f);
    if (e != ERR_OK)
        return e;
    const struct json *list = json_member(o, "sheets");
    struct sheets_tab *tabs = arena_calloc(a, json_count(list) + 1, sizeof *tabs);
    if (tabs == NULL)
        return ERR_MEMORY;
    for (const struct json *sheet = json_first(list); sheet != NULL; sheet = json_next(sheet))
        n += read_tab(sheet, &tabs[n]);
    if (n == 0)
        return google_error_odd(API, "names no worksheet", f);
    *ret = tabs;
    *ret_n = n;
    return ERR_OK;
}

enum err sheets_values_read(struct arena *a, const struct http_reply *reply, size_t n,
                            const struct json **ret, struct failure *f)
{
    const struct json *o = NULL;
    size_t i = 0;

    enum err e = read_object(a, reply, &o, f);
    if (e != ERR_OK)
        return e;
    const struct json *list = json_member(o, "valueRanges");
    if (json_count(list) != n)
        return google_error_odd(API, "did not send the ranges that were asked for", f);
    for (const struct json *r = json_first(list); r != NULL; r = json_next(r)) {
        const struct json *values = json_member(r, "values");
        if (values != NULL && json_kind(values) != JSON_ARRAY)
            return google_error_odd(API, "sent values that are no rows", f);
        ret[i++] = values;
    }
    return ERR_OK;
}

/* ==== the account ================================================================================= */

struct sheets {
    struct sheets_setup at;
    struct google_credentials *account;
    struct arena kept; /* of the token */
    const char *token; /* NULL: none */
    int64_t renew_us;  /* clock_mono_us; nothing that sets the wall clock makes it live longer */
};

enum err sheets_open(const struct sheets_setup *setup, struct sheets **ret, struct why *why)
{
    struct sheets *s = calloc(1, sizeof *s);

    if (s == NULL)
        return ERR_MEMORY;
    s->at = *setup;
    arena_init(&s->kept, TOKEN_ROOM);
    enum err e = google_credentials_open(setup->credentials, &s->account, why);
    if (e == ERR_OK)
        *ret = s;
    else
        sheets_close(s);
    return e;
}

void sheets_close(struct sheets *s)
{
    if (s == NULL)
        return;
    google_credentials_close(s->account);
    arena_release(&s->kept);
    free(s);
}

const char *sheets_account(const struct sheets *s)
{
    return s->account->client_email;
}

static enum failure_next next_of(enum err e)
{
    return e == ERR_CONFIG                      ? FAILURE_OPERATOR
           : e == ERR_PEER || e == ERR_DEADLINE ? FAILURE_AGAIN
                                                : FAILURE_BROKEN;
}

static enum err send(struct sheets *s, struct arena *a, const struct http_request *req,
                     struct http_reply *ret, struct failure *f)
{
    *f = (struct failure){0};
    enum err e = http_send(s->at.http, a, req, ret, &f->why);
    if (e == ERR_OK)
        f->status = ret->status;
    else
        f->next = next_of(e);
    return e;
}

static enum err ask_token(struct sheets *s, struct arena *a, struct deadline until,
                          struct failure *f)
{
    int64_t asked_us = clock_mono_us();
    struct google_token t = {0};
    struct http_request req;
    struct http_reply reply = {0};

    enum err e = google_token_request(a, s->account, GOOGLE_SCOPE_SHEETS, clock_machine_ms() / 1000,
                                      &req, &f->why);
    if (e != ERR_OK)
        return e;
    req.deadline = until;
    e = send(s, a, &req, &reply, f);
    if (e == ERR_OK)
        e = google_token_read(a, &reply, &t, f);
    if (e != ERR_OK)
        return e;
    arena_clear(&s->kept);
    s->token = arena_strdup(&s->kept, t.text);
    int64_t life = t.expires_in_s * 1000;
    s->renew_us = asked_us + (life > 2 * TOKEN_EARLY ? life - TOKEN_EARLY : life * 3 / 4) * 1000;
    return s->token == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err show_token(struct sheets *s, struct arena *a, struct deadline until,
                           struct http_request *req, struct failure *f)
{
    enum err e = ERR_OK;

    if (s->token == NULL || clock_mono_us() >= s->renew_us)
        e = ask_token(s, a, until, f);
    const struct google_access with = {.token = s->token,
                                       .quota_project = s->account->quota_project};
    if (e == ERR_OK)
        e = google_headers(a, &with, &req->headers, &f->why);
    return e;
}

/* A token that is not taken is replaced once. */
static enum err ask(struct sheets *s, struct arena *a, struct deadline until,
                    struct http_request *req, struct http_reply *ret, struct failure *f)
{
    enum err e = ERR_OK;

    req->deadline = until;
    for (int i = 0; i < 2; i++) {
        e = show_token(s, a, until, req, f);
        if (e == ERR_OK)
            e = send(s, a, req, ret, f);
        if (e != ERR_OK || ret->status != 401)
            break;
        s->token = NULL;
    }
    return failure_close(f, e);
}

/* ==== asking ====================================================================================== */

enum err sheets_tabs(struct sheets *s, struct arena *a, struct deadline until,
                     struct sheets_tab **ret, size_t *ret_n, struct failure *f)
{
    struct http_request req;
    struct http_reply reply = {0};

    enum err e = tabs_request(a, &s->at, &req);
    if (e == ERR_OK)
        e = ask(s, a, until, &req, &reply, f);
    if (e == ERR_OK)
        e = sheets_tabs_read(a, &reply, ret, ret_n, f);
    return failure_close(f, e);
}

enum err sheets_read(struct sheets *s, struct arena *a, struct deadline until,
                     const struct sheets_range *ranges, size_t n, const struct json **ret,
                     struct failure *f)
{
    struct http_request req;
    struct http_reply reply = {0};

    assert(n > 0 && n <= SHEETS_RANGES);
    enum err e = sheets_read_request(a, &s->at, ranges, n, &req);
    if (e == ERR_OK)
        e = ask(s, a, until, &req, &reply, f);
    if (e == ERR_OK)
        e = sheets_values_read(a, &reply, n, ret, f);
    return failure_close(f, e);
}

/* What a write answers beside its status says nothing new. */
static enum err ask_done(struct sheets *s, struct arena *a, struct deadline until,
                         struct http_request *req, struct failure *f)
{
    const struct json *o = NULL;
    struct http_reply reply = {0};

    enum err e = ask(s, a, until, req, &reply, f);
    return failure_close(f, e == ERR_OK ? read_object(a, &reply, &o, f) : e);
}

enum err sheets_write(struct sheets *s, struct arena *a, struct deadline until,
                      const struct sheets_box *boxes, size_t n, struct failure *f)
{
    struct http_request req;

    enum err e = sheets_write_request(a, &s->at, boxes, n, &req);
    return e == ERR_OK ? ask_done(s, a, until, &req, f) : failure_close(f, e);
}

enum err sheets_change(struct sheets *s, struct arena *a, struct deadline until,
                       const struct sheets_change *changes, size_t n, struct failure *f)
{
    struct http_request req;

    enum err e = change_request(a, &s->at, changes, n, &req);
    return e == ERR_OK ? ask_done(s, a, until, &req, f) : failure_close(f, e);
}
