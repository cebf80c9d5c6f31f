#!/bin/bash
# check: timeout=180
# selftest.sh: the vendors' stand-ins are themselves tried, by a client that is none of ours.
cd "$(dirname "$0")/../.." || exit 2
export PYTHONDONTWRITEBYTECODE=1
python3 tests/vendors/selftest.py
