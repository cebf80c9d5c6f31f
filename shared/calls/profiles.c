#include "calls/profiles.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/settings.h"
#include "base/zone.h"

#define FILE_MAX ((size_t)256 * 1024)
#define BESIDE   "languages" /* of a folder of profiles */

/* ==== files =================================================================================== */

struct names {
    const char *name[PROFILES_MAX];
    size_t n;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_profile_name(const char *file)
{
    size_t n = strlen(file);
    return n > 5 && file[0] != '.' && strcmp(file + n - 5, ".json") == 0;
}

static bool has_name(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->name[i], name) == 0)
            return true;
    return false;
}

static enum err add_name(struct arena *a, struct names *names, const char *file)
{
    char *name = arena_strndup(a, file, strlen(file) - 5);

    if (name == NULL)
        return ERR_MEMORY;
    if (has_name(names, name))
        return ERR_OK;
    if (names->n == PROFILES_MAX)
        return ERR_TOO_BIG;
    names->name[names->n++] = name;
    return ERR_OK;
}

/* Adds the folder's *.json, without the ending; all are then in the order of the alphabet. */
static enum err list_files(struct arena *a, const char *folder, struct names *ret)
{
    enum err e = ERR_OK;
    struct dirent *entry = NULL;

    /* A folder read by half would leave a business without its profile: hence errno. */
    DIR *d = opendir(folder);
    if (d == NULL)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    while (e == ERR_OK && (errno = 0, entry = readdir(d)) != NULL)
        if (is_profile_name(entry->d_name))
            e = add_name(a, ret, entry->d_name);
    if (entry == NULL && errno != 0)
        e = ERR_IO;
    (void)closedir(d);
    qsort(ret->name, e == ERR_OK ? ret->n : 0, sizeof ret->name[0], by_name);
    return e;
}

static enum err add_fault(struct arena *a, struct profile_faults *f, struct profile_fault fault)
{
    struct profile_fault *more =
        arena_grow(a, f->fault, f->n * sizeof *more, (f->n + 1) * sizeof *more);

    if (more == NULL || fault.file == NULL || fault.path == NULL || fault.text == NULL)
        return ERR_MEMORY;
    more[f->n] = fault;
    *f = (struct profile_faults){.fault = more, .n = f->n + 1};
    return ERR_OK;
}

static enum err add_faults(struct arena *a, struct profile_faults *f,
                           const struct profile_faults *more)
{
    enum err e = ERR_OK;

    for (size_t i = 0; i < more->n && e == ERR_OK; i++)
        e = add_fault(a, f, more->fault[i]);
    return e;
}

const char *profiles_fault_text(struct arena *a, const struct profile_fault *f)
{
    return arena_printf(a, "%s: %s%s%s", f->file, f->path, *f->path == '\0' ? "" : ": ", f->text);
}

/* Is it the file itself that keeps it from being read, and not the machine? */
static bool is_unreadable(const char *path)
{
    struct stat st;
    return access(path, R_OK) != 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode);
}

/* Reads the text of FOLDER/NAME.json. A file that cannot be read leaves file->text NULL, and is a
 * fault; ERR_IO: the machine cannot read it now, and may later. */
static enum err read_file(struct arena *a, const char *folder, struct profile_file *file,
                          struct profile_faults *faults)
{
    struct why why = {0};
    char *text = NULL;

    char *path = arena_printf(a, "%s/%s.json", folder, file->name);
    if (path == NULL || file->label == NULL)
        return ERR_MEMORY;
    enum err e = file_read(a, path, FILE_MAX, &text, &file->n, &why);
    if (e == ERR_MEMORY || (e == ERR_IO && !is_unreadable(path)))
        return e;
    file->text = text;
    if (e == ERR_OK)
        return ERR_OK;
    return add_fault(a, faults, (struct profile_fault){file->label, "", arena_strdup(a, why.text)});
}

/* ==== packs =================================================================================== */

/* Reads FOLDER/LANGUAGE.json over what is in *pack, if anything is; *ret_good: it was without fault
 * and is now in *pack. */
