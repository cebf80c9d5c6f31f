/* The C side of the stand-ins: they start, do as told, tell what came, and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/vendors.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NOISE "0000000000000000000000000000000000000000000000000000000000000000"

static struct vendors vendors;

static int start(void **state)
{
    (void)state;
    vendors_start(&vendors);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    vendors_stop(&vendors);
    return 0;
}

/* Connects to a vendor and goes. 0, or the error. */
static int knock(const char *vendor)
{
    const char *port = strrchr(vendors_url(&vendors, vendor), ':');
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_non_null(port);
    at.sin_port = htons((uint16_t)strtoul(port + 1, NULL, 10));
    int e = connect(fd, (struct sockaddr *)&at, sizeof at) == 0 ? 0 : errno;
    (void)close(fd);
    return e;
}

static void a_vendor_is_there_and_counts_who_came(void **state)
{
    (void)state;
    vendors_reset(&vendors);
    assert_int_equal(vendors_count(&vendors, "stt", "accepts"), 0);
    assert_int_equal(knock("stt"), 0);
    for (int i = 0; i < 100 && vendors_count(&vendors, "stt", "handshakes_failed") == 0; i++)
        (void)usleep(10000);
    assert_int_equal(vendors_count(&vendors, "stt", "accepts"), 1);
    assert_int_equal(vendors_count(&vendors, "stt", "handshakes"), 0);
    assert_int_equal(vendors_count(&vendors, "stt", "200"), 0);
    vendors_assert_content(&vendors);
}

static void a_vendor_refuses_when_told_so_and_is_back_when_told_so(void **state)
{
    (void)state;
    vendors_misbehave(&vendors, "claude", "refuse", NULL);
    assert_int_equal(knock("claude"), ECONNREFUSED);
    assert_int_equal(knock("tts"), 0);
    vendors_behave(&vendors, "claude");
    assert_int_equal(knock("claude"), 0);
    vendors_misbehave(&vendors, "claude", "refuse", "\"times\":1");
    vendors_reset(&vendors);
    assert_int_equal(knock("claude"), 0);
}

static void a_scenario_and_a_recording_are_taken(void **state)
{
    struct arena a;

    (void)state;
    arena_init(&a, 16 << 20);
    vendors_play(&vendors, "salon-call.json");
    vendors_hear(&vendors, NOISE, "Добрий день");
    const struct json *report = vendors_report(&vendors, &a, true);
    int64_t left = 0;
    assert_int_equal(json_get_int(json_member(report, "left"), "stt", 0, 99, &left, NULL), ERR_OK);
    assert_int_equal(left, 6);
    assert_int_equal(json_count(json_member(report, "timings")), 0);
    arena_release(&a);
}

static const char *set(const char *name)
{
    const char *value = getenv(name);

    return value == NULL ? "(not set)" : value;
}

static void the_settings_point_at_them(void **state)
{
    (void)state;
    vendors_set(&vendors);
    assert_string_equal(set("GOOGLE_STT_URL"), vendors_url(&vendors, "stt"));
    assert_string_equal(set("GOOGLE_TTS_URL"), vendors_url(&vendors, "tts"));
    assert_int_equal(strncmp(set("ANTHROPIC_BASE_URL"), "https://127.0.0.1:", 18), 0);
    assert_non_null(strstr(set("WHISPER_URL"), "/inference"));
    assert_int_equal(access(set("HOLOS_CA_FILE"), R_OK), 0);
    assert_int_equal(access(set("GOOGLE_APPLICATION_CREDENTIALS"), R_OK), 0);
    assert_string_not_equal(set("ANTHROPIC_API_KEY"), set("ANTHROPIC_API_KEY_2"));
    vendors_unset();
    assert_null(getenv("HOLOS_CA_FILE"));
}

static void stopped_they_leave_nothing(void **state)
{
    struct vendors other;
    char ca[512];

    (void)state;
    vendors_start(&other);
    pid_t pid = other.pid;
    (void)snprintf(ca, sizeof ca, "%s", other.ca);
    assert_int_equal(access(ca, R_OK), 0);
    vendors_stop(&other);
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(access(ca, F_OK), -1);
    vendors_stop(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vendor_is_there_and_counts_who_came),
        cmocka_unit_test(a_vendor_refuses_when_told_so_and_is_back_when_told_so),
        cmocka_unit_test(a_scenario_and_a_recording_are_taken),
        cmocka_unit_test(the_settings_point_at_them),
        cmocka_unit_test(stopped_they_leave_nothing),
    };
    return cmocka_run_group_tests_name("vendors/helper", tests, start, stop);
}
