#include "language/vocative.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

/* Names (folded, between blanks) whose last bytes give way to others. */
static const struct {
    size_t drop; /* a letter has two */
    const char *add, *names;
} groups[] = {
    {2, "о",
     " олена ольга оксана ірина тетяна світлана людмила катерина марина наталка галина лариса алла "
     "інна яна діана анна ганна христина аліна валентина віра злата уляна роксолана руслана "
     "богдана "
     "жанна інга зінаїда зіна раїса тамара таїса ніна вероніка анжела маргарита поліна карина "
     "каріна "
     "кіра лада мирослава станіслава ярослава владислава дарина ангеліна емма рита роза роксана "
     "єва "
     "іванна мар'яна сніжана мілана аріна саша микола лука хома сава микита кузьма дана іра льоша "
     "маша даша паша міша гриша ліза люда свєта "},
    {2, "ю",
     " наталя таня катя оля люся надя настя соня галя леся валя женя коля вася толя вітя ваня "
     "петя аня маня тоня юля ася уля стася "},
    {2, "є",
     " марія юлія вікторія софія наталія анастасія євгенія валерія лілія лідія соломія емілія "
     "амелія "
     "стефанія ксенія євдокія клавдія зоя майя дар'я "},
    {2, "е", " ілля дмитро петро павло михайло данило кирило самійло гаврило "},
    {2, "у", " марко сашко юрко левко василько іванко "},
    {0, "е",
     " іван богдан роман степан антон олександр володимир віктор артем максим денис тарас назар "
     "остап едуард вадим руслан борис святослав станіслав ярослав мирослав владислав ростислав "
     "в'ячеслав ігор захар макар арсен давид яким клим оскар герман гліб євген лев ян устим платон "
     "адам тимур рустам ернест альберт роберт артур любов "},
    {2, "же", " олег "},
    {4, "оре", " федір сидір "},
    {2, "ю",
     " андрій сергій юрій олексій матвій георгій тимофій валерій анатолій віталій євгеній григорій "
     "геннадій аркадій арсеній назарій миколай василь лесь "},
    {0, "у", " марк "},
};

/* How many bytes the word loses at its end, and what it gets; NULL: it stays. */
static const char *change_of(const char *folded, size_t *ret_drop)
{
    char key[64];

    *ret_drop = 0;
    if (strlen(folded) + 3 > sizeof key)
        return NULL;
    (void)snprintf(key, sizeof key, " %s ", folded);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strstr(groups[i].names, key) != NULL) {
            *ret_drop = groups[i].drop;
            return groups[i].add;
        }
    if (text_ends_in(folded, "ович") || text_ends_in(folded, "евич") ||
        text_ends_in(folded, "євич"))
        return "у";
    if (!text_ends_in(folded, "івна") && !text_ends_in(folded, "ївна"))
        return NULL;
    *ret_drop = 2;
    return "о";
}

static bool put_word(struct arena *a, struct buf *out, const char *word, size_t n)
{
    char *alone = arena_strndup(a, word, n);
    const char *folded = alone == NULL ? NULL : text_fold(a, alone);
    size_t drop = 0;

    if (folded == NULL)
        return false;
    const char *add = change_of(folded, &drop);
    bool whole = add != NULL && strlen(folded) == n; /* letters alone: nothing was folded away */
    buf_put(out, word, whole ? n - drop : n);
    buf_puts(out, whole ? add : "");
    return true;
}

const char *vocative(struct arena *a, const char *name)
{
    struct buf out;

    buf_init(&out, a, strlen(name) * 2 + 8);
    while (*name != '\0') {
        size_t n = strcspn(name, " ");
        if (n > 0 && !put_word(a, &out, name, n))
            return NULL;
        name += n;
        if (*name == ' ')
            buf_putc(&out, *name++);
    }
    return buf_err(&out) == ERR_OK ? buf_text(&out) : NULL;
}
