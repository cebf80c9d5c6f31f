/* An app for the trial route: it opens, unless TRIAL_APP names a file that is not there. And a slow
 * start: the program takes TRIAL_START_MS longer before it comes to main. */
#include <unistd.h>

#include "calls/app.h"

__attribute__((constructor)) static void start_slowly(void)
{
    const char *ms = getenv("TRIAL_START_MS");

    if (ms != NULL)
        (void)usleep((useconds_t)strtoul(ms, NULL, 10) * 1000);
}

/* The route names it; it is never opened. */
const struct app_part app_store = {.place = APP_STORE};

enum err app_open(struct app *app, const struct app_part *const *parts, struct why *why)
{
    const char *key = getenv("TRIAL_APP");

    (void)parts;
    *app = (struct app){0};
    if (key != NULL && access(key, F_OK) != 0)
        return why_set(why, ERR_NOT_FOUND, "there is no store yet; run holos migrate");
    return ERR_OK;
}

void app_close(struct app *app)
{
    *app = (struct app){0};
}

void app_warn(const struct app *app)
{
    (void)app;
}
