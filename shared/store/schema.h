/* schema - schema.sql as compiled in. Private to store/. */
#ifndef HOLOS_STORE_SCHEMA_H
#define HOLOS_STORE_SCHEMA_H

/* ISO C promises strings of 4095 bytes only; both compilers take far longer ones. */
#pragma GCC diagnostic ignored "-Woverlength-strings"

extern const char store_schema[];

#endif
