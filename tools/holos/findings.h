/* findings - private to tools/holos: what `holos check` found, line by line. */
#ifndef HOLOS_TOOL_FINDINGS_H
#define HOLOS_TOOL_FINDINGS_H

#include "calls/app.h"
#include "tools/holos/tool.h"

enum finding_level { FINDING_OK, FINDING_WARNING, FINDING_FAULT, FINDING__MAX };

struct finding {
    enum finding_level level;
    const char *subject; /* "settings", "store", ... */
    const char *item;    /* what was looked at */
    const char *text;    /* what is so, or what is wrong */
    const char *mend;    /* how to fix it; "" when nothing is wrong */
    bool asked;          /* a vendor was; then how long it took and what it cost, -1: not known */
    int64_t took_us, cost_microusd;
};

struct findings {
    struct tool *t;
    const char *subject; /* of what is found next */
    struct finding *row;
    size_t n, room;
    size_t count[FINDING__MAX];
    /* what one check leaves for the next */
    struct profile *profiles;
    size_t profiles_n;
};

void found_ok(struct findings *f, const char *item, const char *format, ...) printf_like(3, 4);
/* `mend` is one imperative sentence without a full stop. */
void found(struct findings *f, enum finding_level level, const char *item, const char *mend,
           const char *format, ...) printf_like(5, 6);

/* What was found last is a vendor's answer. */
void findings_asked(struct findings *f, int64_t took_us, int64_t cost_microusd);

/* One per subject, in the order in which they are printed. */
void check_settings(struct findings *f);
void check_files(struct findings *f);
void check_profiles(struct findings *f);
/* Of one profile: what is allowed and cannot work. Warnings. */
void check_sense(struct findings *f, const struct profile *p);
void check_book(struct findings *f, const struct profile *p); /* the same of its book */
void check_store(struct findings *f);
void check_voice(struct findings *f);
void check_machine(struct findings *f);
void check_vendors(struct findings *f);
void check_live(struct findings *f); /* asks vendors; only with --live */

#endif
