/* home - a temporary home for a test: store, cache, settings; removed at the end. */
#ifndef HOLOS_TESTS_HOME_H
#define HOLOS_TESTS_HOME_H

#include "tests/cases/door.h"

/* Makes d->folder, sets the settings to it, migrates a store and opens d->app. */
void home_make(struct door *d);
void home_remove(struct door *d);

/* Another setting, as if the process had begun with it: what d->app has open is closed and opened again.
 * NULL: none. */
void home_set(struct door *d, const char *name, const char *value);

/* Removes a folder and all in it, or nothing if it is not there. */
void home_empty(const char *path);

#endif
