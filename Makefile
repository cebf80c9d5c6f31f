# holos. `make help` says what there is.
#
# Out of tree: every variant has its own folder below build/, and the release programs are in
# build/bin. Nothing here names a route, a room or a test: files are found by their place.

VARIANT ?= release
SAN     ?=
ifneq ($(SAN),)
VARIANT := san
endif
PORT    ?= 8000
SANDBOX ?=
PREFIX  ?= /usr/local
DESTDIR ?=
V       ?= 0
Q       := $(if $(filter 1,$(V)),,@)
say      = $(if $(filter 1,$(V)),,@printf '  %-8s%s\n' '$(1)' '$(2)')

# Every core, unless -j says otherwise. A sub-make has its jobs from the one above it.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

OUT := build/$(VARIANT)
BIN := $(if $(filter release,$(VARIANT)),build/bin,$(OUT)/bin)

# ---- how to compile -----------------------------------------------------------------------------

CC_fuzz  := clang
CC       := $(or $(CC_$(VARIANT)),gcc)
AR       := ar

WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wno-sign-conversion \
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wmissing-declarations \
        -Wpointer-arith -Wcast-qual -Wcast-align -Wwrite-strings -Wundef -Wvla -Wswitch-enum \
        -Wformat=2 -Wredundant-decls -Wnested-externs -Wnull-dereference -Wdouble-promotion
WARN_gcc := -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init \
        -Wformat-truncation=1 -Wstringop-overflow=4 -Wtrampolines
WARN     += $(if $(filter gcc,$(CC)),$(WARN_gcc))

HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2

OPT_release  := -O2 $(if $(filter gcc,$(CC)),-fvect-cost-model=dynamic) -g $(FORTIFY)
OPT_debug    := -O0 -g3
OPT_san      := -O1 -g1 -fno-omit-frame-pointer -fno-sanitize-recover=all \
                -fsanitize=$(or $(SAN),address$(comma)undefined) --coverage
OPT_trace    := -O0 -g -finstrument-functions
OPT_fuzz     := -O1 -g1 -fno-omit-frame-pointer -fno-sanitize-recover=all \
                -fsanitize=fuzzer-no-link,address,undefined
comma        := ,

CPPFLAGS := -Ishared -I. -D_GNU_SOURCE -DHOLOS_VERSION='"$(shell cat VERSION)"' \
            -DHOLOS_PREFIX='"$(PREFIX)"' -include shared/base/banned.h
CFLAGS   := -std=gnu11 $(OPT_$(VARIANT)) $(HARDEN) $(WARN)
LDFLAGS  := $(filter -fsanitize% --coverage,$(OPT_$(VARIANT))) -pie \
            -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
LDLIBS   := -lfcgi -lsqlite3 -lcjson -lcrypto -lspeexdsp -lcurl -lm

# ---- what there is ------------------------------------------------------------------------------

ROUTES     := $(basename $(notdir $(wildcard handlers/*.c)))
LIB_GEN    := $(patsubst %,$(OUT)/gen/%.c,schema languages actions providers)
LIB_SRC    := $(filter-out shared/serve/main.c,$(wildcard shared/*/*.c)) $(LIB_GEN)
LIB_OBJ    := $(patsubst %.c,$(OUT)/%.o,$(filter-out $(OUT)/%,$(LIB_SRC))) $(LIB_GEN:.c=.o)
ROUTE_OBJ  := $(ROUTES:%=$(OUT)/handlers/%.o) $(OUT)/gen/routes.o
TOOLS      := $(basename $(notdir $(wildcard tools/*.c)))
TOOL_OBJ    = $(patsubst %.c,$(OUT)/%.o,tools/$(1).c $(wildcard tools/$(1)/*.c))
SUPPORT_OBJ := $(patsubst %.c,$(OUT)/%.o,$(filter-out %.t.c,$(wildcard tests/support/*.c tests/cases/*.c)))
TESTS      := $(patsubst %.c,$(OUT)/%,$(wildcard tests/*/*.t.c tests/*/*/*.t.c))
FUZZERS    := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
C_FILES    := $(wildcard shared/*/*.c handlers/*.c tools/*.c tools/*/*.c tests/*/*.c tests/*/*/*.c)
H_FILES    := $(wildcard shared/*/*.h tools/*/*.h tests/*/*.h)

.PHONY: all
all: $(ROUTES:%=$(BIN)/%) $(TOOLS:%=$(BIN)/%) ## build every program (VARIANT=release|debug, SAN=address,undefined)
	@:

include $(wildcard mk/*.mk)

# ---- rules --------------------------------------------------------------------------------------

# When the flags change, everything that was compiled with them is built again.
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' > $@.new
	@cmp -s $@.new $@ && rm -f $@.new || mv $@.new $@

# When a source is removed, its object is removed from the archive, too.
$(OUT)/sources: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(LIB_SRC) $(ROUTES) $(SUPPORT_OBJ) > $@.new
	@cmp -s $@.new $@ && rm -f $@.new || mv $@.new $@

.PHONY: FORCE
FORCE:

$(OUT)/%.o: %.c $(OUT)/flags
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/gen/%.o: $(OUT)/gen/%.c $(OUT)/flags
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

# The commented schema is compiled in, so that the program and its documentation cannot differ.
$(OUT)/gen/schema.c: shared/store/schema.sql
	@mkdir -p $(@D)
	@{ printf '#include "store/schema.h"\nconst char store_schema[] =\n'; \
	   sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$$/\\n"/' $<; printf ';\n'; } > $@

$(OUT)/libholos.a: $(LIB_OBJ) $(OUT)/sources
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(OUT)/libroutes.a: $(ROUTE_OBJ) $(OUT)/sources
	$(call say,AR,$@)
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(OUT)/libsupport.a: $(SUPPORT_OBJ) $(OUT)/sources
	@rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

# A route's program: the only main, the route's one file, the library.
$(ROUTES:%=$(BIN)/%): $(BIN)/%: $(OUT)/shared/serve/main.o $(OUT)/handlers/%.o $(OUT)/libholos.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -Wl,--defsym=handler=handler_$(subst -,_,$*) $^ $(LDLIBS) -o $@

.SECONDEXPANSION:
$(TOOLS:%=$(BIN)/%): $(BIN)/%: $$(call TOOL_OBJ,$$*) $(OUT)/libroutes.a $(OUT)/libholos.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(TESTS): %: %.o $(OUT)/libsupport.a $(OUT)/libroutes.a $(OUT)/libholos.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -lcmocka -o $@

$(FUZZERS:%=build/fuzz/bin/%): build/fuzz/bin/%: build/fuzz/tests/fuzz/%.o build/fuzz/libholos.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)clang -fsanitize=fuzzer,address,undefined -pie $^ $(LDLIBS) -o $@

.PRECIOUS: $(OUT)/%.o
.SECONDARY:

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)
