# What is generated from the sources and committed, so that it can be read without building.

.PHONY: docs
docs: ## write docs/settings.md and .env.example from shared/base/settings.def
	@mkdir -p docs
	@tools/settings-docs markdown > docs/settings.md.new && mv docs/settings.md.new docs/settings.md
	@tools/settings-docs env > .env.example.new && mv .env.example.new .env.example
