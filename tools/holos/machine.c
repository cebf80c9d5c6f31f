#include "tools/holos/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_program(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static bool find_in(const char *folders, const char *program, char ret[static MACHINE_PATH])
{
    while (*folders != '\0') {
        size_t len = strcspn(folders, ":");
        int n = snprintf(ret, MACHINE_PATH, "%.*s/%s", (int)len, folders, program);
        if (len > 0 && n > 0 && n < MACHINE_PATH && is_program(ret))
            return true;
        folders += len + (folders[len] == ':');
    }
    return false;
}

bool machine_find(const char *program, char ret[static MACHINE_PATH])
{
    const char *path = getenv("PATH");

    if (strchr(program, '/') != NULL) {
        (void)snprintf(ret, MACHINE_PATH, "%s", program);
        return is_program(ret);
    }
    return find_in(path == NULL ? "" : path, program, ret) ||
           find_in("/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin", program, ret);
}
