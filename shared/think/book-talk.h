/* book-talk - private to the rules: the conversation of the appointment book.
 *
 * Its memory is kept with that of the rules, in the call's state. A turn of it understands the line
 * (understand.h), takes what it tells, and asks for what is missing in the contract's order: service;
 * day; time, as offered times unless the wanted one is free; name; number; then everything is read
 * back, and a yes confirms it. What is told is never asked for, and anything can be corrected at any
 * time: a new wish drops the offer that stood for the old one. */
#ifndef HOLOS_THINK_BOOK_TALK_H
#define HOLOS_THINK_BOOK_TALK_H

#include "business/book-words.h"
#include "think/book.h"
#include "think/request.h"
#include "think/understand.h"
#include "wire/json.h"
#include "wire/jsonw.h"

/* Nothing is under way. */
struct book_talk book_talk_none(void);

/* Reads and writes the memory as the members of an object. What cannot be read, or the profile no
 * longer has, is as if it had not been told. */
void book_talk_read(const struct json *o, const struct profile *p, struct book_talk *ret);
void book_talk_write(const struct book_talk *talk, const struct profile *p, struct jsonw *w);

/* Answers the line, if it is the book's: while something is under way, or when the line begins it.
 * False: it is not; nothing was said. */
bool book_talk_turn(struct rules_turn *t);

/* Is anything under way? */
bool book_talk_goes_on(const struct book_talk *talk);

/* What a phrase of the book may hold beside what every phrase may; NULL: nothing. */
struct book_told {
    const char *services, *service_names;
    const char *specialist, *to_specialist, *specialists;
    const char *day, *time, *when, *times, *old_when, *visits;
    const char *price, *length, *name;
};

/* ---- between the files of the conversation ------------------------------------------------------- */

struct book_desk book_talk_desk(struct rules_turn *t);

/* Notes an error of the store or a refusal for memory: the turn is void. True: there was one. */
bool book_talk_failed(struct rules_turn *t, enum err e);

/* Puts a question, which is remembered for "say that again". */
void book_talk_ask(struct rules_turn *t, enum asks what, const char *phrase,
                   const struct book_told *w);

/* It is over: is there anything else? */
void book_talk_finish(struct rules_turn *t);

/* The next question of a booking or a move. */
void book_talk_go_on(struct rules_turn *t, const struct understood *u);

/* The other questions of book-next.c, and what they stand on.
 * ask_service: which one; `u` is the line that named none, or more than one by one word.
 * wish_of: what the caller wants so far.    tell_who: who does it.    tell_why: why it cannot be had.
 * offer_times: makes the offers and tells them; false: all were taken meanwhile.
 * read_back: asks for what is missing of the client, else reads everything back.
 * chosen: the offer that the caller chose; NULL: it is gone, and `lost` says so.
 * offer_person: the book cannot go on. */
void book_ask_service(struct rules_turn *t, const struct understood *u);
struct book_wish book_wish_of(const struct rules_turn *t);
void book_tell_who(struct rules_turn *t, int service);
void book_tell_why(struct rules_turn *t, const struct book_wish *wish, enum free_why why);
bool book_offer_times(struct rules_turn *t, const struct book_wish *wish,
                      const struct book_found *found, enum book_choice how, int near);
void book_read_back(struct rules_turn *t);
const struct offer *book_chosen(struct rules_turn *t);
void book_lost(struct rules_turn *t);
void book_drop_offers(struct rules_turn *t);
void book_offer_person(struct rules_turn *t, const char *phrase, const struct book_told *w);
const char *book_client_name(const struct rules_turn *t);
const char *book_client_phone(const struct rules_turn *t);

/* An hour later, somebody else, another day (book-instead.c). False: nothing of the kind. */
bool book_wants_instead(struct rules_turn *t, const struct understood *u);

/* Moving, cancelling, and "when is my visit?" (book-change.c).
 * begin: finds the visit that is meant, and goes on.
 * which: the answer to which of several it is. False: it was none.
 * identify: the number and the name that a hidden caller tells. */
void book_change_begin(struct rules_turn *t, const struct understood *u, enum book_doing what);
bool book_change_which(struct rules_turn *t, const struct understood *u);
void book_change_identify(struct rules_turn *t, const struct understood *u);
void book_change_mine(struct rules_turn *t, const struct understood *u);
/* "Ні, краще на п'яту", right after a booking of this call. False: there was none. */
bool book_change_booked(struct rules_turn *t, const struct understood *u);
/* Yes or no to "shall it be cancelled?". */
void book_change_cancel(struct rules_turn *t, bool yes);

/* ---- saying (book-tell.c) ---------------------------------------------------------------------- */

/* Adds a phrase of the book to the answer. */
void book_tell(struct rules_turn *t, const char *phrase, const struct book_told *w);

/* Reads an offer back, with its price or, of a move, the old time. `name`: of the client; "": unknown. */
void book_tell_back(struct rules_turn *t, const struct offer *o, const char *name);

/* The pieces. Texts live in the arena; a refusal for memory voids the turn, and gives "". */
void book_tell_services(struct rules_turn *t, const int *service, size_t n, struct book_told *w);
/* A choice among them: "манікюр чи педикюр". */
void book_tell_choice(struct rules_turn *t, const int *service, size_t n, struct book_told *w);
void book_tell_specialists(struct rules_turn *t, const int *who, size_t n, struct book_told *w);
void book_tell_day(struct rules_turn *t, day_number day, struct book_told *w);
/* Into day, time and when. A moment need not exist: clocks are put forward. */
void book_tell_when(struct rules_turn *t, int64_t start_s, struct book_told *w);
void book_tell_moment(struct rules_turn *t, day_number day, int minute, struct book_told *w);
/* Of a move: "з п'ятниці ..." into old_when. */
void book_tell_old(struct rules_turn *t, int64_t start_s, struct book_told *w);
void book_tell_times(struct rules_turn *t, const struct offer *offers, size_t n,
                     struct book_told *w);
void book_tell_visits(struct rules_turn *t, const struct visit *visits, size_t n,
                      struct book_told *w);
void book_tell_price(struct rules_turn *t, const int *service, size_t n, struct book_told *w);
void book_tell_length(struct rules_turn *t, const int *service, size_t n, struct book_told *w);

#endif
