#include "speech/synthesise.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "providers/providers.h"
#include "language/language.h"
#include "language/markdown.h"
#include "language/sentence.h"
#include "speech/sound.h"

/* ==== who speaks a sentence =================================================================== */

#define AT_ONCE 4    /* sentences asked for side by side */
#define KEEP_MS 1500 /* of the budget, for the embedded voice */
#define ESPEAK_MS                                                                                  \
    300 /* it gets so long, however little is left of the turn: its reserve has more */

/* ---- the profile's voices -------------------------------------------------------------------- */

/* How the vendor or program that speaks now is asked. */
static void set_vendor(struct synthesis *v)
{
    const struct profile *p = v->env->profile;

    if (v->by == NULL || !provider_voice(v->by, p, p->language, &v->with))
        return;
    v->vendor = (struct vendor_voice){
        .vendor = v->by->name,
        .language = p->language,
        .locale = p->locale,
        .name = providers_instead(v->env->providers, v->by, p->locale, v->with.name),
        .with = &v->with,
        .rate = p->voice.rate,
        .coding = v->voice.coding,
    };
}

/* The first from that place of the ladder on which may speak. What stands behind the embedded voice
 * is not asked: that voice is always there. */
static void choose_from(struct synthesis *v, size_t rung)
{
    const struct ladder *l = &v->env->providers->ladder;
    const struct profile *of = v->env->profile;

    v->by = NULL;
    for (; rung < l->n[PROVIDER_SPEAK] && v->by == NULL; rung++) {
        const struct provider *p = l->rung[PROVIDER_SPEAK][rung];
        if (!provider_is_brought(p))
            return;
        v->rung = rung;
        if (provider_voice(p, of, of->language, &v->with) && ladder_is_available(v->env, p))
            v->by = p;
    }
    set_vendor(v);
}

static void voice_choose(struct synthesis *v)
{
    v->voice = voice_of_profile(v->env->profile);
    choose_from(v, 0);
}

static const char *voice_key(const struct synthesis *y, const char *said)
{
    const struct vendor_voice *g = &y->vendor;
    const struct voice *v = &y->voice;

    if (y->by == NULL)
        return arena_printf(y->env->arena, "%s\n%s\n%d %d %d %d\n%s", v->language, v->espeak,
                            v->words_per_minute, v->pitch, v->rate, (int)v->coding, said);
    /* A profile's effects do not change while the process lives. */
    return arena_printf(y->env->arena, "%s %s\n%g %g %d %d\n%s\n%s", g->vendor, g->name,
                        g->with->speaking_rate, g->with->pitch, g->rate, (int)g->coding,
                        y->env->profile->name, said);
}

/* Of a sentence in another language than the profile's: may the voice speak that one, and as which?
 * A voice that a profile names speaks all. ERR_FORMAT: it may not. */
static enum err fit_language(const struct synthesis *v, struct piece *p, const char *text,
                             struct vendor_voice *ret)
{
    const struct language *usual = language_find(ret->language);
    const struct language *l = language_of_text(languages, usual, text);

    if (l == usual || v->by->speak.usual == NULL)
        return ERR_OK;
    if (!provider_voice(v->by, v->env->profile, l->code, &p->with))
        return ERR_FORMAT;
    ret->name = p->with.name;
    ret->language = l->code;
    ret->locale = l->locale;
    return ERR_OK;
}

/* Whose the sound of a sentence is: a model's words are always the call's. */
static int64_t owner_of(const struct synthesis *v, const char *text)
{
    return v->shared != NULL && strstr(v->shared, text) != NULL ? CACHE_SHARED : v->env->call_id;
}

/* What it is asked for stays the piece's own: another voice may be due before this one has answered.
 * ERR_FORMAT: it does not speak the sentence's language. */
static enum err prepare(struct synthesis *v, struct piece *p, const char *text, struct why *why)
{
    struct vendor_voice voice = v->vendor;

