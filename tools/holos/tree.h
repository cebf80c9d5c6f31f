/* tree - private to tools/holos: the settings of a source tree, when the tool is run from one.
 *
 * `make run` serves from a tree: its store and cache are below var/, its profiles are the tree's,
 * other settings are in its .env. The tool in build/bin of the same tree must look at the
 * same things, from any folder. The tree is the one that
 *     HOLOS_TREE names (empty: none), or else
 *     the program is in: <tree>/build/bin/holos, where <tree>/tools/serve-here exists.
 *
 * .env is read, never run (env-file.h). */
#ifndef HOLOS_TREE_H
#define HOLOS_TREE_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/err.h"

/* Puts the tree's settings into the environment, where settings_load finds them; what is already
 * there wins. Paths become absolute: those of the environment from this folder, those of .env from
 * the tree. Without a tree it does nothing. *ret_is_tree: the program is a tree's, or HOLOS_TREE says that
 * it takes no settings but the environment's. ERR_CONFIG, with the number of the line but not what
 * stands in it, ERR_IO, ERR_MEMORY. */
enum err tree_settings(struct arena *a, bool *ret_is_tree, struct why *why) must_check;

#endif
