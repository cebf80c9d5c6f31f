# What is generated from the sources and committed, so that it can be read without building.

.PHONY: docs
docs: $(BIN)/holos ## write docs/settings.md, .env.example and holos-settings(5) from shared/base/settings.def
	@mkdir -p docs
	@tools/settings-docs markdown > docs/settings.md.new && mv docs/settings.md.new docs/settings.md
	@tools/settings-docs env > .env.example.new && mv .env.example.new .env.example
	@$(BIN)/holos settings --man > docs/man/holos-settings.5.new && mv docs/man/holos-settings.5.new docs/man/holos-settings.5
