/* The parts of an app that speak and ask vendors. Whoever names one of them is linked with every
 * vendor there is. */
#include "base/log.h"
#include "base/settings.h"
#include "calls/app.h"

static enum err open_voice(struct app *app, struct why *why)
{
    app->speaker = (struct speaker){
        .espeak = setting_text(SET_HOLOS_ESPEAK),
        .cache = setting_text(SET_HOLOS_CACHE),
        .cache_max = setting_number(SET_HOLOS_CACHE_MB) * 1024 * 1024,
        .cache_room = &app->cache_room,
        .step_ms = (int)setting_number(SET_HOLOS_SPEAK_MS),
    };
    app->check_voices = provider_check_voices;
    return ladder_read(setting_text(SET_HOLOS_LADDER), &app->providers.ladder, why);
}

static void close_voice(struct app *app)
{
    cache_recent_release(&app->recent);
}

static enum err open_providers(struct app *app, struct why *why)
{
    return providers_open(&app->providers, why);
}

static void close_providers(struct app *app)
{
    providers_close(&app->providers);
}

/* A vendor that is set up and cannot be asked keeps no caller waiting: the next one of the ladder
 * serves. */
static void warn_of_accounts(const struct app *app)
{
    for (const struct provider_account *a = providers_account(NULL); a != NULL;
         a = providers_account(a)) {
        struct why why = {0};
        if (a->ready(&app->providers, &why) == ERR_CONFIG)
            log_event(LOG_WARN, a->name, "why=\"%s\"", why.text);
    }
}

const struct app_part app_voice = {.place = APP_VOICE, .open = open_voice, .close = close_voice};
const struct app_part app_providers = {.place = APP_PROVIDERS,
                                       .open = open_providers,
                                       .close = close_providers,
                                       .warn = warn_of_accounts};
