/* when-words - the words that tell a day or a time, as a language's table has them (when.h).
 *
 * A row gives its words a kind and a value. A piece of `words` is one word or several with blanks
 * between them; a word that ends in * stands for all that begin so. Apostrophes and the signs over
 * й, ї, ё do not count, for recognisers leave them out. The longest piece that fits is taken. One
 * word may stand in rows of several kinds: the reader asks for the kind that a place needs.
 *
 * Numerals, ordinals, month names behind a day, names and abbreviations of weekdays are taken from
 * struct language; the table has only what is not there. */
#ifndef HOLOS_LANGUAGE_WHEN_WORDS_H
#define HOLOS_LANGUAGE_WHEN_WORDS_H

enum when_kind {
    /* days */
    WHEN_DAY,     /* value: days from today; below 0 it is over */
    WHEN_WEEKDAY, /* value: 1 Monday to 7 */
    WHEN_MONTH,   /* value: 1 to 12 */
    WHEN_UNIT,    /* value: 1 day, 7 week, 30 month, 365 year */
    WHEN_WEEKEND,
    WHEN_WORKDAYS,
    WHEN_BEGIN, /* of a week or a month */
    WHEN_MIDDLE,
    WHEN_END,
    WHEN_NEXT, /* наступний; value 1: only before a week */
    WHEN_THIS,
    WHEN_COMING,   /* найближчий, before a weekday */
    WHEN_IN,       /* через; value 1: before days and more, not before hours */
    WHEN_PAIR,     /* пару: two */
    WHEN_OF_MONTH, /* числа, behind a day's number */
    WHEN_THOUSAND, /* of a year */

    /* times */
    WHEN_HOUR,
    WHEN_MINUTE,
    WHEN_HALF_HOUR, /* as a length */
    WHEN_ONE,       /* one o'clock without a number: "в час"; only in the call's language */
    WHEN_HALF,      /* пів на */
    WHEN_HALF_GLUED, /* how a word begins whose rest is the hour: "пол" in "полдесятого" */
    WHEN_HALF_PAST, /* з половиною, behind the hour */
    WHEN_QUARTER,   /* value: minutes */
    WHEN_LACKS,     /* за, без: minutes, then the hour that they lack */
    WHEN_PAST,      /* по: minutes after an hour */
    WHEN_INTO,      /* на: minutes of an hour that has begun */
    WHEN_PART,      /* value and `more`: from and to in minutes, -1: open */
    WHEN_OF,        /* behind an hour; value: 0 morning, 1 day, 2 evening, 3 night */
    WHEN_NOON,      /* an hour with a name; value: minutes */

    /* what stands before them */
    WHEN_AT,     /* value: 0 an hour or a day, 1 an hour only, 2 about an hour, 3 either: на */
    WHEN_ABOUT,  /* десь: says only that it is not exact */
    WHEN_AFTER,  /* also: not before */
    WHEN_BEFORE, /* also: not after. value 1: the day itself is meant too */
    WHEN_FROM,   /* з; value 1: NOT a word before a person or a thing, починаючи з */
    WHEN_UNTIL,  /* по, between two days */
    WHEN_BETWEEN,

    /* the rest */
    WHEN_GREETS, /* a greeting, or a wish at parting: "добрий вечір" is no evening */
    WHEN_AND,
    WHEN_OR,
    WHEN_NEAREST,
    WHEN_ANY,
    WHEN_LAST_ONE,
    WHEN_DENIES,   /* не, before what is denied */
    WHEN_CANNOT,   /* не можу, before or behind it; value 1: only behind it */
    WHEN_CORRECTS, /* ні, краще: what comes replaces what was said */
    WHEN_LITTLE,   /* words that may stand between: я, мені */
    WHEN_COUNTED,  /* behind a number that tells no time: гривень, людей */
    WHEN_NOUN_ENDS /* how a word may end to which an ordinal before it belongs: "на першу зміну" */
};

/* A table ends with a row whose words are NULL. */
struct when_word {
    enum when_kind kind;
    int value, more;
    const char *words; /* a row (language.h) */
};

#endif
