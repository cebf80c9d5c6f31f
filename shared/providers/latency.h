/* pace - how long a rung usually takes in this process: what "late" means for it. Pure. */
#ifndef HOLOS_PROVIDERS_LATENCY_H
#define HOLOS_PROVIDERS_LATENCY_H

#define LATENCY_KEPT  64 /* answers that are remembered, the newest */
#define LATENCY_KNOWN 20 /* so many make a 95th percentile worth something */

struct latency {
    int ms[LATENCY_KEPT];
    int n;  /* how many are there */
    int at; /* where the next goes */
};

/* An answer came after so many milliseconds. */
void latency_note(struct latency *p, int ms);

/* One was given up after so many milliseconds, because another one was quicker. That it would have taken
 * longer is remembered if it was late already: were the late ones forgotten, what is usual would shrink
 * each time, until every answer is late. */
void latency_note_given_up(struct latency *p, int ms, int unknown);

/* The 95th percentile of what is remembered, by the nearest rank; `unknown` while that is too little. */
int latency_late_ms(const struct latency *p, int unknown);

#endif
