/* Any bytes: read or refused; what was read is written in every coding and read again. */
#include <assert.h>
#include <string.h>

#include "wire/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void write_and_read(struct arena *a, const struct pcm *pcm, enum wav_coding coding)
{
    struct buf out;
    struct pcm again = {0};
    struct wav_info info = {0};

    buf_init(&out, a, 16 << 20);
    enum err e = wav_write(&out, pcm, coding);
    assert(e == ERR_OK);
    e = wav_read(a, out.data, out.len, &again, &info, NULL);
    assert(e == ERR_OK && !info.truncated && info.channels == 1);
    assert(again.n == pcm->n && again.rate == pcm->rate);
    if (coding == WAV_PCM16 && pcm->n > 0)
        assert(memcmp(again.samples, pcm->samples, pcm->n * sizeof *pcm->samples) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a;
    struct pcm pcm = {0};
    struct wav_info info = {0};
    struct why why = {0};

    arena_init(&a, 64 << 20);
    enum err e = wav_read(&a, data, n, &pcm, &info, &why);
    assert((e == ERR_OK) == (why.text[0] == '\0'));
    if (e == ERR_OK) {
        assert(wav_is(data, n) && pcm.n <= n && pcm.rate == info.rate);
        write_and_read(&a, &pcm, WAV_PCM16);
        write_and_read(&a, &pcm, WAV_MULAW);
        write_and_read(&a, &pcm, WAV_ALAW);
    }
    arena_release(&a);
    return 0;
}
