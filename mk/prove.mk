# Proofs that take longer than a test may. `make check` runs a small sample of each.

ATTEMPTS ?= 200000

.PHONY: prove
prove: $(OUT)/tests/prove/race.t ## 16 processes race for the same days, some killed; nothing may be doubled or lost (ATTEMPTS=200000, SEED=1)
	@PROVE_ATTEMPTS=$(ATTEMPTS) PROVE_SEED=$(or $(SEED),1) $<
