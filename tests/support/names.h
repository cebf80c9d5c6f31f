/* names - a name service for tests, in place of the system's getaddrinfo(3) in the whole program:
 * vendor.test and other.test are 127.0.0.1, slow.test takes NAMES_SLOW_MS to be found nowhere, and
 * the look-ups of these are counted. Every other name is the system's affair. Only a program that
 * names names_looked_up is linked with it. */
#ifndef HOLOS_TESTS_NAMES_H
#define HOLOS_TESTS_NAMES_H

#include <stdatomic.h>

#define NAMES_SLOW_MS 5000

extern atomic_int names_looked_up;

#endif
