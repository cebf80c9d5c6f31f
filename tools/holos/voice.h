/* voice - private to tools/holos: a profile's voice as speak() wants it. */
#ifndef HOLOS_TOOL_VOICE_H
#define HOLOS_TOOL_VOICE_H

#include "business/profile.h"
#include "speech/voice.h"

struct voice voice_of_profile(const struct profile *p);

#endif