    p->with = *voice.with;
    voice.with = &p->with;
    voice.call_id = owner_of(v, text);
    enum err e = fit_language(v, p, text, &voice);
    if (e != ERR_OK)
        return e;
    e = vendor_voice_prepare(v->env->arena, &voice, text, &p->phrase, why);
    p->line = (struct provider_line){
        .text = p->phrase.words,
        .language = voice.language,
        .locale = voice.locale,
        .voice = voice.name,
        .with = voice.with,
        .rate = voice.rate,
    };
    return e;
}

/* ERR_NOT_FOUND: the vendor is to be asked for the phrase; any other error: it cannot be. */
static enum err find_cached(struct synthesis *v, size_t i, struct why *why)
{
    struct piece *p = &v->piece[i];

    enum err e = prepare(v, p, v->sentence[i].text, why);
    if (e != ERR_OK)
        return e;
    return vendor_voice_cached(v->speaker, &p->phrase, v->env->arena, &v->sentence[i].sound);
}

static bool voice_cached(struct synthesis *v, size_t i)
{
    struct sentence *s = &v->sentence[i];

    if (v->by != NULL)
        return find_cached(v, i, NULL) == ERR_OK;
    v->voice.call_id = owner_of(v, s->text);
    return speak_cached(v->speaker, &v->voice, s->text, v->env->arena, &s->sound) == ERR_OK;
}

/* ---- the embedded voice ---------------------------------------------------------------------- */

/* The embedded voice is the one that no setting brings; NULL: the ladder leaves it out. */
static const struct provider *embedded(const struct synthesis *v)
{
    const struct ladder *l = &v->env->providers->ladder;

    for (size_t i = 0; i < l->n[PROVIDER_SPEAK]; i++)
        if (!provider_is_brought(l->rung[PROVIDER_SPEAK][i]))
            return l->rung[PROVIDER_SPEAK][i];
    return NULL;
}

/* What went wrong within this machine: that it has no memory is not the program's fault. */
static void program_failed(struct env *env, const struct provider *by, enum err e,
                           const struct why *why)
{
    struct failure f = {.why = *why};

    (void)failure_close(&f, e);
    if (e == ERR_CHILD || e == ERR_DEADLINE || e == ERR_CONFIG)
        ladder_failed(env, by, &f);
    else
        env_fault(env, why);
}

static enum err embed(struct synthesis *v, struct sentence *s, const struct provider *by)
{
    struct deadline d = v->env->deadline;
    struct why why = {0};

    if (!ladder_claim(v->env, by) || env_commit(v->env, NULL) != ERR_OK)
        return ERR_CHILD;
    if (deadline_left_ms(d) < ESPEAK_MS)
        d = deadline_in_ms(ESPEAK_MS);
    enum err e = speak(v->speaker, &v->voice, s->text, d, v->env->arena, &s->sound, &why);
    if (e == ERR_OK)
        ladder_worked(v->env, by);
    else
        program_failed(v->env, by, e, &why);
    return e;
}

/* Text alone is the last rung. */
static void speak_by_espeak(struct synthesis *v, size_t i)
{
    struct sentence *s = &v->sentence[i];
    const struct provider *by = embedded(v);

    v->voice.call_id = owner_of(v, s->text);
    /* Words that cannot be looked up cannot be spoken either: that is no fault of the voice. */
    enum err e = speak_cached(v->speaker, &v->voice, s->text, v->env->arena, &s->sound);
    if (e == ERR_NOT_FOUND && by != NULL)
        e = embed(v, s, by);
    if (e != ERR_OK)
        s->sound = (struct spoken){0};
    v->piece[i].by = NULL;
    v->piece[i].state = PIECE_READY;
}

/* ---- a vendor's voice ------------------------------------------------------------------------ */

