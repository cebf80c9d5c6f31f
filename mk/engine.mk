# The engine's tests run a route of their own, trial, linked like any route: the only main, one
# handler, the library. Its app (trial-app.c) can be told not to open.

TRIAL     := $(OUT)/tests/engine/bin/trial
TRIAL_OBJ := $(OUT)/shared/serve/main.o $(OUT)/tests/support/trial.o \
             $(OUT)/tests/engine/trial-app.o

$(TRIAL): $(TRIAL_OBJ) $(OUT)/libholos.a
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -Wl,--defsym=handler=handler_trial $^ $(LDLIBS) -o $@

$(filter $(OUT)/tests/engine/%,$(TESTS)): | $(TRIAL)
