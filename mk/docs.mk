# What is generated from the sources and committed, so that it can be read without building.

.PHONY: docs
docs: $(BIN)/holos ## write the files that are made from the tables of settings and prices: in docs/, .env.example, systemd/
	@mkdir -p docs
	@tools/settings-docs markdown > docs/settings.md.new && mv docs/settings.md.new docs/settings.md
	@tools/settings-docs env > .env.example.new && mv .env.example.new .env.example
	@$(BIN)/holos settings --man > docs/man/holos-settings.5.new && mv docs/man/holos-settings.5.new docs/man/holos-settings.5
	@for f in systemd/holos@*.d/secrets.conf; do tools/vendor-docs keys "$$f" > "$$f.new" && mv "$$f.new" "$$f"; done
	@tools/vendor-docs prices docs/vendors.md > docs/vendors.md.new && mv docs/vendors.md.new docs/vendors.md
