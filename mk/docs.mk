# What is generated from the sources and committed, so that it can be read without building.

.PHONY: docs
docs: $(BIN)/holos ## write what is made from the tables of settings and prices: docs/, .env.example, the drop-ins of systemd/
	@mkdir -p docs
	@tools/settings-docs markdown > docs/settings.md.new && mv docs/settings.md.new docs/settings.md
	@tools/settings-docs env > .env.example.new && mv .env.example.new .env.example
	@$(BIN)/holos settings --man > docs/man/holos-settings.5.new && mv docs/man/holos-settings.5.new docs/man/holos-settings.5
	@for f in systemd/holos@*.d/secrets.conf; do tools/vendor-docs keys "$$f" > "$$f.new" && mv "$$f.new" "$$f"; done
	@tools/vendor-docs prices docs/vendors.md > docs/vendors.md.new && mv docs/vendors.md.new docs/vendors.md