static enum err load_pack(struct arena *a, const char *folder, struct profile_file file,
                          struct profile_pack *pack, bool *ret_good, struct profile_faults *faults)
{
    const struct profile_packs below = {.pack = pack, .n = pack->language != NULL};
    struct profile_faults own = {0};
    size_t before = faults->n;

    *ret_good = false;
    file.packs = &below;
    enum err e = read_file(a, folder, &file, faults);
    if (e != ERR_OK || faults->n > before)
        return e;
    e = profile_read_pack(a, &file, pack, &own);
    *ret_good = e == ERR_OK;
    return e == ERR_CONFIG ? add_faults(a, faults, &own) : e;
}

/* Names the files of a folder of packs; one that is not there has none. */
static enum err list_packs(struct arena *a, const char *folder, struct names *ret)
{
    enum err e = list_files(a, folder, ret);
    return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_packs(struct arena *a, const char *folder, const char *shipped,
                           struct profiles *to)
{
    struct names ours = {0};
    struct names all = {0};
    size_t n = 0;
    bool good = false;

    const char *beside = arena_printf(a, "%s/" BESIDE, folder);
    enum err e = beside == NULL ? ERR_MEMORY : list_packs(a, beside, &ours);
    if (e == ERR_OK && strcmp(beside, shipped) != 0)
        e = list_packs(a, shipped, &all);
    const struct names theirs = all;
    if (e == ERR_OK)
        e = list_packs(a, beside, &all);
    struct profile_pack *pack = arena_calloc(a, all.n + 1, sizeof *pack);
    if (e == ERR_OK && pack == NULL)
        e = ERR_MEMORY;
    for (size_t i = 0; i < all.n && e == ERR_OK; i++) {
        const char *name = all.name[i];
        struct profile_file file = {.name = name};
        file.label = arena_printf(a, "%s/%s.json", shipped, name);
        if (has_name(&theirs, name))
            e = load_pack(a, shipped, file, &pack[n], &good, &to->faults);
        file.label = arena_printf(a, BESIDE "/%s.json", name);
        if (e == ERR_OK && has_name(&ours, name))
            e = load_pack(a, beside, file, &pack[n], &good, &to->faults);
        n += pack[n].language != NULL;
    }
    to->packs = (struct profile_packs){.pack = pack, .n = n};
    return e;
}

/* ==== profiles ================================================================================ */

/* A file that cannot be used, and why. */
struct broken {
    struct profile_file file;
    const char *fault;
};

/* Its first fault, and how many there are. */
static const char *sum_up(struct arena *a, const struct profile_faults *f, size_t from)
{
    const char *first = profiles_fault_text(a, &f->fault[from]);
    size_t n = f->n - from;

    if (first == NULL || n == 1)
        return first;
    return arena_printf(a, "%s (%zu faults in all; holos check lists them)", first, n);
}

/* Those of every language that the business speaks. */
static enum err check_voices(struct arena *a, const struct profiles_from *from,
                             const struct profile *p, struct profile_fault *fault)
{
    enum err e = from->check_voices(a, p, &fault->path, &fault->text);

    for (size_t i = 0; i < p->others_n && e == ERR_OK; i++) {
        e = from->check_voices(a, &p->others[i], &fault->path, &fault->text);
        if (e == ERR_CONFIG)
            fault->path = arena_printf(a, "languages.%s.%s", p->others[i].language, fault->path);
    }
    return e;
}

/* Adds to the faults what is wrong; then *ret_broken has the file. */
static enum err load_one(struct arena *a, const struct profiles_from *from,
                         struct profile_file file, struct profiles *to, struct broken *ret_broken)
{
    struct profile_fault voice = {.file = file.label};
    struct profile_faults own = {0};
    size_t before = to->faults.n;

