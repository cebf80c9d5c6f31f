#include "tests/cases/door.h"

#include <math.h>
#include <stdarg.h>
#include <setjmp.h>
#include <string.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/buf.h"
#include "wire/base64.h"
#include "wire/wav.h"

#define BOUNDARY "----holos-test-9a1f"

struct door *the_door;

void answer_parse(struct door *d, struct answer *a)
{
    if (a->len > 0 && strncmp(a->type, "application/json", 16) == 0)
        assert_int_equal(json_parse(d->arena, a->body, a->len, &a->json, NULL), ERR_OK);
}

static struct answer send(struct door *d, const struct door_request *q)
{
    struct answer a = {0};

    d->send(d, q, &a);
    if (!d->raw)
        answer_parse(d, &a);
    return a;
}

struct answer door_get(struct door *d, const char *path)
{
    return send(d, &(struct door_request){.method = "GET", .path = path});
}

struct answer door_json(struct door *d, const char *path, const char *body)
{
    return send(d, &(struct door_request){.path = path, .type = "application/json", .body = body});
}

struct answer door_form(struct door *d, const char *path, const char *body)
{
    return send(d, &(struct door_request){
                       .path = path, .type = "application/x-www-form-urlencoded", .body = body});
}

static void put_part(struct buf *b, const struct part *p)
{
    buf_printf(b, "--" BOUNDARY "\r\nContent-Disposition: form-data; name=\"%s\"", p->name);
    if (p->filename != NULL)
        buf_printf(b, "; filename=\"%s\"\r\nContent-Type: audio/wav", p->filename);
    buf_puts(b, "\r\n\r\n");
    buf_put(b, p->value, p->len == 0 ? strlen(p->value) : p->len);
    buf_puts(b, "\r\n");
}

struct answer door_multipart(struct door *d, const char *path, const struct part *parts, size_t n,
                             const char *accept, const char *idempotency_key)
{
    struct buf b;

    buf_init(&b, d->arena, (size_t)16 * 1024 * 1024);
    for (size_t i = 0; i < n; i++)
        put_part(&b, &parts[i]);
    buf_puts(&b, "--" BOUNDARY "--\r\n");
    assert_int_equal(buf_err(&b), ERR_OK);
    return send(d, &(struct door_request){.path = path,
                                          .type = "multipart/form-data; boundary=" BOUNDARY,
                                          .body = b.data,
                                          .len = b.len,
                                          .accept = accept,
                                          .idempotency_key = idempotency_key});
}

const char *door_call_id(struct door *d)
{
    static unsigned count;

    char *id = arena_printf(d->arena, "case-%lld-%u", (long long)clock_mono_us(), ++count);
    assert_non_null(id);
    return id;
}

const char *door_call(struct door *d)
{
    static unsigned count;

    const char *id = door_call_id(d);
    const char *body = arena_printf(d->arena,
                                    "{\"callID\":\"%s\",\"externalNumber\":\"067%07u\","
                                    "\"internalNumber\":\"0440000202\"}",
                                    id, ++count);
    struct answer a = door_json(d, "/telephony/binotel/incoming-call", body);
    assert_int_equal(a.status, 200);
    return id;
}

struct answer door_say(struct door *d, const char *call, const char *words)
{
    static unsigned count;
    char turn[16];

    (void)snprintf(turn, sizeof turn, "t%u", ++count);
    const struct part parts[] = {{.name = "callID", .value = call},
                                 {.name = "text", .value = words},
                                 {"turn", turn, 0, NULL}};
    return door_multipart(d, "/telephony/binotel/audio-stream", parts, 3, NULL, NULL);
}

const char *answer_text(const struct answer *a, const char *name)
{
    const char *text = json_text(json_member(a->json, name));
    assert_non_null(text);
    return text;
}

bool answer_bool(const struct answer *a, const char *name)
{
    bool v = false;
    assert_int_equal(json_get_bool(a->json, name, &v, NULL), ERR_OK);
    return v;
}

int64_t answer_int(const struct answer *a, const char *name)
{
    int64_t v = 0;
    assert_int_equal(json_get_int(a->json, name, INT64_MIN, INT64_MAX, &v, NULL), ERR_OK);
    return v;
}

struct pcm answer_sound(struct door *d, const struct answer *a)
{
    const char *text = answer_text(a, "audio_data");
    struct wav_info info = {0};
    struct pcm pcm = {0};
    char *bytes = NULL;
    size_t n = 0;

    assert_int_equal(base64_decode(d->arena, text, strlen(text), &bytes, &n), ERR_OK);
    assert_int_equal(wav_read(d->arena, bytes, n, &pcm, &info, NULL), ERR_OK);
    assert_int_equal(info.format, 1);
    assert_int_equal(info.channels, 1);
    assert_int_equal(info.bits, 16);
    assert_int_equal(info.rate, 8000);
    assert_false(info.truncated);
    assert_int_equal(n, 44 + pcm.n * 2);
    int loudest = 0;
    for (size_t i = 0; i < pcm.n; i++)
        loudest = pcm.samples[i] > loudest ? pcm.samples[i] : loudest;
    assert_in_range(loudest, 3000, 32766);
    return pcm;
}

const char *door_wav(struct door *d, bool tone, int ms, size_t *ret_len)
{
    struct pcm pcm = {.n = (size_t)ms * 8, .rate = 8000};
    struct buf b;

    pcm.samples = arena_calloc(d->arena, pcm.n, sizeof *pcm.samples);
    assert_non_null(pcm.samples);
    for (size_t i = 0; tone && i < pcm.n; i++)
        pcm.samples[i] = (int16_t)(8000.0 * sin(2.0 * 3.14159265 * 440.0 * (double)i / 8000.0));
    buf_init(&b, d->arena, (size_t)16 * 1024 * 1024);
    assert_int_equal(wav_write(&b, &pcm, WAV_PCM16), ERR_OK);
    *ret_len = b.len;
    return b.data;
}
