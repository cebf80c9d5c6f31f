#include "language/tell-words.h"

/* "со среды"; "во вторник" is among the language's own. */
static const struct preposition_change changes[] = {
    {"с", "ср", 0, "о"},
    {NULL, NULL, 0, NULL},
};

static const struct tell_part parts[] = {{1, 3, "ночи"}, {4, 6, "утра"}, {0, 0, NULL}};

const struct tell_words tell_words_ru = {
    .shape = {[TELL_ON] = {"в", ACC, GEN, true, "в", ACC, "в половине"},
              [TELL_TO] = {"на", ACC, ACC, true, "на", ACC, "на половину"},
              [TELL_FROM] = {"с", GEN, GEN, false, "с", GEN, NULL},
              [TELL_UNTIL] = {"до", GEN, GEN, false, "до", GEN, NULL}},
    .relative = {"сегодня|на сегодня|с сегодняшнего дня|до сегодняшнего дня",
                 "завтра|на завтра|с завтрашнего дня|до завтрашнего дня",
                 "послезавтра|на послезавтра|с послезавтрашнего дня|до послезавтрашнего дня"},
    .midnight = "в полночь|на полночь|с полуночи|до полуночи",
    .half_case = GEN,
    .half_from = 7,
    .half_to = 11,
    .parts = parts,
    .changes = changes,
    .join = {[TELL_AND] = "и", [TELL_OR] = "или", [TELL_CHOICE] = "или"},
    .minute = "мин.",
    .visit = {NULL, FEMALE, "запись|записи|записи|запись|записью|записи",
              "записи|записей|записям|записи|записями|записях", NULL},
};
