# Torture: the cases of tests/torture/ with the n-th fallible call failing (tests/torture/run.sh).

TORTURE     := $(OUT)/tests/torture
TORTURE_OBJ := $(patsubst %.c,$(OUT)/%.o,$(filter-out tests/torture/shim.c,$(wildcard tests/torture/*.c)))

.PHONY: torture torture-build
torture-build: $(TORTURE)/cases $(TORTURE)/shim.so

torture: torture-build ## fail each allocation and each system call of the main cases in turn
	@HOLOS_BUILD=$(OUT) tests/torture/run.sh

$(TORTURE)/cases: $(TORTURE_OBJ) $(OUT)/libsupport.a $(OUT)/libroutes.a $(OUT)/libholos.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# Without FORTIFY, which would turn the wrapped names into others; it redeclares what it replaces.
$(TORTURE)/shim.so: tests/torture/shim.c $(OUT)/flags
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(filter-out -D_FORTIFY_SOURCE=2,$(CPPFLAGS)) -std=gnu11 -O1 -g -U_FORTIFY_SOURCE -fPIC -fno-builtin \
		-shared $(filter-out -Wpedantic -Wredundant-decls -Wnull-dereference,$(WARN)) $< -ldl -o $@
