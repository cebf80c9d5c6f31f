# The targets a person calls.

.PHONY: help run call check check-quick clean compdb
help: ## this list
	@awk -F':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST) | sort -u

run: ## install what is missing, build, serve on 127.0.0.1:$PORT (8000) until Ctrl-C; SANDBOX=1: with stand-ins for the vendors
	@tools/need $(if $(SANDBOX),sandbox,run)
	@$(MAKE) --no-print-directory all
	@PORT=$(PORT) SANDBOX=$(SANDBOX) exec tools/serve-here

call: ## ring the running service as a telephone gateway would, and type what you say; SANDBOX=1: it is spoken
	@build/bin/holos call --port $(PORT) $(if $(SANDBOX),--aloud)

check: ## install what the tests need, run every test, print one summary line
	@tools/need check
	@tests/run all

check-quick: ## only the tests of the plain build, without nginx, sanitizers or valgrind
	@tools/need check
	@tests/run quick

compdb: ## write compile_commands.json for editors
	@tools/need check
	@$(MAKE) --no-print-directory clean
	bear -- $(MAKE) all tests

clean: ## remove everything that was built
	rm -rf build compile_commands.json

.PHONY: tests
tests: all $(TESTS) ## build every test of this variant
	@:
