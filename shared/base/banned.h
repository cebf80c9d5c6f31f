/* banned - functions that do not compile here; the name of the undeclared symbol says why.
 * Forced into every file by the Makefile (-include). System headers are pulled in first, so that
 * their own declarations are untouched. */
#ifndef HOLOS_BASE_BANNED_H
#define HOLOS_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BANNED(f) sorry_##f##_is_banned

#undef strcpy
#define strcpy(d, s) BANNED(strcpy_use_a_buf)
#undef strcat
#define strcat(d, s) BANNED(strcat_use_a_buf)
#undef strncpy
#define strncpy(d, s, n) BANNED(strncpy_use_a_buf)
#undef strncat
#define strncat(d, s, n) BANNED(strncat_use_a_buf)
#undef sprintf
#define sprintf(...) BANNED(sprintf_use_snprintf)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf_use_vsnprintf)
#undef strtok
#define strtok(s, d) BANNED(strtok_keeps_state)
#undef atoi
#define atoi(s) BANNED(atoi_hides_errors)
#undef atol
#define atol(s) BANNED(atol_hides_errors)
#undef atof
#define atof(s) BANNED(atof_hides_errors)
#undef gmtime
#define gmtime(t) BANNED(gmtime_use_gmtime_r)
#undef localtime
#define localtime(t) BANNED(localtime_use_zone_local)
#undef ctime
#define ctime(t) BANNED(ctime)
#undef asctime
#define asctime(t) BANNED(asctime)
#undef system
#define system(s) BANNED(system_use_child_run)
#undef popen
#define popen(c, m) BANNED(popen_use_child_run)
#undef tmpnam
#define tmpnam(s) BANNED(tmpnam_use_mkostemp)

#endif
