# The figures by which the shape of the source is judged (tests/measure/measure). Not part of
# `make check`, which only tries that the measured calls succeed (tests/measure/drive.sh).

MEASURED := $(OUT)/tests/measure/drive

$(MEASURED): %: %.o $(OUT)/libsupport.a $(OUT)/libroutes.a $(OUT)/libholos.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) $^ $(LDLIBS) -lcmocka -o $@

tests: $(MEASURED)

.PHONY: measure
measure: ## print figures of the source, its functions, instructions and programs; TSV=FILE writes them; BEFORE=FILE: compare with such a file
	@tools/need bench
	@$(MAKE) --no-print-directory VARIANT=release all build/release/tests/measure/drive
	@$(MAKE) --no-print-directory VARIANT=trace build/trace/tests/measure/drive
	@tests/measure/measure $(if $(TSV),--tsv '$(TSV)') $(if $(BEFORE),--compare '$(BEFORE)')
