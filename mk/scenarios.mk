# Callers' dialogues through the real routes (tests/scenarios/run; docs/testing.md).

.PHONY: scenarios
scenarios: all ## play callers' dialogues and look at the book afterwards; BRAIN=rules|model, TIMES=3: pass^3, S='files or folders'
	@tools/need sandbox
	@tests/scenarios/run --bin '$(BIN)' $(if $(BRAIN),--brain '$(BRAIN)') $(if $(TIMES),--times '$(TIMES)') $(or $(S),tests/scenarios)
