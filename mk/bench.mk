# Benchmarks. Not part of `make check`: a noisy machine proves nothing by seconds.

.PHONY: bench
bench: ## measure the figures of docs/benchmarks.md
	@tools/need bench
	@$(MAKE) --no-print-directory all build/bench/baseline build/bench/free build/bench/settings
	@tests/bench/bench

build/bench/baseline: tests/bench/baseline.c
	@mkdir -p $(@D)
	$(Q)gcc -O2 -Wall -Wextra $< -lfcgi -lsqlite3 -o $@

build/bench/free build/bench/settings: build/bench/%: tests/bench/%.c build/release/libholos.a
	@mkdir -p $(@D)
	$(Q)gcc $(CPPFLAGS) -std=gnu11 -O2 -Wall -Wextra $^ $(LDLIBS) -o $@

# How long the writer's lock is held beside a large store, and how long the log gets.
.PHONY: bench-store
bench-store: all build/bench/store
	@tests/bench/store.py

build/bench/store: tests/bench/store.c build/release/libholos.a
	@mkdir -p $(@D)
	$(Q)gcc $(CPPFLAGS) -std=gnu11 -O2 -Wall -Wextra $^ $(LDLIBS) -o $@
