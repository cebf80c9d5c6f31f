#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "net/http.h"
#include "tools/holos/findings.h"
#include "tools/holos/machine.h"
#include "providers/google.h"

#define MEGABYTE      (1024ULL * 1024ULL)
#define ROOM_FAULT_MB 10
#define ROOM_WARN_MB  200
#define CA_FILE_MAX   ((size_t)16 * 1024 * 1024)

/* The folder that holds `path`. */
static const char *folder_of(const char *path, char ret[static MACHINE_PATH])
{
    const char *slash = strrchr(path, '/');

    if (slash == NULL)
        return ".";
    (void)snprintf(ret, MACHINE_PATH, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return ret;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void check_room(struct findings *f, const char *folder)
{
    struct statvfs v;

    if (statvfs(folder, &v) != 0)
        return;
    unsigned long long mb = (unsigned long long)v.f_bavail * v.f_frsize / MEGABYTE;
    if (mb < ROOM_FAULT_MB)
        found(f, FINDING_FAULT, folder, "make room on this disk; `holos purge` deletes old calls",
              "only %llu MB of the disk are free", mb);
    else if (mb < ROOM_WARN_MB)
        found(f, FINDING_WARNING, folder, "make room on this disk soon",
              "only %llu MB of the disk are free", mb);
    else
        found_ok(f, folder, "%llu MB of the disk are free", mb);
    if (v.f_files > 0 && v.f_favail < 1000)
        found(f, FINDING_WARNING, folder, "delete files on this disk",
              "only %llu more files fit on this disk", (unsigned long long)v.f_favail);
}

static void check_store_folder(struct findings *f)
{
    char buffer[MACHINE_PATH];
    const char *folder = folder_of(setting_text(SET_HOLOS_DB), buffer);

    if (!is_folder(folder)) {
        found(f, FINDING_FAULT, folder, "run `holos migrate` as the user who runs holos",
              "the store's folder does not exist");
        return;
    }
    if (access(folder, W_OK | X_OK) != 0)
        found(f, FINDING_FAULT, folder,
              "give it to the user who runs holos (chown), or run as them",
              "the store's folder cannot be written: %s", strerror(errno));
    else
        found_ok(f, folder, "the store's folder can be written");
    check_room(f, folder);
}

/* Calls are private: only their owner has a reason to read the file. */
static void check_private(struct findings *f, const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0 && (st.st_mode & 07) != 0)
        found(f, FINDING_WARNING, path, "run chmod o-rwx on it",
              "every user of this machine may read or write it (mode %03o)",
              (unsigned)st.st_mode & 0777);
}

static void check_cache(struct findings *f)
{
    const char *folder = setting_text(SET_HOLOS_CACHE);
    struct why why = {0};

    if (*folder == '\0') {
        found(f, FINDING_WARNING, "HOLOS_CACHE", "name a folder for the phrase cache",
              "there is no phrase cache: each greeting is made again for every call");
        return;
    }
    if (!is_folder(folder) && file_make_directory(folder, &why) != ERR_OK)
        found(f, FINDING_WARNING, folder, "make it and give it to the user who runs holos",
              "the phrase cache cannot be made: %s", why.text);
    else if (access(folder, R_OK | W_OK | X_OK) != 0)
        found(f, FINDING_WARNING, folder, "give it to the user who runs holos (chown)",
              "the phrase cache cannot be written: %s", strerror(errno));
    else
        found_ok(f, folder, "the phrase cache can be written");
}

/* As the vendor's own client reads it. */
static void check_google(struct findings *f)
{
    const char *path = setting_text(SET_GOOGLE_APPLICATION_CREDENTIALS);
    struct why why = {0};

    if (*path == '\0')
        return;
    enum err e = google_credentials_check(&f->t->arena, path, &why);
    if (e == ERR_OK)
        found_ok(f, path, "Google's service-account file can be read, and its key can sign");
    else
        found(f, FINDING_FAULT, path,
              "put the service account's JSON key there, readable for holos",
              "Google's service-account file is not usable: %s",
              why.text[0] != '\0' ? why.text : err_text(e));
    check_private(f, path);
}

/* The authorities that are trusted: every https connection fails if they cannot be read. */
static void check_authorities(struct findings *f)
{
    static const char mark[] = "-----BEGIN CERTIFICATE-----";
    const char *path = setting_text(SET_HOLOS_CA_FILE);
    struct why why = {0};
    char *text = NULL;
    size_t len = 0;

    if (*path == '\0')
        return;
    enum err e = file_read(&f->t->arena, path, CA_FILE_MAX, &text, &len, &why);
    if (e != ERR_OK)
        found(f, FINDING_FAULT, path, "name a PEM file that holos can read in HOLOS_CA_FILE",
              "the certificate authorities cannot be read: %s",
              why.text[0] != '\0' ? why.text : err_text(e));
    else if (strstr(text, mark) == NULL)
        found(f, FINDING_FAULT, path, "name a PEM file of certificates in HOLOS_CA_FILE",
              "it has no certificate: no vendor can be reached");
    else
        found_ok(f, path, "the certificate authorities can be read");
}

/* The way out: what listens there is tried by --live alone. */
static void check_egress(struct findings *f)
{
    const struct http_setup setup = {.egress = setting_text(SET_HOLOS_EGRESS)};
    struct http *http = NULL;
    struct why why = {0};
    struct stat st;

    if (*setup.egress == '\0')
        return;
    enum err e = http_open(&setup, &http, &why);
    http_close(http);
    const char *path = strchr(setup.egress, ':');
    if (e != ERR_OK)
        found(f, FINDING_FAULT, "HOLOS_EGRESS", "write unix:/path, or leave it empty", "%s",
              why.text[0] != '\0' ? why.text : err_text(e));
    else if (path == NULL || stat(path + 1, &st) != 0 || !S_ISSOCK(st.st_mode))
        found(f, FINDING_FAULT, "HOLOS_EGRESS",
              "start it (systemctl start holos-egress), or run as a user who may reach it",
              "no socket is there: no vendor can be reached");
    else
        found_ok(f, "HOLOS_EGRESS", "its socket is there");
}

void check_files(struct findings *f)
{
    check_store_folder(f);
    check_private(f, setting_text(SET_HOLOS_DB));
    check_cache(f);
    check_google(f);
    check_authorities(f);
    check_egress(f);
}
