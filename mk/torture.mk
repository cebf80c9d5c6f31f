# Torture: the cases of tests/torture/ with the n-th fallible call failing (tests/torture/run.sh).

TORTURE     := $(OUT)/tests/torture
TORTURE_OBJ := $(patsubst %.c,$(OUT)/%.o,$(filter-out tests/torture/shim.c tests/torture/sites.c,$(wildcard tests/torture/*.c)))

# Every allocation of an arena goes by tests/torture/arena.c.
TORTURE_WRAP := $(patsubst %,-Wl$(comma)--wrap=arena_%,alloc calloc grow strdup strndup printf)

.PHONY: torture torture-build
torture-build: $(TORTURE)/cases $(TORTURE)/shim.so

torture: torture-build ## fail each allocation and each system call of the main cases in turn
	@HOLOS_BUILD=$(OUT) tests/torture/run.sh
	@HOLOS_BUILD=$(OUT) tests/torture/spoken.sh

$(TORTURE)/cases: $(TORTURE_OBJ) $(OUT)/libsupport.a $(OUT)/libroutes.a $(OUT)/libholos.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) $(TORTURE_WRAP) $^ $(LDLIBS) -o $@

# Without FORTIFY, which would turn the wrapped names into others; it redeclares what it replaces.
$(TORTURE)/shim.so: tests/torture/shim.c tests/torture/sites.c tests/torture/sites.h $(OUT)/flags
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -D_FORTIFY_SOURCE=2,$(CPPFLAGS)) -std=gnu11 -O1 -g -U_FORTIFY_SOURCE -fPIC -fno-builtin \
		-shared $(filter-out -Wpedantic -Wredundant-decls -Wnull-dereference,$(WARN)) \
		tests/torture/shim.c tests/torture/sites.c -ldl -o $@
