/* verbalise - writes numbers, times, dates, prices and telephone numbers as a person says them.
 * Pure.
 *
 * "о 10:30" -> "о десятій тридцять", "21.11" -> "двадцять першого листопада", "350 грн" -> "триста
 * п'ятдесят гривень", "+380501234567" -> groups; with the case that the preposition asks for and
 * the counted noun in agreement. What is not recognised stays as it is. */
#ifndef HOLOS_LANGUAGE_VERBALISE_H
#define HOLOS_LANGUAGE_VERBALISE_H

#include "base/arena.h"
#include "base/err.h"
#include "language/language.h"

/* The result lives in the arena. Without a language (NULL) it is the text. ERR_MEMORY only. */
enum err verbalise(struct arena *a, const struct language *l, const char *text,
                   const char **ret) must_check;

#endif
