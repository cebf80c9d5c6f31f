#include "language/tell-words.h"

/* "із сьомої", "із шостої", "із четверга": two such sounds cannot be said together. */
static const struct preposition_change changes[] = {
    {"з", "с", 1, "із"},
    {"з", "ш", 1, "із"},
    {"з", "ч", 1, "із"},
    {NULL, NULL, 0, NULL},
};

static const struct tell_part parts[] = {{1, 3, "ночі"}, {4, 6, "ранку"}, {0, 0, NULL}};

const struct tell_words tell_words_uk = {
    .shape = {[TELL_ON] = {"у", ACC, GEN, true, "о", LOC, "о пів на"},
              [TELL_TO] = {"на", ACC, ACC, true, "на", ACC, "на пів на"},
              [TELL_FROM] = {"з", GEN, GEN, false, "з", GEN, NULL},
              [TELL_UNTIL] = {"до", GEN, GEN, false, "до", GEN, NULL}},
    .relative = {"сьогодні|на сьогодні|із сьогоднішнього дня|до сьогоднішнього дня",
                 "завтра|на завтра|із завтрашнього дня|до завтрашнього дня",
                 "післязавтра|на післязавтра|з післязавтрашнього дня|до післязавтрашнього дня"},
    .midnight = "опівночі|на нульову годину|з опівночі|до півночі",
    .half_case = ACC,
    .half_from = 7,
    .half_to = 11,
    .parts = parts,
    .changes = changes,
    .join = {[TELL_AND] = "та", [TELL_OR] = "або", [TELL_CHOICE] = "чи"},
    .minute = "хв.",
    .visit = {NULL, MALE, "запис|запису|запису|запис|записом|записі",
              "записи|записів|записам|записи|записами|записах", NULL},
};
