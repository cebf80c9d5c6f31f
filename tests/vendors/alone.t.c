/* One key and no fall-back model: only the rules come after it, so a moment's fault is not the
 * model's last word. */
#include "tests/support/ring.h"

#define CALLED "0440000202"
#define ANSWER "Ми працюємо щодня. Приходьте!"

static void begin(void)
{
    ring_fresh();
    vendors_tell(&ring_vendors, "/scenario",
                 "{\"stt\":{\"lines\":[\"Коли ви працюєте?\"],\"loop\":true},\"claude\":{\"match\":"
                 "[{\"any\":true,\"answer\":{\"text\":\"" ANSWER "\"}}]}}");
}

struct seen {
    const char *rung;
    int faults;
    int64_t asked;
};

/* One turn of a new call, and what became of it. */
static struct seen turn(bool stream)
{
    const char *call = ring_call(CALLED);

    struct answer a = ring_turn(&(struct ring_said){.call = call, .turn = "1", .stream = stream});
    assert_int_equal(a.status, 200);
    assert_non_null(strstr(a.body, "\"success\":true"));
    struct turn kept = ring_kept(call, 1);
    return (struct seen){kept.think_rung, kept.faults,
                         vendors_count(&ring_vendors, "claude", "requests")};
}

static void misbehave(const char *what, const char *more)
{
    begin();
    vendors_misbehave(&ring_vendors, "claude", what, more);
}

static void assert_breaker_closed(void)
{
    assert_string_equal(ring_sql("SELECT count(*) FROM rung"), "0\n");
}

static void a_moments_fault_of_the_only_model_is_asked_once_more(void **state)
{
    (void)state;
    static const struct {
        const char *what, *more;
    } moments[] = {
        {"status", "\"status\":529,\"times\":1"},
        {"status", "\"status\":500,\"times\":1"},
        {"status", "\"status\":429,\"retry_after\":1,\"times\":1"},
        {"status", "\"status\":503,\"should_retry\":true,\"times\":1"},
        {"garbage", "\"times\":1"},
        {"cut", "\"times\":1"},
    };

    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        misbehave(moments[i].what, moments[i].more);
        struct seen s = turn(false);
        assert_string_equal(s.rung, "claude");
        assert_int_equal(s.faults, 1);
        assert_int_equal(s.asked, 2);
        assert_breaker_closed();
    }
}

static void what_no_second_try_mends_leaves_the_turn_to_the_rules_at_once(void **state)
{
    (void)state;
    static const char *const lasting[] = {
        "\"status\":401",
        "\"status\":400",
        "\"status\":429,\"retry_after\":30",
        "\"status\":500,\"should_retry\":false",
    };

    for (size_t i = 0; i < sizeof lasting / sizeof lasting[0]; i++) {
        misbehave("status", lasting[i]);
        struct seen s = turn(i % 2 == 1);
        assert_string_equal(s.rung, "rules");
        assert_int_equal(s.faults, 1);
        assert_int_equal(s.asked, 1);
    }
}

static void the_second_failure_in_a_turn_is_the_last(void **state)
{
    (void)state;

    misbehave("status", "\"status\":500");
    struct seen s = turn(false);
    assert_string_equal(s.rung, "rules");
    assert_int_equal(s.faults, 2);
    assert_int_equal(s.asked, 2);
    /* For the breaker it was one. */
    assert_string_equal(ring_sql("SELECT failures FROM rung WHERE name='think-claude'"), "1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_moments_fault_of_the_only_model_is_asked_once_more),
        cmocka_unit_test(what_no_second_try_mends_leaves_the_turn_to_the_rules_at_once),
        cmocka_unit_test(the_second_failure_in_a_turn_is_the_last),
    };

    ring_begin();
    ring_set("ANTHROPIC_API_KEY_2", "");
    ring_set("CLAUDE_API_KEY_2", "");
    ring_set("CLAUDE_FALLBACK_MODEL", "");
    ring_open(door_open_direct, 1);
    int failed = cmocka_run_group_tests_name("vendors/alone", tests, NULL, NULL);
    ring_close();
    return failed;
}
