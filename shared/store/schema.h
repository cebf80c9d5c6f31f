/* schema - schema.sql as compiled in. Private to store/. */
#ifndef HOLOS_STORE_SCHEMA_H
#define HOLOS_STORE_SCHEMA_H

extern const char store_schema[];

#endif
