/* numeral - private to shared/language: writes a number in a language's words. */
#ifndef HOLOS_LANGUAGE_NUMERAL_H
#define HOLOS_LANGUAGE_NUMERAL_H

#include "base/buf.h"
#include "language/language.h"

#define NUMERAL_MAX UINT64_C(999999999999)

/* "дві", "двох тисяч двадцяти шести". Up to NUMERAL_MAX. */
void numeral_cardinal(struct buf *out, const struct language *l, uint64_t n, enum gender gender,
                      enum noun_case noun_case);

/* "дві тисячі двадцять шостого". Up to NUMERAL_MAX; what the language has no ordinal for, round
 * thousands above 9000 among them, stays a cardinal. */
void numeral_ordinal(struct buf *out, const struct language *l, uint64_t n, enum gender gender,
                     enum noun_case noun_case);

/* The noun as it stands behind the number. */
void numeral_noun(struct buf *out, const struct language *l, const struct noun *noun, uint64_t n,
                  enum noun_case noun_case);

/* The noun, counted with a half: "пів години", "півтори години", "дві з половиною години". The language
 * has `half`, and for 0 the noun is one of the halved. */
void numeral_and_half(struct buf *out, const struct language *l, uint64_t whole,
                      const struct noun *noun, enum noun_case noun_case);

/* Is a half of it said in one word, "пів години"? */
bool numeral_is_halved(const struct language *l, const struct noun *noun);

/* The noun that has this key; NULL: there is none. */
const struct noun *numeral_find_noun(const struct language *l, const char *key);

/* A time of day in minutes after midnight, up to 1440: "десята тридцять", "десять часов". `bare`: the
 * word for hours, where the language says it, follows later. */
void numeral_time(struct buf *out, const struct language *l, int minutes, enum noun_case noun_case,
                  bool bare);

/* Is it said as "one" is? 21 in most languages, 11 in none. */
bool numeral_is_one(const struct language *l, uint64_t n);

/* Does it end in two, three or four, not in twelve, thirteen, fourteen? */
bool numeral_is_few(uint64_t n);

/* The one for the gender, or the masculine where that is all there is. */
const char *numeral_of_gender(const char *const by_gender[static 3], enum gender gender);

/* Digits as in a telephone number's group: zeros in front one by one, the rest as one number. */
void numeral_group(struct buf *out, const struct language *l, const char *digits, size_t n);

#endif
