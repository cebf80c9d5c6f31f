/* invented - what recognisers write that was not said: credits of subtitles, thanks for watching,
 * marks of sounds. In Ukrainian, Russian and English, whatever the caller speaks. Pure.
 *
 * "Субтитры сделал DimaTorzok" -> ""; "[музыка] Алло." -> "Алло."; "Алло. Дякую за перегляд!" ->
 * "Алло."; "Дякую за перегляд мого запису" stays: it is one sentence, and more than the phrase. */
#ifndef HOLOS_LANGUAGE_INVENTED_H
#define HOLOS_LANGUAGE_INVENTED_H

#include "base/arena.h"
#include "base/err.h"

/* The text without it; `text` itself if nothing of it was invented, "" if nothing is left.
 * ERR_MEMORY. */
enum err invented_cut(struct arena *a, const char *text, const char **ret) must_check;

#endif
