# Benchmarks. Not part of `make check`: a noisy machine proves nothing by seconds.

.PHONY: bench
bench: all build/bench/baseline ## measure the figures of docs/benchmarks.md (needs wrk)
	@tools/need bench
	@tests/bench/bench

build/bench/baseline: tests/bench/baseline.c
	@mkdir -p $(@D)
	$(Q)gcc -O2 -Wall -Wextra $< -lfcgi -o $@
