#!/usr/bin/env python3
"""Tries every rule of the stand-ins with one good and one bad request, and every misbehaviour."""
import sys

import selftest_base
import selftest_binotel
import selftest_claude
import selftest_every
import selftest_google
import selftest_scenarios
import selftest_sheets
import selftest_speech
import selftest_trouble
import selftest_wrong

sys.exit(
    selftest_base.run(
        [
            selftest_google,
            selftest_claude,
            selftest_trouble,
            selftest_speech,
            selftest_every,
            selftest_wrong,
            selftest_scenarios,
            selftest_sheets,
            selftest_binotel,
        ]
    )
)
