/* voicing - the answer of a turn, sentence by sentence, while it is still being written. Private to
 * dialogue/.
 *
 *     voicing_begin(c)                  chooses the voice
 *     voicing_add(c, text, n) ...       the answer's text as it comes; whole sentences are cut off
 *     voicing_end_text(c)               there is no more
 *     voicing_move(c)                   after every wait: starts what can start, takes what has come
 *     voicing_finish(c)                 waits for the rest
 *
 * Sentences are delivered in order (on_sentence), each as soon as its voice and all before it are
 * there. A vendor's voice is asked for at once, several side by side. When it fails, everything not
 * delivered yet is spoken by the embedded voice, also what the vendor had already sent: an answer
 * changes its voice once at most. A sentence without any voice stands as text.
 *
 * What is cached needs no waiting: voicing_cut and voicing_ready do for a whole answer within an open
 * transaction what the others do for a growing one. The others settle (settle.h) before they wait or
 * deliver; when that fails they deliver nothing. */
#ifndef HOLOS_DIALOGUE_SYNTHESISE_H
#define HOLOS_DIALOGUE_SYNTHESISE_H

#include "base/buf.h"
#include "dialogue/turn.h"
#include "dialogue/errand.h"
#include "speech/vendor-voice.h"

/* ERR_MEMORY. */
enum err voicing_begin(struct conversation *c) must_check;

/* Cuts c->said into c->sentence[]. ERR_MEMORY. */
enum err voicing_cut(struct conversation *c) must_check;

/* Takes the whole answer's sound from memory, or else every sentence's from the cache. False if one is not there (or there are none):
 * then something slow has to be done. Only for turns that are not streamed. */
bool voicing_ready(struct conversation *c);

/* Gives each sentence that was cut its sound, as it can. Never fails: a sentence without a voice
 * stands as text, and the turn counts the fault. */
void voicing_speak(struct conversation *c);

/* ERR_MEMORY; ERR_TOO_BIG: more than an answer may hold. */
enum err voicing_add(struct conversation *c, const char *text, size_t n) must_check;
/* What was added is whole, with or without a stop; what comes next is a sentence of its own. */
enum err voicing_pause(struct conversation *c) must_check;
enum err voicing_end_text(struct conversation *c) must_check;
/* The text broke off: what is no whole sentence yet is not spoken, unless it is all there is. */
enum err voicing_break_off(struct conversation *c) must_check;
void voicing_move(struct conversation *c);
void voicing_finish(struct conversation *c);

/* Has the caller been given anything of this answer yet? */
bool voicing_has_delivered(const struct conversation *c);

/* Forgets the answer so far: nothing of it was delivered (asserted). */
void voicing_forget(struct conversation *c);

/* Drops what is under way. On every path. */
void voicing_drop(struct conversation *c);

/* What was said to the caller: the sentences that got a voice; all of them, if none did. ERR_MEMORY. */
enum err voicing_said(struct conversation *c, const char **ret) must_check;

/* voices - who speaks a sentence: a vendor's voice, the embedded one, or nobody. Private to
 * voicing.c. */

enum piece_state { PIECE_WAITS, PIECE_ASKED, PIECE_READY };

/* A sentence on its way to a voice; the same place as in conversation.sentence. */
struct piece {
    enum piece_state state;
    int tries;         /* of the vendor */
    const char *voice; /* the vendor's that was asked for it last */
    const char *token; /* that was shown then; NULL: a key */
    bool fresh;        /* the vendor's sound is not in the cache yet */
    struct vendor_phrase phrase;
    struct errand errand;
};

struct voicing {
    struct voice voice; /* the embedded one */
    struct vendor_voice vendor;
    bool by_vendor; /* the vendor serves, until it fails */
    bool no_espeak; /* the embedded voice failed once; it is not waited for again within the turn */
    struct buf text; /* the answer as it is written */
    size_t cut;      /* bytes of it that are sentences already */
    bool ended;      /* it is whole */
    size_t delivered;
    int64_t from_us; /* when the first sentence was there; 0: none yet */
    struct piece piece[CONVERSATION_SENTENCES];
};

/* The voices of the profile, and whether the vendor's may be used now. */
void voices_choose(struct voicing *v, struct conversation *c);

/* Everything that shapes the sound of the whole answer; NULL when the arena refuses. */
const char *voices_key(const struct conversation *c);

/* Takes the sentence's sound from the cache; never waits. */
bool voices_cached(struct conversation *c, size_t i);

/* Starts what can start for this sentence, or takes what has come. */
void voices_move(struct conversation *c, size_t i);

/* Keeps the sentence's sound in the cache if it is the vendor's and new. */
void voices_keep(struct conversation *c, size_t i);

/* The turn's time is up: what is under way is given up. */
void voices_give_up(struct conversation *c, const struct why *why);

#endif
