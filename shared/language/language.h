/* language - what holos knows of a language, as tables.
 *
 * A file shared/language/CODE.c exports one `const struct language language_CODE`; the build finds
 * it by its place and puts it into languages[]. No other file names a language, except invented*.c,
 * which knows phrases of three languages. These headers use the tables:
 *
 *     verbalise.h   says figures as words       sentence.h   finds where a sentence ends
 *     spelled.h     reads words as figures      vocative.h   calls a person by name
 *     when.h        reads days and times        heard.h      knows kinds of words
 *     tell.h        says days, times, money, lists
 *
 * To add a language, copy uk.c to CODE.c and write its words. tests/unit/language/languages.t says
 * which are missing. What the comments call optional may be left out: what needs it stays as it is
 * written.
 *
 * A row is one string; '|' separates its pieces. A row of forms has the six cases in the order of
 * enum noun_case: "гривня|гривні|гривні|гривню|гривнею|гривні". If a row is shorter, its last form
 * serves for the remaining cases, so a word that never changes is a row of one piece. Words that
 * are compared with a text are in lower case. A list ends with a row that is all NULL.
 *
 * The tables cannot express a day after its month, units before tens ("einundzwanzig"), or hours
 * that are counted towards the next hour. */
#ifndef HOLOS_LANGUAGE_LANGUAGE_H
#define HOLOS_LANGUAGE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nominative, genitive, dative, accusative, instrumental, locative. */
enum noun_case { NOM, GEN, DAT, ACC, INS, LOC, NOUN_CASE__MAX };
enum gender { MALE, FEMALE, NEUTER, MANY, GENDER__MAX };

/* A noun that is counted. `keys` are its abbreviations as a row, or its first form where it has
 * none: a blank in one stands for any blanks or none, a full stop for one that may be left out, an
 * exclamation mark for a full stop that must be there, a capital for a capital alone. */
struct noun {
    const char *keys;
    enum gender gender;
    const char *one;       /* the singular's forms */
    const char *many;      /* the plural's */
    const char *hundredth; /* of money: the keys of its hundredth part; else NULL */
};

/* What an ordinal is made of: the stem, then an ending out of ordinal_endings[endings]. */
struct ordinal_stem {
    const char *text; /* NULL: the number stays a cardinal */
    int endings;
};

/* A word before a number, or two ("згідно з"), and the case it asks for, by what the number is. */
struct preposition {
    const char *word;
    enum noun_case number, clock, date, place;
};

/* How a preposition changes before a sound: when the next word begins with `before`, the last
 * `drop` letters of `word` go and `add` comes. The first that fits counts. */
struct preposition_change {
    const char *word, *before;
    size_t drop;
    const char *add;
};

/* What stands behind the hyphen in "2-га". Of several with the same text, the one counts whose case
 * the preposition asks for, else the first. */
struct written_ending {
    const char *text;
    bool ordinal; /* else the number is a cardinal */
    enum gender gender;
    enum noun_case noun_case;
    int last; /* only behind a number that ends in this digit; -1: behind any */
};

#define WRITTEN_DECADE 10 /* `last` of "90-е": only behind tens from 40 on */

/* A word behind a number that makes it an ordinal: "на 2 поверсі", "2026 року". */
struct ordered {
    const char *word; /* a key, as in struct noun */
    enum gender gender;
    enum noun_case noun_case;
    const char *after; /* only behind one of these words, a row; NULL: behind any */
    uint64_t least;    /* only from this number on */
    const char *say;   /* instead of the word; NULL: it stays as it is written */
};

/* A noun that a Roman numeral stands before: its forms and the case that each has. */
struct ranked {
    enum gender gender;
    const char *forms;            /* a row */
    enum noun_case noun_case[12]; /* of each form */
};

enum follow { BEFORE_NAME, BEFORE_DIGIT, BEFORE_ANY };

/* An abbreviation that is not counted. Its full stops must be there. */
struct abbreviation {
    const char *key, *forms;
    enum follow follow; /* only if a capital, or a digit, follows */
};

/* What the ending of a word that is in no table tells of the number before it. */
struct case_guess {
    const char *end;
    size_t letters; /* that the word must have */
    enum noun_case noun_case;
};

/* What the written form of a noun behind 1 tells: asked for one of these cases, it has this gender
 * and case. The first that fits counts. */
struct agreement {
    const char *ends; /* a row */
    enum noun_case asked, noun_case;
    enum gender gender;
};

struct gender_guess {
    const char *end;
    size_t letters;
    enum gender gender;
};

/* How telephone numbers are grouped when they are said. */
struct phone_plan {
    const char *begins; /* with these digits */
    bool plus;
    size_t digits;
    const char *written; /* only in groups of these sizes; NULL: in any */
    const char *spoken;  /* sizes of the groups: "3322" */
};

/* More words for a number than its numeral has, as text_fold writes them: "раз", "двійка". */
struct number_word {
    int value;
    const char *words; /* a row */
};

/* How names change when somebody is called: their last `drop` letters go and `add` comes. */
struct called {
    size_t drop;
    const char *add;
    const char *names; /* a row of names in small letters, or NULL */
    const char *ends;  /* a row of endings, for names that no row of the list has; or NULL */
};

/* Rows of words as text_fold writes them. A piece is how a word begins; with = before it, the whole
 * word. The endings are of words of five letters and more. */
struct heard_words {
    const char *given_names;  /* whole words without =, short forms too: олена|оля */
    const char *little;       /* yes, no, pronouns, prepositions, particles */
    const char *no_name;      /* other words that are no name: wait, kin, trades, wishes */
    const char *surname_ends; /* енко|чук */
    const char *verb_ends;    /* endings of verbs and adverbs, no name's: йте|ться|ово */
    const char *ordinals;     /* третій; and cardinals in other cases: семи */
    const char *when;         /* days, months, times of day, words of hours */
    const char *hours;        /* words beside the number of an hour: ранку|годин */
    const char *noon;         /* hours that have a name */
    const char *near_hour;    /* words before an hour: о|до */
    const char *rooms;        /* words beside the number of a room */
    const char *asks;         /* question words */
    const char *fillers;      /* words that say nothing by themselves: будь|ласка|вам */
    const char *corrects;     /* краще|точніше */
    const char *deny, *but;   /* "мене звати НЕ Оля, А Юля" */
    const char *without;      /* denies what follows it: без|замість */
    const char *joins;        /* between two things that are both wanted: і|плюс */
    const char *either;       /* between two of which one is wanted: або */
    const char *spells;       /* behind a letter of a name that is spelled: "О ЯК Ольга" */
    const char *introduces;   /* before a caller's own name: "ЦЕ Оксана" */
    const char *wishes;       /* between "не" and what is not wanted: хочу|треба */
    const char *onto;       /* before what one comes for: "запишіть НА стрижку" */
    const char *tells;      /* words that other languages of its script do not have */
    const char *tells_ends; /* and endings */
};

/* "15% знижка" is said as one word and the noun, "п'ятнадцятивідсоткова знижка". */
struct percent_of {
    const char *noun;      /* one form of it */
    const char *adjective; /* what follows the number's genitive before that form */
};

/* "2-к. квартира" is one word and the noun, "двокімнатна квартира". `noun` is one form of it; of an
 * abbreviation of it the adjective holds the noun too; NULL: any word, or none. */
struct compound_of {
    const char *keys; /* of what stands behind the number's hyphen, as in struct noun */
    const char *noun;
    const char *adjective; /* what follows the number */
};

struct when_word;
struct tell_words;

struct language {
    /* ---- which it is ---- */
    const char *code;    /* ISO 639, which is also espeak-ng's voice: "uk" */
    const char *locale;  /* where it is mostly spoken on the telephone: "uk-UA" */
    const char *letters; /* its alphabet, small letters */
    const char *sample;  /* words that `holos check` speaks and lets a vendor recognise */

    /* ---- numerals: forms ---- */
    const char *zero, *one[3], *two[3];  /* one and two by gender */
    const char *teens[20];               /* 3 to 19 */
    const char *tens[10], *hundreds[10]; /* from 20; from 100 */
    struct noun scale[3];                /* thousand, million, milliard */
    bool one_is_alone; /* only 1 itself is "one": 21 is "dwadzieścia jeden złotych" */
    bool few_is_genitive; /* 2 to 4 with the singular's GEN: два рубля; else the plural's NOM */
    const char *collected; /* words (GEN) that a collective counts: дітей|людей; optional */
    const char *collective_genitive; /* of people: двоих|троих|четверых; NULL: the numeral's */
    const char *collective; /* 2 to 4 of them: двоє|троє|четверо */
    /* 1 to 4 in front of a word: 2-поверховий, "дво". From the first NULL on it is the numeral's
     * GEN; if the first is NULL the language makes no such words. */
    const char *compound[5];
    const struct percent_of *percent_of;   /* optional; ends with NULL */
    const struct compound_of *compound_of; /* optional; ends with NULL */
    const char *half_of; /* "пів ": of the nouns `halved`, a row of their first forms; optional */
    const char *halved;
    const char *half;            /* "з половиною"; optional */
    const char *one_and_half[3]; /* by gender */
    struct noun whole, part[3]; /* of a decimal: "ціла"; tenth, hundredth, thousandth; optional */

    /* ---- ordinals: optional ---- */
    struct ordinal_stem ordinal[20], ordinal_ten[10], ordinal_hundred[10], ordinal_thousand[10];
    const char *ordinal_endings[3][GENDER__MAX]; /* forms, by kind and gender */
    bool tens_are_ordinal;                       /* 21st: "dwudziesty pierwszy" */
    const struct written_ending *written_endings;
    const struct ordered *ordered;
    const struct ranked *ranked;    /* a list that ends with forms NULL */
    const char *years_keys;         /* abbreviations of years, keys: рр.|роки */
    const char *years, *year_forms; /* forms of the plural and of the singular */

    /* ---- what is counted, and what stands before it: lists, all optional ---- */
    const struct noun *nouns;
    const char *times; /* keys of the noun that times_key is before times_before */
    const char *times_key;
    const char *times_before; /* keys, a row */
    const char *multipliers; /* keys of nouns that multiply the next: "5 тис. грн": тис.|млн. */
    const struct preposition *prepositions;
    const struct preposition_change *preposition_changes;
    const struct abbreviation *abbreviations;
    const struct phone_plan *phone_plans; /* besides those of verbalise-phone.c */

    /* ---- guesses about words that are in no list: optional ---- */
    const char *female;                      /* stems of feminine words: behind 2, "дві" */
    const char *female_after;                /* what may follow such a stem there */
    const char *female_ends;                 /* and how they end there */
    const char *male_genitive, *male_dative; /* endings behind 1 in that case: "до 1 вікна" */
    const struct case_guess *case_guesses;   /* behind all but 1 */
    const struct gender_guess *gender_guesses; /* behind 1 */
    const struct agreement *agreements;        /* behind 1, before those guesses; ends with NULL */
    const char *one_of_many;                   /* 1 of a noun that has no singular: одні */
    const char *people_ends;  /* behind 2 to 4 in ACC it is people: взрослых|гостей */
    const char *plural_only;  /* how those begin: двер|ножиц|окуляр */
    const char *female_words; /* feminine without an ending: ніч|кровать */
    const char *male_words;   /* how masculine animate ones begin: клієнт|гост */

    /* ---- hours and dates: without `hour.one` or `months` there are none ---- */
    bool hour_is_ordinal; /* о десятій, not в десять */
    struct noun hour;
    enum gender minute_gender, day_gender, year_gender;
    const char *at;         /* words before an hour that are not before a date: о|об */
    const char *hours_from; /* words that make hours of two bare numbers: "з 9 до 19": з|із|зі */
    const char *all_day; /* instead of 00:00-24:00 */
    const char *months;  /* a row of twelve, as they stand behind a day */
    const char *year;    /* behind its number: "року" */
    const char *until;   /* words between two dates: по|до */
    const char *date_to; /* said between them for a hyphen */
    enum noun_case date_to_case;

