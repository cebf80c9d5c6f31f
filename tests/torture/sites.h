/* sites - from where a call came: a number made of the calls on the stack, the same in every run of
 * the same programs, wherever they are loaded. Part of the shim; nothing here allocates. */
#ifndef HOLOS_TESTS_TORTURE_SITES_H
#define HOLOS_TESTS_TORTURE_SITES_H

#include <stdint.h>

/* The number of the place that makes a call of this kind just now; never 0. */
uint64_t sites_here(const char *kind);

/* Counts it. */
void sites_note(const char *kind);

/* Writes what was counted, one line each in the order in which they were first passed:
 * "KIND SITE TIMES OWN". OWN stands for the last few calls on the way that are in the program
 * itself: the many ways through a library that begin at one call of ours have it in common. */
void sites_write(const char *path);

/* What is held: a piece of memory came, or went; and who asked for those that are there, one block
 * of lines each: "PIECES SITE" and the calls that led there. */
void sites_came(const void *piece);
void sites_went(const void *piece);
void sites_write_held(const char *path);

#endif
