/* `holos book answer`: what a client answered to a reminder. */
#include <string.h>

#include "store/message.h"
#include "tools/holos/book.h"

/* Theirs or a person's words: what the chat takes, too. */
static bool read_answer(struct book_job *j, bool *ret)
{
    static const char *const yes[] = {"yes", "1", "так", "да"};
    static const char *const no[] = {"no", "2", "ні", "нет"};
    const char *text = j->t->options.operands < 3 ? "" : j->t->options.operand[2];

    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        *ret = strcmp(text, yes[i]) == 0;
        if (*ret || strcmp(text, no[i]) == 0)
            return true;
    }
    j->code = tool_refuse(j->t, EXIT_USAGE, "say what the client answered: yes or no");
    return false;
}

int book_answer(struct book_job *j)
{
    const struct booking_actor who = {
        .by = "staff", .now_ms = j->desk.now_ms, .why = "the client's answer"};
    struct visit v = {0};
    bool yes = false;
    int64_t id = 0;

    if (!book_id(j, &id) || !read_answer(j, &yes))
        return j->code;
    enum err e = store_begin(j->store, deadline_in_ms(5000), &j->t->why);
    if (e == ERR_OK)
        e = booking_visit(j->store, &j->t->arena, id, &v, &j->t->why);
    if (e == ERR_OK)
        e = message_answer(j->store, &j->t->arena, v.id, yes, &who, &j->t->why);
    if (e == ERR_OK)
        e = store_commit(j->store, &j->t->why);
    store_rollback(j->store);
    if (e == ERR_OK)
        return EXIT_FINE;
    int code = tool_fail(j->t, e);
    return e == ERR_NOT_FOUND ? BOOK_NO_SUCH : code;
}
