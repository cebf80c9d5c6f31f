#include "serve/routes-nginx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/settings.h"

static const char *const one_path[] = {"/telephony/binotel/audio-stream", NULL};
static const char *const two_paths[] = {"/health", "/telephony/health", NULL};
static const struct access with_secret = {.path_secret = true};
static const struct handler audio = {.name = "audio-stream",
                                     .paths = one_path,
                                     .methods = HANDLER_POST,
                                     .body_max = (size_t)10 * 1024 * 1024,
                                     .access = &with_secret,
                                     .streams = true,
                                     .speaks = true,
                                     .about = "one turn"};
static const struct handler health = {.name = "health",
                                      .paths = two_paths,
                                      .methods = HANDLER_GET,
                                      .deadline_ms = 2500,
                                      .access = &access_open,
                                      .about = "what works"};
static const struct handler *const table[] = {&audio, &health, NULL};

static const char due[] =
    "# Made by `holos routes --nginx` from the routes themselves; do not edit.\n"
    "\n"
    "# audio-stream: one turn\n"
    "location = /telephony/binotel/audio-stream {\n"
    "    include holos/params.conf;\n"
    "    fastcgi_pass unix:/run/holos/audio-stream.sock;\n"
    "    fastcgi_read_timeout 15s;\n"
    "    client_max_body_size 10551296;\n"
    "    client_body_buffer_size 1048576;\n"
    "    fastcgi_buffering off;\n"
    "    fastcgi_ignore_client_abort off; # a waiting turn whose sender left is dropped\n"
    "    error_page 500 504 /.holos/excuse;\n"
    "    error_page 502 503 =503 /.holos/excuse;\n"
    "    include holos/error-pages.conf;\n"
    "}\n"
    "location ^~ /telephony/binotel/audio-stream/ {\n"
    "    include holos/params.conf;\n"
    "    fastcgi_pass unix:/run/holos/audio-stream.sock;\n"
    "    fastcgi_read_timeout 15s;\n"
    "    client_max_body_size 10551296;\n"
    "    client_body_buffer_size 1048576;\n"
    "    fastcgi_buffering off;\n"
    "    fastcgi_ignore_client_abort off; # a waiting turn whose sender left is dropped\n"
    "    error_page 500 504 /.holos/excuse;\n"
    "    error_page 502 503 =503 /.holos/excuse;\n"
    "    include holos/error-pages.conf;\n"
    "}\n"
    "\n"
    "# health: what works\n"
    "location = /health {\n"
    "    include holos/params.conf;\n"
    "    fastcgi_pass unix:/run/holos/health.sock;\n"
    "    fastcgi_read_timeout 6s;\n"
    "    client_max_body_size 65536;\n"
    "    client_body_buffer_size 65536;\n"
    "}\n"
    "location = /telephony/health {\n"
    "    include holos/params.conf;\n"
    "    fastcgi_pass unix:/run/holos/health.sock;\n"
    "    fastcgi_read_timeout 6s;\n"
    "    client_max_body_size 65536;\n"
    "    client_body_buffer_size 65536;\n"
    "}\n"
    "\n# What callers hear when no worker answers.\n"
    "location = /.holos/excuse {\n"
    "    internal;\n"
    "    client_max_body_size 0;\n"
    "    default_type application/json;\n"
    "    root /run/holos;\n"
    "    add_header Retry-After 2 always;\n"
    "    add_header X-Request-Id $request_id always;\n"
    "    try_files /excuse.json @holos_unavailable;\n"
    "}\n";

static void every_path_is_one_location_with_the_routes_limits_and_one_for_a_secret(void **state)
{
    struct arena a;
    struct buf b;

    (void)state;
    assert_int_equal(settings_load(NULL), ERR_OK);
    arena_init(&a, 1 << 20);
    buf_init(&b, &a, 65536);
    assert_int_equal(routes_write_nginx(&b, table, "/run/holos"), ERR_OK);
    assert_string_equal(buf_text(&b), due);
    arena_release(&a);
    settings_forget();
}

static void a_buffer_that_is_too_small_is_an_error(void **state)
{
    struct arena a;
    struct buf b;

    (void)state;
    assert_int_equal(settings_load(NULL), ERR_OK);
    arena_init(&a, 1 << 20);
    buf_init(&b, &a, 300);
    assert_int_equal(routes_write_nginx(&b, table, "/run/holos"), ERR_TOO_BIG);
    arena_release(&a);
    settings_forget();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_path_is_one_location_with_the_routes_limits_and_one_for_a_secret),
        cmocka_unit_test(a_buffer_that_is_too_small_is_an_error),
    };
    return cmocka_run_group_tests_name("serve/routes-nginx", tests, NULL, NULL);
}
