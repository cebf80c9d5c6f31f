# Installing on a server: programs, units, nginx snippets, profiles. tools/install-holos says where.

.PHONY: install install-files uninstall
install: all ## install below PREFIX (/usr/local), into DESTDIR if given
	@$(MAKE) --no-print-directory install-files

install-files:
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' BIN='$(BIN)' ROUTES='$(ROUTES)' TOOLS='$(TOOLS)' \
		tools/install-holos put

uninstall: ## remove what install put; data and changed configuration stay
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' tools/install-holos remove