/* From this sentence on another voice speaks, whatever had come of that one's already. */
static void leave(struct synthesis *v, size_t i, const struct provider *gone)
{
    if (v->by == gone)
        choose_from(v, v->rung + 1);
    for (; i < SYNTHESISE_SENTENCES; i++) {
        struct piece *p = &v->piece[i];
        if (p->by != gone)
            continue;
        attempt_drop(&p->attempt);
        p->by = NULL;
        p->state = PIECE_WAITS;
        p->fresh = false;
        v->sentence[i].sound = (struct spoken){0};
    }
}

static void vendor_failed(struct synthesis *v, size_t i, const struct provider *by,
                          const struct failure *f)
{
    if (v->by == by) /* the first sentence that it fails tells it for all */
        ladder_failed(v->env, by, f);
    leave(v, i, by);
}

static size_t under_way(const struct synthesis *v)
{
    size_t n = 0;

    for (size_t i = v->delivered; i < v->sentences; i++)
        n += v->piece[i].state == PIECE_ASKED;
    return n;
}

/* How long a vendor or a program may take: what is kept is the embedded voice's. */
static int left_for_vendor(const struct env *env)
{
    int left = deadline_left_ms(env->deadline) - KEEP_MS;
    int most = env->providers->speak_ms;

    return left < 0 ? 0 : left < most ? left : most;
}

static enum err write_request(void *of, struct http_request *ret, struct failure *f)
{
    struct piece *p = of;
    struct env *env = p->of->env;

    p->line.until = deadline_cap_ms(env->deadline, left_for_vendor(env));
    enum err e = p->by->speak.request(env, &p->line, ret, f);
    int left = left_for_vendor(env); /* a token may have been waited for */
    ret->deadline = deadline_cap_ms(env->deadline, left);
    if (e == ERR_OK && left <= 0)
        e = failure_set(f, FAILURE_AGAIN, ERR_DEADLINE, "no time was left for a vendor's voice");
    return e;
}

static enum err read_reply(void *of, const struct http_reply *reply, int64_t *ret_cost_microusd,
                           struct failure *f)
{
    struct piece *p = of;
    struct synthesis *v = p->of;
    struct vendor_voice voice = v->vendor;
    struct pcm pcm = {0};

    /* A sound that was made is paid for, also one that is of no use. */
    if (reply->status == 200)
        *ret_cost_microusd = p->by->speak.cost(&p->line);
    enum err e = p->by->speak.read(v->env, &p->line, reply, &pcm, f);
    if (e != ERR_OK)
        return e;
    voice.vendor = p->by->name; /* another one may be due by now */
    e = vendor_voice_make(v->env->arena, &voice, &pcm, &v->sentence[p - v->piece].sound, &f->why);
    if (e == ERR_PEER)
        f->next = FAILURE_BROKEN;
    return e;
}

/* ---- a program of this machine --------------------------------------------------------------- */

static enum err run_program(struct synthesis *v, struct piece *p, struct why *why)
{
    struct arena *a = v->env->arena;
    struct vendor_voice voice = v->vendor;
    const char *const *argv = NULL;
    struct pcm pcm = {0};

    enum err e = p->by->speak.command(a, &p->line, &argv, why);
    if (e == ERR_OK)
        e = voice_run(argv, p->line.text,
                      deadline_cap_ms(v->env->deadline, left_for_vendor(v->env)), a, &pcm, why);
    voice.vendor = p->by->name;
    return e == ERR_OK ? vendor_voice_make(a, &voice, &pcm, &v->sentence[p - v->piece].sound, why)
                       : e;
}

static void speak_by_program(struct synthesis *v, size_t i)
{
    struct piece *p = &v->piece[i];
    const struct provider *by = p->by;
    struct why why = {0};

    enum err e = ERR_DEADLINE;
    if (left_for_vendor(v->env) > 0 && env_commit(v->env, NULL) == ERR_OK)
        e = run_program(v, p, &why);
    if (e == ERR_OK) {
        p->state = PIECE_READY;
        p->fresh = true;
        ladder_worked(v->env, by);
        return;
    }
    if (why.text[0] != '\0') /* else it was not run */
        program_failed(v->env, by, e, &why);
    leave(v, i, by);
}

