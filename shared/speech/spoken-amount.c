#include <string.h>

#include "speech/reader.h"

/* Numbers with and without what they count. */

static void say_money(struct reader *r, const struct amount *a, const struct noun *noun,
                      enum grammar g)
{
    const struct tongue *t = r->tongue;
    unsigned part = a->places == 1 ? a->part * 10 : a->part;
    const struct noun *small = t->nouns;

    while (small->keys != NULL && strcmp(small->keys, noun->hundredth) != 0)
        small++;
    if (a->whole > 0 || part == 0) {
        numeral_cardinal(&r->out, t, a->whole, noun->gender, g);
        buf_putc(&r->out, ' ');
        numeral_noun(&r->out, t, noun, a->whole, g);
    }
    if (part == 0 || small->keys == NULL)
        return;
    if (a->whole > 0)
        buf_putc(&r->out, ' ');
    numeral_cardinal(&r->out, t, part, small->gender, g);
    buf_putc(&r->out, ' ');
    numeral_noun(&r->out, t, small, part, g);
}

/* "дві з половиною години", "півтори години" */
static void say_half(struct reader *r, const struct amount *a, const struct noun *noun,
                     enum grammar g)
{
    const struct tongue *t = r->tongue;

    if (a->whole == 1) {
        buf_printf(&r->out, "%s ", t->one_and_half[noun->gender]);
        row_put(&r->out, noun->one, GEN);
        return;
    }
    numeral_cardinal(&r->out, t, a->whole, noun->gender, g);
    buf_printf(&r->out, " %s ", t->half);
    numeral_noun(&r->out, t, noun, a->whole, g);
}

/* "дві цілих": an adjective stands in the genitive plural after every number but one. */
static void put_part(struct reader *r, const struct noun *part, uint64_t n, enum grammar g)
{
    bool one = n % 10 == 1 && n % 100 != 11;
    bool straight = g == NOM || g == ACC;

    row_put(&r->out, one ? part->one : part->many, straight && !one ? GEN : g);
}

static void say_decimal(struct reader *r, const struct amount *a, const struct noun *noun,
                        enum grammar g)
{
    const struct tongue *t = r->tongue;
    const struct noun *part = &t->part[a->places - 1];

    numeral_cardinal(&r->out, t, a->whole, FEMALE, g);
    buf_putc(&r->out, ' ');
    put_part(r, &t->whole, a->whole, g);
    buf_putc(&r->out, ' ');
    numeral_cardinal(&r->out, t, a->part, FEMALE, g);
    buf_putc(&r->out, ' ');
    put_part(r, part, a->part, g);
    if (noun == NULL)
        return;
    buf_putc(&r->out, ' ');
    row_put(&r->out, noun->one, GEN);
}

void say_amount(struct reader *r, const struct amount *a, const struct noun *noun,
                enum gender gender, enum grammar g)
{
    bool half = a->places == 1 && a->part == 5 && a->whole > 0 && (g == NOM || g == ACC);

    if (a->places > 0 && a->places < 3 && noun != NULL && noun->hundredth != NULL) {
        say_money(r, a, noun, g);
    } else if (half && noun != NULL) {
        say_half(r, a, noun, g);
    } else if (a->places > 0) {
        say_decimal(r, a, noun, g);
    } else {
        numeral_cardinal(&r->out, r->tongue, a->whole, noun != NULL ? noun->gender : gender, g);
        if (noun == NULL)
            return;
        buf_putc(&r->out, ' ');
        numeral_noun(&r->out, r->tongue, noun, a->whole, g);
    }
}
