/* char - private to shared/language: what kind of character stands in a text. */
#ifndef HOLOS_LANGUAGE_CHAR_H
#define HOLOS_LANGUAGE_CHAR_H

#include <stdbool.h>
#include <stdint.h>

/* The character at `p`; 0 at the text's end. */
uint32_t char_at(const char *p);

/* The one before `p`; 0 at the text's start. */
uint32_t char_before(const char *start, const char *p);

/* Where the one before `p` begins; `start` if there is none. */
const char *char_back(const char *start, const char *p);

bool char_is_digit(uint32_t c);
bool char_is_letter(uint32_t c);
bool char_is_upper(uint32_t c);
bool char_is_latin(uint32_t c); /* a letter or a digit, as in an address */
bool char_is_blank(uint32_t c); /* not a newline */
bool char_is_apostrophe(uint32_t c);

/* Does the text hold it? */
bool char_is_among(uint32_t c, const char *text);

/* The small letter of a capital, the capital of a small letter; any other character itself. Latin,
 * Greek and Cyrillic. */
uint32_t char_lower(uint32_t c);
uint32_t char_upper(uint32_t c);

#endif