/* ---- a vendor's other voices ----------------------------------------------------------------- */

/* Another voice of the language, for the rest of the process's life. Of several sentences that are
 * refused together, the first finds it for all. */
static bool take_other(void *of)
{
    struct piece *p = of;
    struct synthesis *v = p->of;
    struct vendor_voice *now = &v->vendor;
    const char *const *list = p->by->speak.voices == NULL ? NULL : p->by->speak.voices(now->locale);

    if (p->by != v->by)
        return false;
    if (strcmp(p->line.voice, now->name) == 0) {
        const char *next =
            list == NULL ? NULL : provider_voice_after(list, now->with->name, now->name);
        if (next == NULL)
            return false;
        providers_learn(v->env->providers, p->by, now->locale, now->with->name, next);
        now->name = next;
    }
    return prepare(v, p, v->sentence[p - v->piece].text, NULL) == ERR_OK;
}

static void set_task(struct synthesis *v, struct piece *p)
{
    p->of = v;
    p->by = v->by;
    p->task = attempt_task(v->env, v->by, KEEP_MS, p);
    p->task.request = write_request;
    p->task.read = read_reply;
    p->task.other = take_other;
}

static void begin(struct synthesis *v, size_t i)
{
    struct piece *p = &v->piece[i];
    struct failure f = {0};

    set_task(v, p);
    enum err e = find_cached(v, i, &f.why);
    if (e == ERR_OK) {
        p->state = PIECE_READY;
        return;
    }
    if (e != ERR_NOT_FOUND) { /* no fault of the vendor's: it was not asked */
        if (e != ERR_FORMAT)
            env_fault(v->env, &f.why);
        leave(v, i, v->by);
        return;
    }
    bool program = v->by->speak.command != NULL;
    if (program ? i != v->delivered : under_way(v) >= AT_ONCE)
        return;
    /* What a vendor does not take (a word or a figure without end, most of all when spoken) is not
     * its fault; or another worker tries it just now. */
    size_t most = v->by->speak.text_max;
    if ((most > 0 && strlen(p->phrase.words) > most) || !ladder_claim(v->env, v->by)) {
        leave(v, i, v->by);
        return;
    }
    if (program)
        speak_by_program(v, i);
    else if (attempt_begin(&p->attempt, &p->task, &f) == ERR_OK)
        p->state = PIECE_ASKED;
    else
        vendor_failed(v, i, v->by, &f);
}

static void take(struct synthesis *v, size_t i)
{
    struct piece *p = &v->piece[i];
    struct failure f = {0};

    switch (attempt_move(&p->attempt, &f)) {
    case ATTEMPT_RUNS:
        break;
    case ATTEMPT_ANSWERED:
        p->state = PIECE_READY;
        p->fresh = true;
        ladder_worked(v->env, p->by);
        break;
    case ATTEMPT_FAILED:
        p->state = PIECE_WAITS;
        vendor_failed(v, i, p->by, &f);
        break;
    }
}

enum err synthesise_by(struct env *env, const struct provider *by, const char *words,
                       struct provider_line *ret_line, struct spoken *ret, struct failure *f)
{
    struct synthesis *v = arena_calloc(env->arena, 1, sizeof *v);
    struct piece *p = v == NULL ? NULL : &v->piece[0];

    if (v == NULL)
        return failure_close(f, ERR_MEMORY);
    v->env = env;
    v->by = by;
    v->voice.coding = voice_of_profile(env->profile).coding;
    v->sentence[0].text = words;
    set_vendor(v);
    set_task(v, p);
    enum err e = prepare(v, p, words, &f->why);
    if (e == ERR_OK && by->speak.command == NULL)
        e = attempt_run(&p->task, f);
    else
        e = failure_close(f, e == ERR_OK ? run_program(v, p, &f->why) : e);
    *ret_line = p->line;
    if (e == ERR_OK)
        *ret = v->sentence[0].sound;
    return e;
}