    /* ---- single words ---- */
    const char *from, *to;   /* of hours and dates: "з", "до" */
    const char *amount_from; /* of amounts: "від" */
    const char *starts;      /* a row of words that `from` would double: з|із|від */
    const char *joins;       /* a row of words that join equals: і|та|або */
    const char *streets;     /* how words begin that stand before a house's number */
    const char *lettered; /* how words begin beside a number that a letter belongs to: клас|каб */
    const char *items; /* words before a number like 3.2 whose parts are said one by one: п|пункт */
    const char *weekdays; /* abbreviations of the days, from Monday: пн|вт */
    /* Their forms; the seventh is the plural behind weekday_each: "по понеділках". Optional. */
    const char *weekday_forms[7];
    const char *weekday_each; /* "по" */
    const char *weekday_to;   /* said between two for a hyphen: "до" */
    enum noun_case weekday_to_case;
    const char *weekday_on;             /* before a day that stands behind a date: "в" */
    const char *codes;                  /* a row of words before figures that are said one by one */
    const char *parts_of_day;           /* words that make a number before them an hour */
    const char *per_time, *per_time_of; /* instead of `per` before these nouns, first forms */
    const char *times_sign;             /* x, in dimensions: "на" */
    const char *over;                   /* 10+: "понад" */
    enum noun_case over_case;
    const char *equals, *is, *greater, *less;   /* = of numbers, = of words, > <; optional */
    const char *at_most, *at_least, *about;     /* ≤ ≥ ~, the first two before GEN; optional */
    const char *plus_minus, *section, *numbers; /* ± § №№; optional */
    const char *half_noun, *quarter, *third;    /* forms of ½ ¼ ⅓ alone; optional */
    const char *quarters, *thirds;              /* and of ¾ ⅔ */
    const char *half_before; /* before a noun in GEN that is not `halved`: "пів"; optional */
    const char *century_keys, *century; /* "ст." behind a Roman number; its forms */
    enum gender century_gender;
    const char *minus, *plus, *number, *slash, *per; /* - + № 5/2 грн/год */
    const char *dot, *at_sign;                       /* in an address */
    const char *either;                              /* for a stroke between two words: "або" */
    const char *round_the_clock;                     /* for 24/7 */

    /* ---- sentences: rows, optional ---- */
    const char *no_end;         /* a full stop behind these ends none: вул|буд|ім */
    const char *end_at_capital; /* behind these it does if a capital follows: "350 грн. Далі" */

    /* ---- names and number words: lists, optional ---- */
    const struct called *called;
    const struct called *called_ends; /* the same by ending, for a name that has no row */
    const char *called_before;        /* words before a given name: пан|пані */
    const struct number_word *number_words;

    /* ---- what callers say: optional (heard.h, when.h) ---- */
    struct heard_words heard;
    const struct when_word *when; /* words of days and times (when-words.h) */

    /* ---- what is told to them: optional (tell.h) ---- */
    const struct tell_words *tell; /* tell-words.h */
};

/* All there are, by code, and a NULL. Made by the build. */
extern const struct language *const languages[];

/* By its code or by a locale of it: "uk", "uk-PL". NULL: there is none. */
const struct language *language_find(const char *code);

/* The language that a text is written in, as far as its letters tell. It is `usual` unless another
 * of `known` has letters that stand in the text and that `usual` lacks, and `usual` has none there
 * that the other lacks; of several such, the one that lacks fewest. a to z tell nothing, for every
 * language borrows words. NULL stays NULL. */
const struct language *language_of_text(const struct language *const *known,
                                        const struct language *usual, const char *text);

/* The capital of a small letter; any other character itself. Latin, Greek and Cyrillic. */
uint32_t language_capital(uint32_t c);

#endif
