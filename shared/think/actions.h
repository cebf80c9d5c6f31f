/* actions - those actions that the rules and the model call by name. */
#ifndef HOLOS_THINK_ACTIONS_H
#define HOLOS_THINK_ACTIONS_H

#include "think/action.h"

/* Inputs: reason. */
extern const struct action action_ask_for_person;
extern const struct action action_end_call;

/* Inputs: name, phone ("" is the caller's own), wish. A second request of one turn goes with the
 * first: one lead with both wishes and the newer name and number. */
extern const struct action action_leave_request;

#endif