static void voice_move(struct synthesis *v, size_t i)
{
    struct piece *p = &v->piece[i];

    if (p->state == PIECE_ASKED)
        take(v, i);
    while (p->state == PIECE_WAITS && v->by != NULL) {
        const struct provider *by = v->by;
        begin(v, i);
        if (v->by == by) /* it is asked, or waits for its turn */
            break;
    }
    if (p->state == PIECE_WAITS && v->by == NULL && i == v->delivered)
        speak_by_espeak(v, i);
}

static void voice_keep(struct synthesis *v, size_t i)
{
    struct piece *p = &v->piece[i];

    if (!p->fresh)
        return;
    p->fresh = false;
    vendor_voice_keep(v->speaker, &p->phrase, &v->sentence[i].sound);
}

/* There is no time for yet another vendor. */
static void voice_give_up(struct synthesis *v, const struct why *why)
{
    const struct provider *by = v->by;
    struct failure f = {.why = *why};

    (void)failure_close(&f, ERR_DEADLINE);
    if (by != NULL)
        vendor_failed(v, v->delivered, by, &f);
    v->by = NULL;
    for (size_t i = v->delivered; i < v->sentences; i++)
        if (v->piece[i].by != NULL)
            leave(v, i, v->piece[i].by);
}

/* ==== sentences on their way ================================================================== */

#define TEXT_MAX ((size_t)64 * 1024) /* bytes of an answer */

void synthesise_begin(struct synthesis *v, struct env *env, const struct speaker *speaker,
                      struct cache_recent *recent)
{
    v->env = env;
    v->speaker = speaker;
    v->recent = recent;
    v->speak_rung = "";
    v->speak_us = -1;
    buf_init(&v->text, env->arena, TEXT_MAX);
}

/* The profile's voices, chosen when the first sentence is there: many turns are never spoken. */
static void choose_once(struct synthesis *v)
{
    if (!v->chosen)
        voice_choose(v);
    v->chosen = true;
}

/* ---- sentences ------------------------------------------------------------------------------- */

/* The answer from its last place on. Each sentence is looked for behind the one before: the same
 * words may come twice. */
static const char *rest_from(const char *said, const char *const *text)
{
    for (size_t i = 0; i < SYNTHESISE_SENTENCES - 1; i++)
        said = strstr(said, text[i]) + strlen(text[i]);
    return strstr(said, text[SYNTHESISE_SENTENCES - 1]);
}

enum err synthesise_cut(struct synthesis *v, const char *said, const char *shared)
{
    const char **text = NULL;
    size_t n = 0;

    v->shared = shared;
    enum err e = sentence_split(v->env->arena, languages, said, &text, &n);
    if (e != ERR_OK)
        return e;
    /* More sentences than places is no answer for a telephone; the last place takes the rest. */
    v->sentences = n < SYNTHESISE_SENTENCES ? n : SYNTHESISE_SENTENCES;
    for (size_t i = 0; i < v->sentences; i++)
        v->sentence[i] = (struct sentence){.text = text[i]};
    if (n > SYNTHESISE_SENTENCES)
        v->sentence[SYNTHESISE_SENTENCES - 1].text = rest_from(said, text);
    v->ended = true;
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
static enum err add_sentence(struct synthesis *v, const char *written, bool first)
{
    const char *text = NULL;

    if (markdown_strip(v->env->arena, written, first, &text) != ERR_OK)
        return ERR_MEMORY;
    char *folded = text_fold(v->env->arena, text);
    if (folded == NULL)
        return ERR_MEMORY;
    if (*folded == '\0')
        return ERR_OK;
    if (v->sentences == SYNTHESISE_SENTENCES)
        return ERR_TOO_BIG;
    v->sentence[v->sentences++] = (struct sentence){.text = text};
    return ERR_OK;
}

/* Cuts off the sentences that are whole, all of them once the text has ended. */
static enum err cut_ready(struct synthesis *v)
{
    const char *text = buf_text(&v->text);
    const char **piece = NULL;
    size_t n = 0;

