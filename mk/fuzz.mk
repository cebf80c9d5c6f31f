# Fuzzing: one libFuzzer target per parser in tests/fuzz/, seeds in tests/fuzz/seeds/<target>/.

FUZZ_SECONDS ?= 60

.PHONY: fuzz fuzz-build
fuzz-build:
	@$(MAKE) --no-print-directory VARIANT=fuzz $(FUZZERS:%=build/fuzz/bin/%)

fuzz: ## run each parser's fuzzer for FUZZ_SECONDS (60) under ASan and UBSan
	@tools/need check
	@$(MAKE) --no-print-directory fuzz-build
	@set -e; for f in $(FUZZERS); do \
		mkdir -p build/fuzz/corpus/$$f tests/fuzz/seeds/$$f; \
		echo "fuzz $$f for $(FUZZ_SECONDS) s"; \
		build/fuzz/bin/$$f -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=5 -rss_limit_mb=1024 \
			-print_final_stats=0 -verbosity=0 -artifact_prefix=build/fuzz/$$f- \
			build/fuzz/corpus/$$f tests/fuzz/seeds/$$f; \
	done; echo "fuzz: no crash in $(words $(FUZZERS)) targets"
