/* call - calls, their turns, and the clients who make them.
 *
 * Writers need an open transaction (asserted); readers do not. Texts handed in are copied; texts
 * handed out live in the arena. Times are UTC milliseconds, 0: not yet. Times of stages are
 * microseconds, -1: the stage did not run. */
#ifndef HOLOS_STORE_CALL_H
#define HOLOS_STORE_CALL_H

#include "store/store.h"

/* X(name, text): text as stored and as on the wire. Everything from COMPLETED on is an end. */
#define CALL_STATUSES(X)                                                                           \
    X(INITIATED, "initiated")                                                                      \
    X(RINGING, "ringing")                                                                          \
    X(ANSWERED, "answered")                                                                        \
    X(IN_PROGRESS, "in-progress")                                                                  \
    X(COMPLETED, "completed")                                                                      \
    X(FAILED, "failed")                                                                            \
    X(BUSY, "busy")                                                                                \
    X(NO_ANSWER, "no-answer")                                                                      \
    X(CANCELLED, "cancelled")                                                                      \
    X(EXPIRED, "expired")

enum call_status {
#define X(name, text) CALL_##name,
    CALL_STATUSES(X)
#undef X
        CALL__MAX
};

const char *call_status_text(enum call_status s);
/* CALL__MAX if it is none. */
enum call_status call_status_of(const char *text);
static inline bool call_status_ends(enum call_status s)
{
    return s >= CALL_COMPLETED;
}

struct call {
    int64_t id;
    const char *source;      /* who brings the call: "binotel", "twilio", "telegram" */
    const char *external_id; /* that source's id of it */
    const char *caller;      /* as sent; "" if hidden */
    const char *called;
    const char *profile;   /* name of the profile that answers */
    const char *direction; /* "in" or "out" */
    int64_t client_id;     /* 0 if the caller's number is unknown */
    enum call_status status;
    int64_t started_ms, answered_ms, ended_ms, active_ms; /* active: last turn or status */
    int64_t answered_tick, active_tick;                   /* of these moments (base/clock.h) */
    const char *end_reason; /* "goodbye", "silence", "limit", ...; "" while it goes on */
    int turns;              /* answered turns, the greeting (turn 0) not counted */
    int silent;             /* turns in a row in which nothing was heard */
    int64_t cost_microusd;
    int64_t billed_s;  /* as the exchange reports it; -1 unknown */
    const char *state; /* the rules' memory of this call, JSON; "" at first */
    /* Providers that the call does not go back to, each between blanks; NULL: "". */
    const char *skips;
    const char *language; /* that the caller speaks; "" or NULL: the profile's own */
    const char *line;     /* of the exchange, that has it or had it last: "901"; "" or NULL: none */
};

/* Makes the call, or finds it by (source, external_id); *ret_made says which. Of an existing call
 * only what was not known is filled in: the caller's number with the direction and the client, and
 * the called number with the profile. `phone` is the caller's number in E.164 or NULL; with one, the client is made or
 * found. Input: source, external_id, caller, called, profile, direction. */
enum err call_open(struct store *s, struct arena *a, const struct call *in, const char *phone,
                   struct moment now, struct call *ret, bool *ret_made, struct why *why) must_check;

static inline struct moment call_active(const struct call *c)
{
    return (struct moment){c->active_ms, c->active_tick};
}

static inline struct moment call_answered(const struct call *c)
{
    return (struct moment){c->answered_ms, c->answered_tick};
}

/* ERR_NOT_FOUND. call_id_of reads the index alone, to hold the call before it is read. */
enum err call_id_of(struct store *s, const char *source, const char *external_id, int64_t *ret,
                    struct why *why) must_check;
enum err call_find(struct store *s, struct arena *a, const char *source, const char *external_id,
                   struct call *ret, struct why *why) must_check;
enum err call_get(struct store *s, struct arena *a, int64_t id, struct call *ret,
                  struct why *why) must_check;

/* Reads again what may have changed since the call was read: status, times, end_reason, turns,
 * silent, cost, billed_s, state, skips, language and line. ERR_NOT_FOUND. */
enum err call_refresh(struct store *s, struct arena *a, struct call *call,
                      struct why *why) must_check;

/* The calls from a number, the newest first: it is known by its last nine digits. Reads the whole
 * table. */
enum err calls_of_phone(struct store *s, struct arena *a, const char *digits, int limit,
                        struct call **ret, size_t *ret_n, struct why *why) must_check;

/* The call that a person names: by its id, else by its exchange's id (the newest call that has it),
 * or "last". Reads the whole table. ERR_NOT_FOUND. */
enum err call_named(struct store *s, struct arena *a, const char *name, struct call *ret,
                    struct why *why) must_check;

/* Writes back status, times, end_reason, turns, silent, cost, billed_s, state, skips, language and
 * line. An ended call keeps its first end: status, end_reason and ended_ms are then left alone, but
 * that "expired" may become "hangup", with its status. An answered_ms of 0, a billed_s of -1 and
 * an empty line do not erase what is stored: another may have learned it meanwhile.
 * ended_ms must be set exactly when the status ends a call: ERR_FAULT. ERR_NOT_FOUND. */
enum err call_save(struct store *s, const struct call *c, struct why *why) must_check;

