# The targets that a person calls.

.PHONY: help run call check check-quick test format clean compdb
help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST) | sort -u

run: ## install missing packages, build, serve on 127.0.0.1:$PORT (8000) until Ctrl-C; SANDBOX=1: with the vendors' stand-ins; VARIANT=debug: the debug build
	@tools/need $(if $(SANDBOX),sandbox,run)
	@$(MAKE) --no-print-directory all
	@PORT=$(PORT) SANDBOX=$(SANDBOX) HOLOS_BIN='$(CURDIR)/$(BIN)' exec tools/serve-here

call: ## call the running service as a telephone gateway would, and type what you say; TO=hotel: that business; SANDBOX=1: speak what you type
	@build/bin/holos call --port $(PORT) $(if $(TO),--to '$(TO)') $(if $(SANDBOX),--aloud)

check: ## install what the tests need, run every test, print one summary line
	@tools/need check
	@tests/run all

check-quick: ## only the tests of the plain build, without nginx, sanitizers or valgrind
	@tools/need check
	@tests/run quick

test: ## run one test, or those of a folder: make test T=speech/spoken
	+@tools/one-test '$(T)'

format: ## format every C file with clang-format
	@clang-format -i $(C_FILES) $(H_FILES)

compdb: ## write compile_commands.json for editors
	@tools/need check
	@$(MAKE) --no-print-directory clean
	bear -- $(MAKE) all tests

clean: ## remove everything that was built
	rm -rf build compile_commands.json

.PHONY: tests
tests: all $(TESTS) ## build every test of this variant
	@:
