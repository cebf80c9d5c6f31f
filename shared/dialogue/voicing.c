#include "dialogue/voicing.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dialogue/settle.h"
#include "dialogue/voices.h"
#include "speech/plain.h"
#include "speech/sentence.h"
#include "speech/sound.h"

#define PAUSE_MS 120                 /* between two sentences of one answer */
#define TEXT_MAX ((size_t)64 * 1024) /* bytes of an answer */

enum err voicing_begin(struct conversation *c)
{
    struct voicing *v = arena_calloc(c->arena, 1, sizeof *v);

    if (v == NULL)
        return ERR_MEMORY;
    buf_init(&v->text, c->arena, TEXT_MAX);
    voices_choose(v, c);
    c->voicing = v;
    return ERR_OK;
}

/* ---- sentences ----------------------------------------------------------------------------------- */

/* The answer from its last place on. Each sentence is looked for behind the one before: the same
 * words may come twice. */
static const char *rest_from(const char *said, const char *const *text)
{
    for (size_t i = 0; i < CONVERSATION_SENTENCES - 1; i++)
        said = strstr(said, text[i]) + strlen(text[i]);
    return strstr(said, text[CONVERSATION_SENTENCES - 1]);
}

enum err voicing_cut(struct conversation *c)
{
    const char **text = NULL;
    size_t n = 0;

    enum err e = sentence_split(c->arena, c->said, &text, &n);
    if (e != ERR_OK)
        return e;
    /* More sentences than places is no answer for a telephone; the last place takes the rest. */
    c->sentences = n < CONVERSATION_SENTENCES ? n : CONVERSATION_SENTENCES;
    for (size_t i = 0; i < c->sentences; i++)
        c->sentence[i] = (struct sentence){.text = text[i]};
    if (n > CONVERSATION_SENTENCES)
        c->sentence[CONVERSATION_SENTENCES - 1].text = rest_from(c->said, text);
    c->voicing->ended = true;
    return ERR_OK;
}

/* Does `at` begin a line of the answer? Its first line does where it looks like a list's first. */
static bool begins_line(const char *text, const char *at)
{
    const char *p = at;

    while (p > text && (p[-1] == ' ' || p[-1] == '\t'))
        p--;
    return p == text ? *at == '1' : p[-1] == '\n';
}

/* What has neither a letter nor a digit, a lone quotation mark, is not spoken. */
static enum err add_sentence(struct conversation *c, const char *written, bool first)
{
    const char *text = NULL;

    if (plain_text(c->arena, written, first, &text) != ERR_OK)
        return ERR_MEMORY;
    char *folded = text_fold(c->arena, text);
    if (folded == NULL)
        return ERR_MEMORY;
    if (*folded == '\0')
        return ERR_OK;
    if (c->sentences == CONVERSATION_SENTENCES)
        return ERR_TOO_BIG;
    c->sentence[c->sentences++] = (struct sentence){.text = text};
    return ERR_OK;
}

/* Cuts off the sentences that are whole, all of them once the text has ended. */
static enum err cut_ready(struct conversation *c)
{
    struct voicing *v = c->voicing;
    const char *text = buf_text(&v->text);
    const char **piece = NULL;
    size_t n = 0;

    enum err e = v->ended ? sentence_split(c->arena, text + v->cut, &piece, &n)
                          : sentence_split_growing(c->arena, text + v->cut, &piece, &n);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        const char *at = strstr(text + v->cut, piece[i]);
        assert(at != NULL); /* a piece is a part of the text */
        v->cut = (size_t)(at - text) + strlen(piece[i]);
        e = add_sentence(c, piece[i], begins_line(text, at));
    }
    return e;
}

/* The marks of a model that writes for the eye all the same would hide where its sentences end. */
static void put_plain(struct buf *b, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!plain_is_mark((unsigned char)text[i]))
            buf_putc(b, text[i]);
}

enum err voicing_add(struct conversation *c, const char *text, size_t n)
{
    put_plain(&c->voicing->text, text, n);
    enum err e = buf_err(&c->voicing->text);
    return e == ERR_OK ? cut_ready(c) : e;
}

enum err voicing_pause(struct conversation *c)
{
    buf_putc(&c->voicing->text, '\n');
    enum err e = buf_err(&c->voicing->text);
    return e == ERR_OK ? cut_ready(c) : e;
}

enum err voicing_end_text(struct conversation *c)
{
    c->voicing->ended = true;
    return cut_ready(c);
}

enum err voicing_break_off(struct conversation *c)
{
    if (c->sentences > 0)
        c->voicing->cut = c->voicing->text.len;
    return voicing_end_text(c);
}

/* ---- voices -------------------------------------------------------------------------------------- */

static void account(struct conversation *c, const struct spoken *sound)
{
    /* The slowest rung that served names the stage. */
    if (sound->rung != NULL &&
        (c->turn.speak_rung[0] == '\0' || strcmp(c->turn.speak_rung, "cache") == 0))
        c->turn.speak_rung = sound->rung;
    c->turn.speak_us = clock_mono_us() - c->voicing->from_us;
}

bool voicing_ready(struct conversation *c)
{
    if (c->sentences == 0)
        return false;
    c->voicing->from_us = clock_mono_us();
    c->voicing->delivered = c->sentences;
    const char *key = voices_key(c);
    c->whole = key == NULL ? NULL : recall_find(&c->house->recall, key);
    if (c->whole != NULL) {
        account(c, &(struct spoken){.rung = "cache"});
        return true;
    }
    for (size_t i = 0; i < c->sentences; i++)
        if (!voices_cached(c, i)) {
            c->voicing->delivered = 0;
            return false;
        }
    for (size_t i = 0; i < c->sentences; i++)
        account(c, &c->sentence[i].sound);
    c->recall_key = key;
    return true;
}

static bool deliver(struct conversation *c)
{
    struct voicing *v = c->voicing;
    size_t before = v->delivered;

    while (v->delivered < c->sentences && v->piece[v->delivered].state == PIECE_READY) {
        struct sentence *s = &c->sentence[v->delivered++];
        account(c, &s->sound);
        if (c->on_sentence != NULL && settle(c, NULL) == ERR_OK)
            c->on_sentence(c->to, s);
    }
    return v->delivered > before;
}

void voicing_move(struct conversation *c)
{
    struct voicing *v = c->voicing;

    if (v->from_us == 0 && c->sentences > 0)
        v->from_us = clock_mono_us();
    do {
        for (size_t i = v->delivered; i < c->sentences; i++)
            voices_move(c, i);
    } while (deliver(c));
    for (size_t i = 0; i < c->sentences; i++)
        voices_keep(c, i);
}

void voicing_finish(struct conversation *c)
{
    struct why why = {0};

    voicing_move(c);
    while (c->voicing->delivered < c->sentences) {
        enum err e = errand_wait(c, &why);
        if (e != ERR_OK)
            voices_give_up(c, &why);
        voicing_move(c);
    }
}

void voicing_speak(struct conversation *c)
{
    for (size_t i = 0; i < c->sentences; i++)
        if (c->sentence[i].sound.wav != NULL)
            c->voicing->piece[i].state = PIECE_READY;
    voicing_finish(c);
}

bool voicing_has_delivered(const struct conversation *c)
{
    return c->on_sentence != NULL && c->voicing->delivered > 0;
}

void voicing_drop(struct conversation *c)
{
    if (c->voicing == NULL)
        return;
    for (size_t i = 0; i < CONVERSATION_SENTENCES; i++)
        errand_drop(&c->voicing->piece[i].errand);
}

void voicing_forget(struct conversation *c)
{
    struct voicing *v = c->voicing;

    assert(v != NULL && !voicing_has_delivered(c));
    voicing_drop(c);
    memset(v->piece, 0, sizeof v->piece);
    buf_clear(&v->text);
    v->cut = v->delivered = 0;
    v->ended = false;
    c->sentences = 0;
}

/* ---- what was said ------------------------------------------------------------------------------- */

enum err voicing_said(struct conversation *c, const char **ret)
{
    struct buf b;
    bool voiced = false;

    for (size_t i = 0; i < c->sentences; i++)
        voiced = voiced || c->sentence[i].sound.wav != NULL;
    buf_init(&b, c->arena, TEXT_MAX);
    for (size_t i = 0; i < c->sentences; i++) {
        if (voiced && c->sentence[i].sound.wav == NULL)
            continue;
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_puts(&b, c->sentence[i].text);
    }
    *ret = buf_text(&b);
    return buf_err(&b);
}

static enum err join(struct conversation *c, const char **ret, size_t *ret_len)
{
    const char *wav[CONVERSATION_SENTENCES];
    size_t len[CONVERSATION_SENTENCES];
    size_t n = 0;

    for (size_t i = 0; i < c->sentences; i++) {
        if (c->sentence[i].sound.wav == NULL)
            continue;
        wav[n] = c->sentence[i].sound.wav;
        len[n++] = c->sentence[i].sound.len;
    }
    *ret = n == 0 ? NULL : wav[0];
    *ret_len = n == 0 ? 0 : len[0];
    return n < 2 ? ERR_OK : sound_join(c->arena, wav, len, n, PAUSE_MS, ret, ret_len);
}

enum err conversation_sound(struct conversation *c, const char **ret, size_t *ret_len,
                            const char **ret_sha256)
{
    const char *wav = NULL;
    size_t len = 0;

    if (c->whole == NULL) {
        enum err e = join(c, &wav, &len);
        if (e != ERR_OK)
            return e;
        if (c->recall_key != NULL)
            c->whole = recall_keep(&c->house->recall, c->recall_key, wav, len);
    }
    *ret = c->whole == NULL ? wav : c->whole->wav;
    *ret_len = c->whole == NULL ? len : c->whole->len;
    *ret_sha256 = c->whole == NULL ? NULL : c->whole->sha256;
    return ERR_OK;
}
