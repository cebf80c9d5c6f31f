# Torture: the cases of tests/torture/ with the n-th fallible call failing (tests/torture/run.sh).

TORTURE     := $(OUT)/tests/torture
SHIM_SRC    := $(patsubst %,tests/torture/%.c,shim shim-calls sites)
TORTURE_OBJ := $(patsubst %.c,$(OUT)/%.o,$(filter-out $(SHIM_SRC),$(wildcard tests/torture/*.c)))

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
$(TORTURE)/shim.so: $(SHIM_SRC) tests/torture/shim.h tests/torture/sites.h $(OUT)/flags
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -D_FORTIFY_SOURCE=2,$(CPPFLAGS)) -std=gnu11 -O1 -g -U_FORTIFY_SOURCE -fPIC -fno-builtin \
		-shared $(filter-out -Wpedantic -Wredundant-decls -Wnull-dereference,$(WARN)) \
		$(SHIM_SRC) -ldl -o $@
