/* What staff write into free time blocks it; what they empty is free again. */
#include <string.h>

#include "tools/holos-sync/judge.h"

/* Does the row say that the time is taken? Rows of bookings, and those that are emptied now, do not. */
static bool takes(const struct grid_row *r, int64_t now_s)
{
    return r->end_s > now_s && r->owner == NULL && !r->writes && !grid_is_blank(r);
}

static bool is_of_sheet(const struct block *b, const struct grid *g)
{
    return strcmp(b->specialist, g->who->id) == 0 && strcmp(b->by, "sheet") == 0;
}

/* The row that took it, with the same words; NULL: it says something else now, or nothing. */
static const struct grid_row *row_of(struct judge *j, const struct grid *g, const struct block *b)
{
    for (size_t i = grid_from(g, b->from_s); i < g->n && g->row[i].start_s == b->from_s; i++) {
        const struct grid_row *r = &g->row[i];
        const char *text = takes(r, j->now_ms / 1000) ? judge_text(j, r) : NULL;
        if (text != NULL && strcmp(text, b->why) == 0)
            return r;
    }
    return NULL;
}

/* A row that was deleted, and is made again in this round or a later one, gives nothing back. */
static bool is_row_there(const struct grid *g, const struct block *b)
{
    int at = grid_find(g, b->from_s);

    return at >= 0 && !g->row[at].fresh;
}

static enum err give_back(struct judge *j, struct grid *g, struct why *why)
{
    enum err e = ERR_OK;
    bool is_new = false;

    for (size_t i = 0; i < j->blocks && e == ERR_OK; i++) {
        struct block *b = &j->block[i];
        if (!is_of_sheet(b, g) || b->to_s <= j->now_ms / 1000 || !is_row_there(g, b) ||
            row_of(j, g, b) != NULL)
            continue;
        e = block_remove(j->store, b->id, why);
        if (e == ERR_OK)
            e = judge_note(j, g, b->from_s, "unblocked", 0, b->why, &is_new, why);
        b->to_s = b->from_s; /* no longer there */
        j->unblocked++;
    }
    return e;
}

static bool is_blocked(const struct judge *j, const struct grid *g, const struct grid_row *r)
{
    for (size_t i = 0; i < j->blocks; i++)
        if (strcmp(j->block[i].specialist, g->who->id) == 0 && j->block[i].from_s <= r->start_s &&
            j->block[i].to_s >= r->end_s)
            return true;
    return false;
}

/* A time that a caller is just offered is asked for again in the next round. */
static enum err take(struct judge *j, struct grid *g, const struct grid_row *r, struct why *why)
{
    struct block b = {.profile = j->profile->name,
                      .specialist = g->who->id,
                      .from_s = r->start_s,
                      .to_s = r->end_s,
                      .why = judge_text(j, r),
                      .by = "sheet"};
    struct why taken = {0};
    bool is_new = false;

    if (b.why == NULL)
        return ERR_MEMORY;
    enum err e = block_add(j->store, j->arena, &b, j->now_ms, &taken);
    if (e == ERR_EXISTS)
        return ERR_OK;
    if (e != ERR_OK)
        return why_set(why, e, "%s", taken.text);
    j->blocked++;
    return judge_note(j, g, r->start_s, "blocked", 0, b.why, &is_new, why);
}

enum err judge_blocks(struct judge *j, struct grid *g, struct why *why)
{
    enum err e = give_back(j, g, why);

    for (size_t i = grid_from(g, j->now_ms / 1000 - 3600); i < g->n && e == ERR_OK; i++) {
        const struct grid_row *r = &g->row[i];
        if (takes(r, j->now_ms / 1000) && !is_blocked(j, g, r))
            e = take(j, g, r, why);
    }
    return e;
}
