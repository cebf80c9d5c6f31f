/* Whatever a vendor answers is words, a sound, a token, or an error whose sentence can be shown.
 * The first byte chooses the reader, the second the status; the rest is the body. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "speech/recognise.h"
#include "providers/google-stt.h"
#include "providers/google-token.h"
#include "providers/google-tts.h"
#include "providers/whisper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static enum err read_token(struct arena *a, const struct http_reply *r, struct failure *f)
{
    struct google_token t = {0};

    enum err e = google_token_read(a, r, &t, f);
    assert((e == ERR_OK) == (t.text != NULL));
    assert(e != ERR_OK || (*t.text != '\0' && t.expires_in_s > 0));
    return e;
}

static void check_words(struct arena *a, enum err e, const char *text, double confidence)
{
    static const char *const phrases[] = {"a", "дякую"};

    assert((e == ERR_OK) == (text != NULL));
    if (e != ERR_OK)
        return;
    assert(text_is_utf8(text, strlen(text)));
    assert(confidence < 0 || (confidence >= 0 && confidence <= 1));
    bool invented = false;
    (void)(recognise_is_invented(a, phrases, 2, text, &invented) == ERR_OK);
}

static enum err read_stt(struct arena *a, const struct http_reply *r, struct failure *f)
{
    struct provider_words w = {0};

    enum err e = google_stt_read(a, r, &w, f);
    check_words(a, e, w.text, w.confidence);
    return e;
}

static enum err read_whisper(struct arena *a, const struct http_reply *r, struct failure *f)
{
    struct provider_words w = {0};

    enum err e = whisper_read(a, r, &w, f);
    check_words(a, e, w.text, w.confidence);
    return e;
}

static enum err read_tts(struct arena *a, const struct http_reply *r, struct failure *f)
{
    struct pcm p = {0};

    enum err e = google_tts_read(a, r, &p, f);
    assert((e == ERR_OK) == (p.n > 0));
    assert(e != ERR_OK || (p.rate >= WAV_RATE_MIN && p.rate <= WAV_RATE_MAX));
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static enum err (*const readers[])(struct arena *, const struct http_reply *,
                                       struct failure *) = {read_token, read_stt, read_whisper,
                                                            read_tts};
    static const int statuses[] = {200, 400, 401, 403, 404, 413, 429, 500, 503, 204, 0};
    struct failure f = {0};
    struct arena a;

    if (n < 2)
        return 0;
    arena_init(&a, (size_t)64 << 20);
    struct http_reply r = {.status = statuses[data[1] % (sizeof statuses / sizeof statuses[0])],
                           .type = "application/json",
                           .body = arena_strndup(&a, (const char *)data + 2, n - 2),
                           .len = n - 2};
    enum err e = readers[data[0] % 4](&a, &r, &f);
    assert(e == ERR_OK || e == ERR_MEMORY || f.why.text[0] != '\0');
    assert(e == ERR_OK || e == ERR_MEMORY || (f.err == e && f.next != FAILURE_UNJUDGED));
    arena_release(&a);
    return 0;
}
