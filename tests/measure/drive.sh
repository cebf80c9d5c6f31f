#!/bin/bash
# drive.sh: the calls that `make measure` measures still succeed. TAP.
cd "$(dirname "$0")/../.." && exec "$HOLOS_BUILD/tests/measure/drive" 1
