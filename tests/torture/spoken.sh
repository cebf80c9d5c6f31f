#!/bin/bash
# check: torture
# spoken.sh [CASE...]: a spoken turn with every vendor, torn at every place
# (tests/torture/spoken.py).
cd "$(dirname "$0")/../.." || exit 2
export PYTHONDONTWRITEBYTECODE=1
exec python3 tests/torture/spoken.py "$@"