    enum err e = v->ended
                     ? sentence_split(v->env->arena, languages, text + v->cut, &piece, &n)
                     : sentence_split_growing(v->env->arena, languages, text + v->cut, &piece, &n);
    for (size_t i = 0; i < n && e == ERR_OK; i++) {
        const char *at = strstr(text + v->cut, piece[i]);
        assert(at != NULL); /* a piece is a part of the text */
        v->cut = (size_t)(at - text) + strlen(piece[i]);
        e = add_sentence(v, piece[i], begins_line(text, at));
    }
    return e;
}

/* The marks of a model that writes for the eye all the same would hide where its sentences end. */
static void put_plain(struct buf *b, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!markdown_is_mark((unsigned char)text[i]))
            buf_putc(b, text[i]);
}

enum err synthesise_add(struct synthesis *v, const char *text, size_t n)
{
    put_plain(&v->text, text, n);
    enum err e = buf_err(&v->text);
    return e == ERR_OK ? cut_ready(v) : e;
}

enum err synthesise_pause(struct synthesis *v)
{
    buf_putc(&v->text, '\n');
    enum err e = buf_err(&v->text);
    return e == ERR_OK ? cut_ready(v) : e;
}

enum err synthesise_end_text(struct synthesis *v)
{
    v->ended = true;
    return cut_ready(v);
}

enum err synthesise_break_off(struct synthesis *v)
{
    if (v->sentences > 0)
        v->cut = v->text.len;
    return synthesise_end_text(v);
}

/* ---- voices ---------------------------------------------------------------------------------- */

static void account(struct synthesis *v, const struct spoken *sound)
{
    /* The slowest rung that served names the stage. */
    if (sound->rung != NULL && (v->speak_rung[0] == '\0' || strcmp(v->speak_rung, "cache") == 0))
        v->speak_rung = sound->rung;
    v->speak_us = clock_mono_us() - v->from_us;
}

bool synthesise_ready(struct synthesis *v, const char *said)
{
    if (v->sentences == 0)
        return false;
    choose_once(v);
    v->from_us = clock_mono_us();
    v->delivered = v->sentences;
    const char *key = voice_key(v, said);
    v->whole = key == NULL ? NULL : cache_recent_find(v->recent, key);
    if (v->whole != NULL) {
        account(v, &(struct spoken){.rung = "cache"});
        return true;
    }
    for (size_t i = 0; i < v->sentences; i++)
        if (!voice_cached(v, i)) {
            v->delivered = 0;
            return false;
        }
    v->recent_key = key;
    for (size_t i = 0; i < v->sentences; i++) {
        account(v, &v->sentence[i].sound);
        if (owner_of(v, v->sentence[i].text) != CACHE_SHARED) /* no memory outlives its call */
            v->recent_key = NULL;
    }
    return true;
}

/* The pieces of a stream are played one behind the other: each but the first brings the pause
 * before it along, and none follows the last. Without memory there is no pause. */
static struct sentence as_streamed(struct synthesis *v, const struct sentence *s)
{
    struct sentence told = *s;

    if (s->sound.wav == NULL)
        return told;
    if (v->sounded && sound_put_off(v->env->arena, s->sound.wav, s->sound.len, SOUND_BETWEEN_MS,
                                    &told.sound.wav, &told.sound.len) == ERR_OK)
        told.sound.sound_ms += SOUND_BETWEEN_MS;
    v->sounded = true;
    return told;
}

static bool deliver(struct synthesis *v)
{
    size_t before = v->delivered;

    while (v->delivered < v->sentences && v->piece[v->delivered].state == PIECE_READY) {
        struct sentence *s = &v->sentence[v->delivered++];
        account(v, &s->sound);
        if (v->on_sentence == NULL || env_commit(v->env, NULL) != ERR_OK)
            continue;
        struct sentence told = as_streamed(v, s);
        told.kept_back = v->keeps_back && v->delivered > v->kept_from;
        v->on_sentence(v->to, &told);
    }
    return v->delivered > before;
}

