#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "think/model.h"

static const struct claude_setup setup = {.model = "haiku", .fallback_model = "sonnet"};

static struct model_order order_of(const char *ladder)
{
    struct model_order o;
    struct ladder l;

    assert_int_equal(ladder_read(ladder, &l, NULL), ERR_OK);
    model_order_read(&o, &l, &setup);
    return o;
}

/* Asks the next one; its place. */
static size_t ask(struct model_order *o)
{
    size_t place = SIZE_MAX;

    assert_true(model_order_next(o, &place));
    assert_true(place < o->n);
    o->place[place].state = MODEL_ASKED;
    return place;
}

static void assert_none(const struct model_order *o)
{
    size_t place = 7;

    assert_false(model_order_next(o, &place));
    assert_int_equal(place, 7);
}

static void they_are_asked_in_the_ladders_order_each_once(void **state)
{
    struct model_order o = order_of("");

    (void)state;
    assert_int_equal(o.n, 3);
    assert_int_equal(o.place[ask(&o)].rung, LADDER_THINK_CLAUDE);
    assert_int_equal(o.place[ask(&o)].rung, LADDER_THINK_CLAUDE_2);
    size_t last = ask(&o);
    assert_int_equal(o.place[last].rung, LADDER_THINK_FALLBACK);
    assert_string_equal(o.place[last].model, "sonnet");
    assert_none(&o);
}

static void what_stands_behind_the_rules_is_never_asked(void **state)
{
    struct model_order o = order_of("think=claude-fallback,rules,claude");

    (void)state;
    assert_int_equal(o.n, 1);
    assert_int_equal(o.place[ask(&o)].rung, LADDER_THINK_FALLBACK);
    assert_none(&o);
    o = order_of("think=rules,claude");
    assert_none(&o);
}

static void one_that_failed_is_not_asked_again(void **state)
{
    struct model_order o = order_of("think=claude,claude-2");

    (void)state;
    model_order_failed(&o, ask(&o), false, false);
    assert_int_equal(ask(&o), 1);
    assert_none(&o);
}

static void one_that_was_beaten_is_asked_again_when_no_other_is_left(void **state)
{
    struct model_order o = order_of("think=claude,claude-2,claude-fallback");

    (void)state;
    o.place[ask(&o)].state = MODEL_BEATEN;
    model_order_failed(&o, ask(&o), false, false);
    assert_int_equal(ask(&o), 2);
    assert_int_equal(ask(&o), 0);
    assert_none(&o);
}

static void when_one_got_nothing_at_all_the_others_are_not_tried(void **state)
{
    struct model_order o = order_of("think=claude,claude-2,claude-fallback");

    (void)state;
    size_t first = ask(&o), second = ask(&o);
    model_order_failed(&o, first, true, false);
    assert_none(&o);
    /* The one beside it did get an answer from there, if none that helps. */
    model_order_failed(&o, second, false, false);
    assert_int_equal(ask(&o), 2);
}

static void a_refusal_leads_past_the_other_key_to_the_other_model(void **state)
{
    struct model_order o = order_of("think=claude,claude-2,claude-fallback");

    (void)state;
    model_order_failed(&o, ask(&o), false, true);
    assert_int_equal(ask(&o), 2);
    assert_none(&o);
}

/* The first key was revoked and the model overloaded: the other model was asked with that key. */
static void the_other_model_is_asked_with_the_key_that_works(void **state)
{
    struct model_order o = order_of("think=claude,claude-2,claude-fallback");

    (void)state;
    o.keys = 2;
    assert_int_equal(model_order_key(&o, 0), 0);
    assert_int_equal(model_order_key(&o, 1), 1);
    assert_int_equal(model_order_key(&o, 2), 0);
    model_order_key_failed(&o, 0);
    assert_int_equal(model_order_key(&o, 2), 1);
    assert_int_equal(model_order_key(&o, 0), 0);
    model_order_key_failed(&o, 1); /* none is better */
    assert_int_equal(model_order_key(&o, 2), 0);
    o = order_of("think=claude,claude-fallback");
    o.keys = 1;
    model_order_key_failed(&o, 0);
    assert_int_equal(model_order_key(&o, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_asked_in_the_ladders_order_each_once),
        cmocka_unit_test(what_stands_behind_the_rules_is_never_asked),
        cmocka_unit_test(one_that_failed_is_not_asked_again),
        cmocka_unit_test(one_that_was_beaten_is_asked_again_when_no_other_is_left),
        cmocka_unit_test(when_one_got_nothing_at_all_the_others_are_not_tried),
        cmocka_unit_test(a_refusal_leads_past_the_other_key_to_the_other_model),
        cmocka_unit_test(the_other_model_is_asked_with_the_key_that_works),
    };
    return cmocka_run_group_tests_name("think/model-order", tests, NULL, NULL);
}
