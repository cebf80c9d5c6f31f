/* price - what a vendor's speech costs, by the list in prices.def; Claude's models have their own
 * (claude_cost). In micro-dollars, a part of one is one. Pure. */
#ifndef HOLOS_PROVIDERS_PRICE_H
#define HOLOS_PROVIDERS_PRICE_H

#include <stdint.h>

#define PRICE_UNKNOWN (-1) /* the list has none; nothing is invented */

/* What an answer says of itself, or what is known of the sound; -1: not told. */
struct price_use {
    int64_t ms; /* of sound that is paid for */
    int64_t tokens_in, tokens_out;
};

#define PRICE_UNTOLD ((struct price_use){-1, -1, -1})

/* Words out of sound, by that part of the list ("Google Speech-to-Text v1", "OpenAI"). A model's
 * dated release ("gpt-4o-mini-transcribe-2025-12-15") costs what the model does. PRICE_UNKNOWN:
 * also when what it is paid by was not told. */
int64_t price_hear(const char *list, const char *model, const struct price_use *use);

/* This text, in UTF-8, by a voice of that family ("Google", "Chirp3-HD"). */
int64_t price_speak(const char *list, const char *family, const char *text);

#endif
