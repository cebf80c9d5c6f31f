# `make lint`: formatting, clang-tidy, cppcheck, shellcheck, mandoc and the walls between the rooms.
# Each part can be called by itself. Files that passed clang-tidy and did not change, nor any
# header, are not looked at again (build/lint/<file>.ok).

LINT     := build/lint
MANPAGES := $(wildcard docs/man/*.[1-8])
SCRIPTS   = $(shell { git ls-files -co --exclude-standard 2>/dev/null || \
              find . \( -name .git -o -path ./build -o -path ./var \) -prune -o -type f -printf '%P\n'; } | while read -r f; do \
              [ -f "$$f" ] && head -c 64 "$$f" | head -n 1 | grep -aqE '^\#!.*\b(ba|da)?sh\b' && echo "$$f"; \
              done)
TIDY_OK  := $(C_FILES:%=$(LINT)/%.ok)

.PHONY: lint lint-format lint-tidy lint-cppcheck lint-shell lint-man lint-walls
lint: lint-format lint-shell lint-man lint-cppcheck lint-tidy lint-walls ## formatting, clang-tidy, cppcheck, shellcheck, man pages, walls
	@echo "lint: $(words $(C_FILES) $(H_FILES)) C files, $(words $(SCRIPTS)) scripts and $(words $(MANPAGES)) man pages are clean"

lint-format:
	@clang-format --dry-run -Werror $(C_FILES) $(H_FILES)

# The flags are those of the build, without what only gcc knows.
# The analyzer follows a function so far (its own default is 225000 nodes): the rest took three quarters
# of its time and found nothing in this code.
TIDY_FLAGS := $(CPPFLAGS) -std=gnu11 -Wno-unknown-warning-option $(filter-out $(WARN_gcc),$(WARN)) \
              -Xclang -analyzer-config -Xclang max-nodes=60000

lint-tidy: $(TIDY_OK)

$(LINT)/%.ok: % .clang-tidy $(wildcard tests/.clang-tidy tests/*/.clang-tidy) $(H_FILES) $(wildcard shared/base/*.def) mk/lint.mk
	$(call say,TIDY,$<)
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- $(TIDY_FLAGS) >$@.log 2>&1 || { grep -v 'warnings generated' $@.log; exit 1; }
	@mv $@.log $@

lint-cppcheck:
	@mkdir -p $(LINT)/cppcheck
	@cppcheck --quiet --std=c11 --language=c --enable=warning,portability,performance \
		--error-exitcode=1 --inline-suppr --suppressions-list=mk/cppcheck.txt \
		--cppcheck-build-dir=$(LINT)/cppcheck -j$(shell nproc) -Ishared -I. -D_GNU_SOURCE -D__x86_64__ \
		-DHOLOS_VERSION='"x"' -DHOLOS_PREFIX='"/usr"' \
		--template='{file}:{line}: {severity}: {message} [{id}]' $(wildcard shared handlers tools) tests

# SC2016: ${...} in single quotes is for dpkg-query, awk and perl to expand. Only what was written
# since the last clean run is looked at.
lint-shell:
	@mkdir -p $(LINT); touch $(LINT)/shell.now; last=$(LINT)/shell.ok; \
	[ $$last -nt mk/lint.mk ] || rm -f $$last; new=; \
	for f in $(SCRIPTS); do [ $$last -nt "$$f" ] || new="$$new $$f"; done; \
	[ -z "$$new" ] || shellcheck -e SC2016 $$new && mv $(LINT)/shell.now $$last

lint-man:
	@[ -z "$(MANPAGES)" ] || mandoc -T lint -W warning $(MANPAGES)

lint-walls: $(OUT)/libholos.a
	@tests/walls/walls.sh | grep -v '^ok ' | sed '/^1\.\./d'; exit $${PIPESTATUS[0]}
lint-walls: SHELL := /bin/bash