void synthesise_move(struct synthesis *v)
{
    if (v->from_us == 0 && v->sentences > 0)
        v->from_us = clock_mono_us();
    if (v->sentences > 0)
        choose_once(v);
    do {
        for (size_t i = v->delivered; i < v->sentences; i++)
            voice_move(v, i);
    } while (deliver(v));
    for (size_t i = 0; i < v->sentences; i++)
        voice_keep(v, i);
}

void synthesise_finish(struct synthesis *v)
{
    struct why why = {0};

    synthesise_move(v);
    while (v->delivered < v->sentences) {
        enum err e = env_wait(v->env, &why);
        if (e != ERR_OK)
            voice_give_up(v, &why);
        synthesise_move(v);
    }
}

void synthesise_speak(struct synthesis *v)
{
    for (size_t i = 0; i < v->sentences; i++)
        if (v->sentence[i].sound.wav != NULL)
            v->piece[i].state = PIECE_READY;
    synthesise_finish(v);
}

bool synthesise_has_delivered(const struct synthesis *v)
{
    return v->on_sentence != NULL && v->delivered > 0;
}

void synthesise_drop(struct synthesis *v)
{
    if (v == NULL)
        return;
    for (size_t i = 0; i < SYNTHESISE_SENTENCES; i++)
        attempt_drop(&v->piece[i].attempt);
}

void synthesise_forget(struct synthesis *v)
{

    assert(v != NULL && !synthesise_has_delivered(v));
    synthesise_drop(v);
    memset(v->piece, 0, sizeof v->piece);
    buf_clear(&v->text);
    v->cut = v->delivered = 0;
    v->ended = v->keeps_back = false;
    v->sentences = 0;
}

/* ---- what was said --------------------------------------------------------------------------- */

enum err synthesise_said(struct synthesis *v, const char **ret)
{
    struct buf b;
    bool voiced = false;

    for (size_t i = 0; i < v->sentences; i++)
        voiced = voiced || v->sentence[i].sound.wav != NULL;
    buf_init(&b, v->env->arena, TEXT_MAX);
    for (size_t i = 0; i < v->sentences; i++) {
        if (voiced && v->sentence[i].sound.wav == NULL)
            continue;
        buf_puts(&b, b.len == 0 ? "" : " ");
        buf_puts(&b, v->sentence[i].text);
    }
    *ret = buf_text(&b);
    return buf_err(&b);
}

static enum err join(struct synthesis *v, const char **ret, size_t *ret_len)
{
    const char *wav[SYNTHESISE_SENTENCES];
    size_t len[SYNTHESISE_SENTENCES];
    size_t n = 0;

    for (size_t i = 0; i < v->sentences; i++) {
        if (v->sentence[i].sound.wav == NULL)
            continue;
        wav[n] = v->sentence[i].sound.wav;
        len[n++] = v->sentence[i].sound.len;
    }
    *ret = n == 0 ? NULL : wav[0];
    *ret_len = n == 0 ? 0 : len[0];
    return n < 2 ? ERR_OK : sound_join(v->env->arena, wav, len, n, SOUND_BETWEEN_MS, ret, ret_len);
}

enum err synthesise_sound(struct synthesis *v, const char **ret, size_t *ret_len,
                          const char **ret_sha256)
{
    const char *wav = NULL;
    size_t len = 0;

    if (v->whole == NULL) {
        enum err e = join(v, &wav, &len);
        if (e != ERR_OK)
            return e;
        if (v->recent_key != NULL)
            v->whole = cache_recent_keep(v->recent, v->recent_key, wav, len);
    }
    *ret = v->whole == NULL ? wav : v->whole->wav;
    *ret_len = v->whole == NULL ? len : v->whole->len;
    *ret_sha256 = v->whole == NULL ? NULL : v->whole->sha256;
    return ERR_OK;
}
