"""The peers' own environment, `benchmarks/.venv`: made when first needed, never the course's."""

import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).parent
HOME = FOLDER / ".venv"
REQUIREMENTS = FOLDER / "requirements.txt"
STAMP = HOME / "installed.txt"


def peers_python():
    """The Python that has the peers; they are installed if they are not, or no longer, there."""
    python = HOME / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    wanted = REQUIREMENTS.read_text()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        print("installing the peers into benchmarks/.venv (about 1.6 GB) ...", flush=True)
        venv.create(HOME, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS]
        subprocess.run(install, check=True)
        STAMP.write_text(wanted)
    return python
