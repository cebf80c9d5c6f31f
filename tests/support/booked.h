/* booked - a small profile with a book for tests, faultless but for what a test changes. */
#ifndef HOLOS_TESTS_BOOKED_H
#define HOLOS_TESTS_BOOKED_H

#include <stdbool.h>
#include "business/profile.h"

/* Its pieces, in which ' stands for a quote: the members before the book, the book, and what
 * languages.ru.book may be. A whole profile is
 * BOOKED_FRONT ",'book':" BOOKED ",'languages':{'ru':{'book':" BOOKED_RUSSIAN "}}}". */
#define BOOKED_HOURS                                                                               \
    "{'mon':['09:00-19:00'],'tue':['09:00-19:00'],'wed':['09:00-19:00'],'thu':['09:00-19:00'],"    \
    "'fri':['09:00-19:00'],'sat':[],'sun':[]}"
#define BOOKED_FRONT                                                                               \
    "{'business':'Лілея','language':'uk','address':'вулиця Тиха, 3','hours':" BOOKED_HOURS
#define BOOKED                                                                                                           \
    "{'currency':'USD','cell_minutes':30,'notice_minutes':60,'horizon_days':30,"                                         \
    "'hold_seconds':120,'offer':2,'closed':['2026-12-25','2026-12-31..2027-01-02'],"                                     \
    "'specialists':["                                                                                                    \
    "{'id':'inna','name':'Інна','genitive':'Інни','stems':[['інн']],"                                         \
    "'hours':{'mon':['10:00-14:00'],'tue':['12:00-18:00']},'breaks':{'tue':['13:00-13:30']},"                            \
    "'off':['2026-12-07..2026-12-11'],'sheet':'Інна К.'},"                                                          \
    "{'id':'oleh','name':'Олег','stems':[['олег']]}],"                                                           \
    "'services':["                                                                                                       \
    "{'id':'gel','name':'гель','accusative':'гель-лак','stems':[['манік','гель'],['покрит']]," \
    "'minutes':90,'buffer_minutes':10,'price':800,'by':['oleh','inna']},"                                                \
    "{'id':'cut','name':'стрижка','accusative':'стрижку','stems':[['стриж']],'minutes':60,"           \
    "'price':{'from':600,'to':900}},"                                                                                    \
    "{'id':'dye','name':'фарбування','stems':[['фарб']],'minutes':120,'price':{'from':1200},"              \
    "'by':['oleh']},"                                                                                                    \
    "{'id':'talk','name':'порада','stems':[['порад']],'minutes':30}]}"
#define BOOKED_RUSSIAN                                                                               \
    "{'specialists':[{'id':'inna','name':'Инна','genitive':'Инны','stems':[['инн']]}],"   \
    "'services':[{'id':'cut','name':'стрижка по-русски','stems':[['стричь']]}," \
    "{'id':'gel','accusative':'гель по-русски'}]}"

/* A copy with quotes for '. */
char *booked_quoted(const char *text);

/* The text with the first `from` replaced by `to`; the test fails if it is not there. */
const char *booked_changed(const char *text, const char *from, const char *to);

/* profile_read of such a text, called lily.json. Everything lives in scratch's arena. */
enum err booked_read(const struct profile_packs *on, const char *text, struct profile *ret,
                     struct profile_faults *ret_faults) must_check;

/* The same of one that has no fault. */
struct profile booked_good(const struct profile_packs *on, const char *text);

/* Is there a fault at that path that says this? If not, all are shown. */
bool booked_has_fault(const struct profile_faults *f, const char *path, const char *says);

void booked_show(const struct profile_faults *f);

#endif
