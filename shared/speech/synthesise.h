/* synthesise - turns a turn's answer into sound, sentence by sentence, while a model still writes it.
 *
 *     synthesise_begin(&v, env, ...)        v all zero but for on_sentence and to
 *     synthesise_add(&v, text, n) ...       adds text as it arrives, and cuts it into sentences
 *     synthesise_end_text(&v)               the text is complete
 *     synthesise_move(&v)                   after every wait: sends requests, takes sounds
 *     synthesise_finish(&v)                 waits for the remaining sounds
 *     synthesise_drop(&v)                   always, also after an error
 *
 * on_sentence gets the sentences in order, each as soon as its sound and those before it are ready.
 * A vendor is asked for several sentences at the same time. If a vendor fails, the next voice of the
 * ladder speaks everything that was not delivered yet, also what the vendor had already sent, so an
 * answer changes its voice once at most for each failure. A sentence that no voice can speak is
 * delivered as text. Between two sentences there is a pause of SOUND_PAUSE_MS: in the WAV of the
 * whole answer, and at the beginning of each sound after the first that on_sentence gets.
 *
 * If all sounds are cached, nothing has to wait: synthesise_cut and synthesise_ready then do the
 * same for a complete answer inside an open transaction. The other functions commit (env.h) before
 * they wait or deliver; if the commit fails, they deliver nothing. */
#ifndef HOLOS_SPEECH_SYNTHESISE_H
#define HOLOS_SPEECH_SYNTHESISE_H

#include "base/buf.h"
#include "providers/attempt.h"
#include "providers/env.h"
#include "speech/cache.h"
#include "speech/voice.h"

#define SYNTHESISE_SENTENCES 48

struct sentence {
    const char *text;
    bool kept_back;      /* on_sentence: it may be sent only when the turn is committed */
    struct spoken sound; /* wav NULL: no voice could be made, the text stands alone; or the whole
                            answer's sound was remembered (synthesise_sound) */
};

enum piece_state { PIECE_WAITS, PIECE_ASKED, PIECE_READY };

/* A sentence on its way to a voice; the same place as in synthesis.sentence. */
struct piece {
    enum piece_state state;
    bool fresh; /* the vendor's sound is not in the cache yet */
    struct synthesis *of;
    const struct provider *by; /* whose voice it has or waits for; NULL: the embedded one */
    struct vendor_phrase phrase;
    struct profile_voice with; /* how that one speaks the sentence's language */
    struct provider_line line;
    struct attempt_task task;
    struct attempt attempt;
};

struct synthesis {
    /* Called with each sentence as its voice is there, before the next is made. May be NULL. */
    void (*on_sentence)(void *to, const struct sentence *s);
    void *to;

    /* results */
    struct sentence sentence[SYNTHESISE_SENTENCES];
    size_t sentences;
    /* Who spoke: the first voice that made a sound, else "cache". "": nothing was spoken. */
    const char *speak_rung;
    int64_t speak_us; /* from the first sentence to its last sound; -1: nothing was spoken */

    /* private */
    struct env *env;
    const struct speaker *speaker;
    struct cache_recent *recent;
    bool chosen;        /* the voices are */
    struct voice voice; /* the embedded one */
    /* The vendor or program that speaks, until it fails; NULL: the embedded voice. */
    const struct provider *by;
    size_t rung; /* its place in the ladder */
    struct vendor_voice vendor;
    struct profile_voice with; /* how `by` speaks the profile's language */
    const char *shared;        /* an answer without what is its caller's; NULL: all of it is */
    bool keeps_back;           /* the sentences from this one on: */
    size_t kept_from;
    struct buf text; /* the answer as it is written */
    size_t cut;      /* bytes of it that are sentences already */
    bool ended;      /* it is whole */
    size_t delivered;
    bool sounded;                    /* a sound was delivered: the next comes behind a pause */
    int64_t from_us;                 /* when the first sentence was there; 0: none yet */
    const char *recent_key;          /* of the whole answer; NULL if it may not be kept */
    const struct cache_sound *whole; /* it is there already, as one sound */
    struct piece piece[SYNTHESISE_SENTENCES];
};

/* Everything but `v` is borrowed for the turn. */
void synthesise_begin(struct synthesis *v, struct env *env, const struct speaker *speaker,
                      struct cache_recent *recent);

/* Cuts a whole answer into sentences. `shared` is the answer without anything of its caller's, most
 * often the same: a sentence that does not stand there is kept in the phrase cache for its call
 * alone. ERR_MEMORY. */
enum err synthesise_cut(struct synthesis *v, const char *said, const char *shared) must_check;

/* Takes the whole answer's sound from memory, or else every sentence's from the cache. False if one
 * is not there (or there are none): then something slow has to be done. Only for turns that are not
 * streamed. */
bool synthesise_ready(struct synthesis *v, const char *said);

/* Gives each sentence that was cut its sound, as it can. Never fails: a sentence without a voice
 * stands as text, and the turn counts the fault. */
void synthesise_speak(struct synthesis *v);

/* ERR_MEMORY; ERR_TOO_BIG: more than an answer may hold. */
enum err synthesise_add(struct synthesis *v, const char *text, size_t n) must_check;
/* What was added is whole, with or without a stop; what comes next is a sentence of its own. */
enum err synthesise_pause(struct synthesis *v) must_check;
enum err synthesise_end_text(struct synthesis *v) must_check;
/* The text broke off: what is no whole sentence yet is not spoken, unless it is all there is. */
enum err synthesise_break_off(struct synthesis *v) must_check;
void synthesise_move(struct synthesis *v);
void synthesise_finish(struct synthesis *v);

/* What is cut from now on tells of something that is done only by the turn's commit: on_sentence gets
 * it with kept_back set. The sentences that are there already are not held up. */
static inline void synthesise_keep_back(struct synthesis *v)
{
    if (!v->keeps_back)
        v->kept_from = v->sentences;
    v->keeps_back = true;
}

/* Has the caller been given anything of this answer yet? */
bool synthesise_has_delivered(const struct synthesis *v);

/* Forgets the answer so far: nothing of it was delivered (asserted). */
void synthesise_forget(struct synthesis *v);

/* Drops what is under way. On every path. */
void synthesise_drop(struct synthesis *v);

/* This vendor alone speaks a few words as the profile wishes, whatever the ladder, its breaker and
 * the cache say, for `holos check --live`. *ret_line is what was asked last. */
enum err synthesise_by(struct env *env, const struct provider *by, const char *words,
                       struct provider_line *ret_line, struct spoken *ret,
                       struct failure *f) must_check;

/* What was said to the caller: the sentences that got a voice; all of them, if none did.
 * ERR_MEMORY. */
enum err synthesise_said(struct synthesis *v, const char **ret) must_check;

/* One WAV of all sentences, in order, or NULL if no sentence has a voice; its SHA-256 if it is
 * known, else NULL. Valid until the end of the request. ERR_MEMORY. */
enum err synthesise_sound(struct synthesis *v, const char **ret, size_t *ret_len,
                          const char **ret_sha256) must_check;

#endif
