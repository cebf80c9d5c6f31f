#include "speech/recall.h"

#include <stdlib.h>
#include <string.h>

const struct recalled *recall_find(struct recall *r, const char *key)
{
    for (size_t i = 0; i < RECALL_SLOTS; i++) {
        struct recall_slot *s = &r->slot[i];
        if (s->key == NULL || strcmp(s->key, key) != 0)
            continue;
        s->used = ++r->turn;
        return &s->sound;
    }
    return NULL;
}

static void drop(struct recall *r, struct recall_slot *s)
{
    free(s->key);
    r->held -= s->held;
    *s = (struct recall_slot){0};
}

/* A free slot, else that which was asked for longest ago. */
static struct recall_slot *oldest(struct recall *r)
{
    struct recall_slot *found = &r->slot[0];

    for (size_t i = 1; i < RECALL_SLOTS; i++)
        if (r->slot[i].used < found->used)
            found = &r->slot[i];
    return found;
}

/* Of all that are kept: a free slot gives no room. */
static struct recall_slot *oldest_kept(struct recall *r)
{
    struct recall_slot *found = NULL;

    for (size_t i = 0; i < RECALL_SLOTS; i++)
        if (r->slot[i].key != NULL && (found == NULL || r->slot[i].used < found->used))
            found = &r->slot[i];
    return found;
}

static struct recall_slot *make_room(struct recall *r, size_t size)
{
    while (r->held > RECALL_BYTES - size)
        drop(r, oldest_kept(r));
    struct recall_slot *s = oldest(r);
    if (s->key != NULL)
        drop(r, s);
    return s;
}

const struct recalled *recall_keep(struct recall *r, const char *key, const char *wav, size_t len)
{
    char sha256[DIGEST_HEX];
    size_t key_size = strlen(key) + 1;

    if (len > RECALL_BYTES || key_size > RECALL_BYTES - len)
        return NULL;
    if (digest_sha256(wav, len, sha256) != ERR_OK)
        return NULL;
    char *copy = malloc(key_size + len);
    if (copy == NULL)
        return NULL;
    memcpy(copy, key, key_size);
    memcpy(copy + key_size, wav, len);
    struct recall_slot *s = make_room(r, key_size + len);
    *s = (struct recall_slot){.key = copy,
                              .held = key_size + len,
                              .used = ++r->turn,
                              .sound = {.wav = copy + key_size, .len = len}};
    memcpy(s->sound.sha256, sha256, sizeof sha256);
    r->held += s->held;
    return &s->sound;
}

void recall_release(struct recall *r)
{
    for (size_t i = 0; i < RECALL_SLOTS; i++)
        drop(r, &r->slot[i]);
}
