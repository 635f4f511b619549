#!/bin/sh
# Print the path of a Python that can build the course's environment: 3.11 or later, with venv and pip's installer.
# Each candidate is run, not just found: a name on the PATH may be a version manager's stub that only fails.
# The first argument, if not empty, is the only candidate (make lab PYTHON=...).

test_and_print='
import sys, venv, ensurepip
if sys.version_info < (3, 11):
    sys.exit(1)
print(sys._base_executable)
'

if [ -n "${1:-}" ]; then
    "$1" -c "$test_and_print" 2>/dev/null && exit 0
    echo "PYTHON=$1 does not run, is older than Python 3.11, or lacks its venv module." >&2
else
    for candidate in python3.13 python3.12 python3.11 python3.14 python3 python; do
        "$candidate" -c "$test_and_print" 2>/dev/null && exit 0
    done
    echo "The course needs Python 3.11 or later with its venv module, and none was found." >&2
fi

echo "\
  Debian, Ubuntu:  sudo apt install python3 python3-venv   (Debian 12, Ubuntu 24.04 or later)
  macOS:           brew install python@3.13                (or the installer from python.org)
  Windows:         winget install Python.Python.3.13       (then the README's lines for Windows)
Then run the same command again, or name a Python yourself: make lab PYTHON=/path/to/python3" >&2
exit 1
