/* The cases of the base room. */
#include "tests/torture/cases.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/child.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/settings.h"
#include "base/text.h"
#include "base/zone.h"

/* The errors that the torn call may become; anything else blames the caller for the machine. */
static bool is_machines_fault(enum err e)
{
    return e == ERR_MEMORY || e == ERR_DISK || e == ERR_IO || e == ERR_CHILD || e == ERR_DEADLINE;
}

static const char *judge(const struct torture *t, enum err e, const char *failed_clean)
{
    if (t->clean && e != ERR_OK)
        return failed_clean;
    if (e != ERR_OK && !is_machines_fault(e))
        return err_name(e);
    return NULL;
}

static int entries(const char *folder)
{
    int n = 0;

    DIR *d = opendir(folder);
    if (d == NULL)
        return -1;
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        n += e->d_name[0] != '.';
    (void)closedir(d);
    return n;
}

/* A settings error under torture is ERR_CONFIG for a credential that cannot be read. */
static const char *settings_keep_their_values(const struct torture *t)
{
    if (file_replace(torture_path(t, "BINOTEL_API_KEY"), "hush\n", 5, NULL) != ERR_OK ||
        setenv("CREDENTIALS_DIRECTORY", t->folder, 1) != 0 ||
        setenv("HOLOS_SPEAK_MS", "777", 1) != 0 || settings_load(NULL) != ERR_OK)
        return "the preparation failed";
    struct why why = {0};
    torture_arm(true);
    enum err e = settings_load(&why);
    torture_arm(false);
    const char *bad = NULL;
    if (e != ERR_OK && (t->clean || (e != ERR_CONFIG && e != ERR_MEMORY)))
        bad = "the settings did not load";
    if (e == ERR_CONFIG && strstr(why.text, "cannot be read") == NULL)
        bad = "no reason was given";
    if (strcmp(setting_text(SET_BINOTEL_API_KEY), "hush") != 0 ||
        setting_number(SET_HOLOS_SPEAK_MS) != 777)
        bad = "a value was lost";
    settings_forget();
    return bad;
}

/* Whatever fails, a reader finds the old file or the new one, whole, and nothing beside it. */
static const char *a_file_is_the_old_or_the_new(const struct torture *t)
{
    static const char old[] = "the old text";
    char fresh[3000];
    struct arena a;
    char *text = NULL;
    size_t n = 0;

    memset(fresh, 'n', sizeof fresh);
    const char *path = torture_path(t, "file");
    if (file_replace(path, old, sizeof old - 1, NULL) != ERR_OK)
        return "the preparation failed";
    torture_arm(true);
    enum err e = file_replace(path, fresh, sizeof fresh, NULL);
    torture_arm(false);
    arena_init(&a, 1 << 20);
    const char *bad = judge(t, e, "the file was not replaced");
    if (file_read(&a, path, 10000, &text, &n, NULL) != ERR_OK)
        bad = "the file is gone";
    else if (e == ERR_OK && (n != sizeof fresh || memcmp(text, fresh, n) != 0))
        bad = "the new file is not whole";
    else if (e != ERR_OK && strcmp(text, old) != 0)
        bad = "the old file was touched";
    /* The one file; its half-written sister may stay only if her removal was what failed. */
    int files = entries(t->folder);
    if (bad == NULL && (files < 1 || files > 1))
        bad = "something else was left in the folder";
    arena_release(&a);
    return bad;
}

static const char *a_file_is_read_whole_or_not(const struct torture *t)
{
    static char data[40000];
    struct arena a;
    char *text = NULL;
    size_t n = 0;

    memset(data, 'x', sizeof data);
    const char *path = torture_path(t, "file");
    if (file_replace(path, data, sizeof data, NULL) != ERR_OK)
        return "the preparation failed";
    arena_init(&a, 1 << 20);
    torture_arm(true);
    enum err e = file_read(&a, path, sizeof data, &text, &n, NULL);
    torture_arm(false);
    const char *bad = judge(t, e, "the file was not read");
    if (e == ERR_OK && (n != sizeof data || memcmp(text, data, n) != 0))
        bad = "half a file was called whole";
    if (e != ERR_OK && (text != NULL || n != 0))
        bad = "an output was touched by a failure";
    arena_release(&a);
    return bad;
}