    enum err e = read_file(a, from->folder, &file, &to->faults);
    if (e == ERR_OK && file.text != NULL)
        e = profile_read(a, &file, &to->profile[to->n], &own);
    if (e == ERR_CONFIG)
        e = add_faults(a, &to->faults, &own);
    if (e == ERR_OK && to->faults.n == before && !zone_exists(to->profile[to->n].time_zone))
        e = add_fault(
            a, &to->faults,
            (struct profile_fault){file.label, "time_zone",
                                   "is not in the tz database: write a name such as Europe/Kyiv"});
    if (e == ERR_OK && to->faults.n == before && from->check_voices != NULL)
        e = check_voices(a, from, &to->profile[to->n], &voice);
    if (e == ERR_CONFIG)
        e = add_fault(a, &to->faults, voice);
    if (e != ERR_OK)
        return e;
    if (to->faults.n == before) {
        to->n++;
        return ERR_OK;
    }
    *ret_broken = (struct broken){.file = file, .fault = sum_up(a, &to->faults, before)};
    return ret_broken->fault == NULL ? ERR_MEMORY : ERR_OK;
}

/* What is taken for granted of a business whose own file cannot be read: it is as the one called
 * `default_name`, if that is sound. */
static struct profile usual(struct arena *a, const struct profiles *all, const char *default_name)
{
    const char *locale = setting_text(SET_VOICE_LANGUAGE);

    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->profile[i].name, default_name) == 0)
            return all->profile[i];
    return (struct profile){.language = arena_strndup(a, locale, strcspn(locale, "-"))};
}

/* Where no pack can help, the business is left out, and its number counts as unknown. */
static enum err add_substitute(struct arena *a, const struct broken *broken,
                               const struct profile *like, struct profiles *to)
{
    struct profile *p = &to->profile[to->n];

    enum err e = profile_substitute(a, &broken->file, like, broken->fault, p);
    if (e == ERR_NOT_FOUND)
        return ERR_OK;
    if (e != ERR_OK)
        return e;
    if (!zone_exists(p->time_zone))
        p->time_zone = "UTC";
    to->n++;
    return ERR_OK;
}

/* To take the first of them would leave a business without its profile. */
static enum err refuse_so_many(struct arena *a, const char *folder, struct profile_faults *ret)
{
    const struct profile_fault fault = {
        .file = arena_strdup(a, folder),
        .path = "",
        .text = arena_printf(a, "holds more than %d profiles; move those that are not used away",
                             PROFILES_MAX)};

    enum err e = add_fault(a, ret, fault);
    return e == ERR_OK ? ERR_CONFIG : e;
}

static enum err load_all(struct arena *a, const struct profiles_from *from,
                         const struct names *names, struct profiles *to)
{
    struct broken *broken = arena_calloc(a, names->n + 1, sizeof *broken);
    enum err e = ERR_OK;
    size_t n = 0;

    to->profile = arena_calloc(a, names->n + 1, sizeof *to->profile);
    if (broken == NULL || to->profile == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < names->n && e == ERR_OK; i++) {
        const struct profile_file file = {.name = names->name[i],
                                          .label = arena_printf(a, "%s.json", names->name[i]),
                                          .packs = &to->packs};
        e = load_one(a, from, file, to, &broken[n]);
        n += e == ERR_OK && broken[n].fault != NULL;
    }
    const struct profile like = usual(a, to, from->default_name);
    for (size_t i = 0; i < n && e == ERR_OK; i++)
        e = add_substitute(a, &broken[i], &like, to);
    return e;
}

const char *profiles_shipped(void)
{
    const char *folder = setting_text(SET_HOLOS_LANGUAGES);
    return *folder == '\0' ? HOLOS_PREFIX "/share/holos/languages" : folder;
}

enum err profiles_load(struct arena *a, const struct profiles_from *from, struct profiles *ret)
{
    struct names names = {0};

    *ret = (struct profiles){0};
    enum err e = list_files(a, from->folder, &names);
    if (e == ERR_TOO_BIG)
        return refuse_so_many(a, from->folder, &ret->faults);
    if (e == ERR_OK)
        e = load_packs(a, from->folder, from->shipped, ret);
    return e == ERR_OK ? load_all(a, from, &names, ret) : e;
}