struct turn {
    int64_t call_id;
    int n;                /* 0 is the greeting */
    int64_t delivery_id;  /* that brought it; 0 if none */
    const char *heard;    /* the caller's words; "" if nothing was heard; NULL for the greeting */
    const char *heard_by; /* "typed", "keys", "google", "whisper", ... */
    double confidence;    /* 0 to 1; negative: unknown */
    const char *said;     /* NULL until answered */
    bool ends;            /* the call ended with this answer */
    const char *think_rung, *speak_rung; /* who served the stage; "" if none */
    int64_t hear_us, think_us, speak_us, total_us;
    int64_t tokens_in, tokens_out, cost_microusd;
    int faults; /* providers that failed on the way */
    int64_t started_ms, answered_ms;
};

/* Commits the caller's line: makes the call's next turn (n is set) with heard, heard_by,
 * confidence, hear_us, delivery_id, started_ms. With words n is 1 or more, also when there was no
 * greeting; without (NULL) it is the greeting, 0: ERR_EXISTS if the call has one. */
enum err turn_begin(struct store *s, struct turn *t, struct why *why) must_check;

/* Completes the turn (call_id, n) with said (not NULL) and everything after it, except started_ms.
 * ERR_NOT_FOUND: no such turn, or it is answered already. */
enum err turn_answer(struct store *s, const struct turn *t, struct why *why) must_check;

/* The turn a delivery made, if it was begun: what a successor of a dead worker goes on with.
 * ERR_NOT_FOUND. */
enum err turn_of_delivery(struct store *s, struct arena *a, int64_t delivery_id, struct turn *ret,
                          struct why *why) must_check;

/* All turns of a call, oldest first. */
enum err turns_of_call(struct store *s, struct arena *a, int64_t call_id, struct turn **ret,
                       size_t *ret_n, struct why *why) must_check;

/* The newest calls first, at most `limit` (and 10000), started before `before_ms` (0: now). */
enum err calls_newest(struct store *s, struct arena *a, int64_t before_ms, int limit,
                      struct call **ret, size_t *ret_n, struct why *why) must_check;

struct client {
    int64_t id;
    const char *phone; /* E.164 */
    const char *name;  /* as that business knows it; "" if unknown */
    int64_t calls;
    int64_t first_ms, last_ms;
};

/* The client who calls; phone NULL, name "" and id 0 if the caller's number is unknown or the
 * client was removed. */
enum err call_client(struct store *s, struct arena *a, const struct call *call, struct client *ret,
                     struct why *why) must_check;

/* A name belongs to the business that was told it; `profile` is the business that asks. */
enum err client_get(struct store *s, struct arena *a, int64_t id, const char *profile,
                    struct client *ret, struct why *why) must_check;
/* ERR_NOT_FOUND: no call came from that number. */
enum err client_by_phone(struct store *s, struct arena *a, const char *phone, const char *profile,
                         struct client *ret, struct why *why) must_check;
/* "" forgets the name, if there is one; else ERR_NOT_FOUND: there is no such client. */
enum err client_set_name(struct store *s, int64_t id, const char *profile, const char *name,
                         struct why *why) must_check;

/* The calls that have not ended, the longest idle first, at most `limit`. */
enum err calls_going_on(struct store *s, struct arena *a, int limit, struct call **ret,
                        size_t *ret_n, struct why *why) must_check;

/* The exchange's lines on which a call goes on that was answered since `since_ms`, at most 64. */
enum err call_lines_busy(struct store *s, struct arena *a, int64_t since_ms,
                         const char *const **ret, size_t *ret_n, struct why *why) must_check;

/* Ended calls whose `state` is not empty, the first ended first, at most `limit`. */
enum err calls_with_state(struct store *s, struct arena *a, int limit, struct call **ret,
                          size_t *ret_n, struct why *why) must_check;

/* Deletes calls that ended before `before_ms` with their turns and the replies that told them, leads
 * taken before it, sent or not, visits and blocks that were over before it, and clients who have
 * neither a call nor a lead nor a visit left; *ret_n counts
 * the calls. Works inside the open transaction, or else in short ones of its own, which keep no
 * caller waiting: better so. Then nothing of it stays in the write-ahead log either. */
enum err calls_purge(struct store *s, int64_t before_ms, int64_t *ret_n,
                     struct why *why) must_check;

/* How many calls that would be. Only reads. */
enum err calls_purgeable(struct store *s, int64_t before_ms, int64_t *ret_n,
                         struct why *why) must_check;

/* What is kept of one person. */
struct person_rows {
    int64_t live; /* of the calls: going on */
    int64_t calls, leads, visits,
        clients; /* visits: past ones, and those to come, whose time is freed */
};

enum err person_count(struct store *s, const char *phone, struct person_rows *ret,
                      struct why *why) must_check;

/* Deletes all that is kept of the person with this number (E.164): calls, turns, replies and their
 * sounds, leads, visits with their history, outbox rows, the client; from the write-ahead log, too. A call whose number could
 * not be made out when it came, and a number in a request, is theirs if it ends in the same nine
 * digits. In short transactions; adds to *ret what is deleted, also on an error. ERR_BUSY while a
 * call of that number goes on: nothing more is deleted then; and if the log could not be emptied. No
 * transaction may be open (asserted). */
enum err person_forget(struct store *s, const char *phone, struct person_rows *ret,
                       struct why *why) must_check;

#endif
