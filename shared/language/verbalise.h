/* spoken - writes numbers, times, dates, prices and phone numbers as a person says them.
 *
 * Pure. Ukrainian ("uk") and Russian ("ru"); another language is returned unchanged. "о 10:30" ->
 * "о десятій тридцять", "21.11" -> "двадцять першого листопада", "+380501234567" -> groups,
 * "350 грн" -> "триста п'ятдесят гривень", with case after the preposition and agreement of the
 * counted noun. What is not recognised stays as it is. */
#ifndef HOLOS_LANGUAGE_VERBALISE_H
#define HOLOS_LANGUAGE_VERBALISE_H

#include "base/arena.h"
#include "base/err.h"

/* ERR_MEMORY only. The result lives in the arena. */
enum err spoken_form(struct arena *a, const char *language, const char *text,
                     const char **ret) must_check;

#endif
