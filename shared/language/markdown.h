/* markdown - what a model wrote for the eye all the same, as one would read it out. Pure.
 *
 * "**Так**" -> "Так"; "- Стрижка" and "• Стрижка" -> "Стрижка"; "[прайс](https://...)" -> "прайс";
 * "https://www.salon.ua/zapys?x=1" -> "salon.ua"; "| Послуга | Ціна |" -> "Послуга, Ціна";
 * pictures, arrows and ticks are left out. Numbers, money, times and addresses stay: verbalise.h
 * says those. */
#ifndef HOLOS_LANGUAGE_MARKDOWN_H
#define HOLOS_LANGUAGE_MARKDOWN_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/err.h"

/* Marks of emphasis and headings: they are not read out, and they hide where a sentence ends. */
bool markdown_is_mark(uint32_t c);

/* One sentence, without its line's end. `first`: it begins a line, so that "1." may be a list's.
 * The result may be empty. ERR_MEMORY. */
enum err markdown_strip(struct arena *a, const char *sentence, bool first,
                        const char **ret) must_check;

#endif
