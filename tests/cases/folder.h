/* folder - a temporary home for a test: store, cache, settings; removed at the end. */
#ifndef HOLOS_TESTS_FOLDER_H
#define HOLOS_TESTS_FOLDER_H

#include "tests/cases/door.h"

/* Makes d->folder, sets the settings to it, migrates a store and opens d->house. */
void folder_make(struct door *d);
void folder_remove(struct door *d);

#endif
