/* invented - removes what speech recognisers write although nobody said it: credits of subtitles,
 * thanks for watching, descriptions of sounds. It knows them in Ukrainian, Russian and English,
 * whichever language the caller speaks. Pure.
 *
 * "Субтитры сделал DimaTorzok" -> ""; "[музыка] Алло." -> "Алло."; "Алло. Дякую за перегляд!" ->
 * "Алло."; "Дякую за перегляд мого запису" stays: it is one sentence, and more than the phrase. */
#ifndef HOLOS_LANGUAGE_INVENTED_H
#define HOLOS_LANGUAGE_INVENTED_H

#include "base/arena.h"
#include "base/err.h"

/* Returns the rest of the text: `text` itself if nothing was removed, "" if nothing is left.
 * ERR_MEMORY. */
enum err invented_cut(struct arena *a, const char *text, const char **ret) must_check;

#endif
