/* phone - telephone numbers as exchanges and people write them, brought to E.164. Pure.
 *
 * Forms seen at Binotel: 0XXXXXXXXX, 00 + country, 380..., 77XXXXXXXXX, 998...,
 * with +, blanks, brackets and dashes; "anonymous", "CB_0800000001" and short internal lines are no
 * numbers of a client. Nor is what stands for a caller who hides: words, such words spelt on a
 * telephone's keys (+266696687 is "anonymous"), and rows of one digit. Marks that cannot be seen do
 * not count. */
#ifndef HOLOS_BUSINESS_PHONE_H
#define HOLOS_BUSINESS_PHONE_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

#define PHONE_MAX 17 /* '+', 15 digits, NUL */

#define PHONE_TAIL 9

/* `country` is the profile's calling code ("380", "7"): national numbers get it. Writes "+..." to
 * `ret`; ERR_VALUE if this is no number that can be dialled. */
enum err phone_e164(const char *raw, const char *country, char ret[static PHONE_MAX]) must_check;

/* Do two numbers, however written, end in the same nine digits (or are equal when shorter)? */
bool phone_same(const char *a, const char *b);

/* The last nine digits of a number in any spelling, by which one number is known from another.
 * False if it is none, or shorter. */
bool phone_tail(const char *raw, char ret[static PHONE_TAIL + 1]);

/* Finds the first telephone number of at least 9 digits in running text or in spelled digit groups
 * ("050 123 45 67"). ERR_NOT_FOUND. */
enum err phone_in_text(const char *text, const char *country,
                       char ret[static PHONE_MAX]) must_check;

/* How many words of folded text (text_fold) are neither digits nor number words. */
int phone_words_besides(const char *folded);

#endif
