# Coverage of shared/ by the tests that ran with the sanitizer build, which counts lines (tests/run, stage san).

FLOOR ?= 85
WEAK  ?= 70

.PHONY: coverage coverage-report
coverage: ## run the tests of the sanitizer build and print the lines that they do not run
	@tools/need check
	@STAGES=san tests/run all

# Asserts never fail and gcov cannot see what runs after a process is killed: neither is excluded.
coverage-report:
	@mkdir -p build/coverage
	@gcovr --root . --object-directory build/san --filter 'shared/' --gcov-ignore-parse-errors \
		--csv build/coverage/files.csv --txt build/coverage/files.txt build/san >build/coverage/gcovr.log 2>&1 \
		|| { cat build/coverage/gcovr.log; exit 1; }
	@awk -F, -v floor=$(FLOOR) -v weak=$(WEAK) '\
		NR > 1 && $$2 > 0 { total += $$2; covered += $$3; \
			if (100 * $$3 / $$2 < weak) low[++n] = sprintf("  weak: %s %.0f %% of %d lines", $$1, 100 * $$3 / $$2, $$2) } \
		END { if (!total) { print "lines: nothing was measured"; exit 1 } \
			share = 100 * covered / total; \
			printf "lines of shared/ covered: %.1f %% (%d of %d; floor %d %%)\n", share, covered, total, floor; \
			for (i = 1; i <= n; i++) print low[i]; \
			exit share < floor }' build/coverage/files.csv
