/* voices - who speaks a sentence: a vendor's voice, the embedded one, or nobody. Private to
 * voicing.c. */
#ifndef HOLOS_DIALOGUE_VOICES_H
#define HOLOS_DIALOGUE_VOICES_H

#include "base/buf.h"
#include "dialogue/conversation.h"
#include "dialogue/errand.h"
#include "speech/vendor-voice.h"

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