static const char *folders_are_made_or_an_error_says_why(const struct torture *t)
{
    struct why why = {0};

    torture_arm(true);
    enum err e = file_make_directory(torture_path(t, "a/b/c"), &why);
    torture_arm(false);
    const char *bad = judge(t, e, "the folders were not made");
    if (e == ERR_OK && entries(torture_path(t, "a/b/c")) != 0)
        bad = "the folder is not there";
    if (e != ERR_OK && why.text[0] == '\0')
        bad = "no reason was given";
    return bad;
}

static const char *a_child_answers_or_is_gone(const struct torture *t)
{
    static const char *const argv[] = {"cat", NULL};
    static char data[100000];
    struct arena a;
    struct buf out;
    struct why why = {0};

    memset(data, 'y', sizeof data);
    arena_init(&a, 4 << 20);
    buf_init(&out, &a, 1 << 20);
    torture_arm(true);
    enum err e = child_run(argv, data, sizeof data, &out, deadline_in_ms(8000), &why);
    torture_arm(false);
    const char *bad = judge(t, e, "the child did not answer");
    if (e == ERR_DEADLINE)
        bad = "the deadline had to end it";
    if (e == ERR_OK && (out.len != sizeof data || memcmp(out.data, data, out.len) != 0))
        bad = "half an answer was called whole";
    if (e != ERR_OK && e != ERR_MEMORY && why.text[0] == '\0')
        bad = "no reason was given";
    arena_release(&a);
    return bad;
}

static const char *memory_is_refused_and_remembered(const struct torture *t)
{
    struct arena a;
    struct buf b;

    arena_init(&a, 1 << 20);
    buf_init(&b, &a, 200000);
    torture_arm(true);
    for (int i = 0; i < 2000; i++)
        buf_printf(&b, "%05d.", i);
    char *folded = text_fold(&a, "Добрий ДЕНЬ, п’ятниця!");
    char *copy = arena_printf(&a, "%s-%d", "copy", 7);
    torture_arm(false);
    enum err e = buf_err(&b);
    const char *bad = judge(t, e, "the text was not built");
    if (e == ERR_OK && (b.len != 12000 || memcmp(b.data + 11994, "01999.", 7) != 0))
        bad = "the text is not whole";
    if (e != ERR_OK && (b.len % 6 != 0 || !a.overflowed))
        bad = "a refused piece was half added or forgotten";
    if (folded == NULL && t->clean)
        bad = "the text was not folded";
    if (folded != NULL && strcmp(folded, "добрий день п'ятниця") != 0)
        bad = "the folded text is wrong";
    if (copy == NULL && !a.overflowed)
        bad = "a refusal was forgotten";
    arena_release(&a);
    return bad;
}

static const char *a_digest_is_right_or_an_error(const struct torture *t)
{
    char hex[DIGEST_HEX] = "";

    torture_arm(true);
    enum err e = digest_hmac_sha256("Jefe", "what do ya want for nothing?", 28, hex);
    torture_arm(false);
    const char *bad = judge(t, e, "no digest was made");
    if (e == ERR_OK &&
        strcmp(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843") != 0)
        bad = "the digest is wrong";
    if (e != ERR_OK && hex[0] != '\0')
        bad = "an output was touched by a failure";
    return bad;
}

static const char *local_time_is_right_or_an_error(const struct torture *t)
{
    struct tm tm = {0};

    torture_arm(true);
    enum err e = zone_local("Asia/Tokyo", 0, &tm);
    torture_arm(false);
    if (e == ERR_OK && tm.tm_hour != 9)
        return "the time is wrong";
    /* A zone that could not be loaded must be tried again, not remembered. */
    enum err again = zone_local("Asia/Tokyo", 0, &tm);
    if (again != ERR_OK || tm.tm_hour != 9)
        return "a failure was remembered";
    return judge(t, e == ERR_CONFIG ? ERR_IO : e, "the zone was not found");
}

const struct torture_case torture_base[] = {
    {"settings", settings_keep_their_values, NULL},
    {"file-replace", a_file_is_the_old_or_the_new, NULL},
    {"file-read", a_file_is_read_whole_or_not, NULL},
    {"folders", folders_are_made_or_an_error_says_why, NULL},
    {"child", a_child_answers_or_is_gone, NULL},
    {"memory", memory_is_refused_and_remembered, NULL},
    {"digest", a_digest_is_right_or_an_error, NULL},
    {"zone", local_time_is_right_or_an_error, NULL},
    {0},
};
