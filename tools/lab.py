"""Open JupyterLab on the course, for this computer only.

    .venv/bin/python tools/lab.py          (Windows: .venv\\Scripts\\python tools\\lab.py)

Arguments are passed on to JupyterLab.  `tools/jupyter` holds the course's two settings: Markdown
files open as pages, and JupyterLab asks for no news.
"""

import os
import sys
from pathlib import Path

from jupyterlab.labapp import LabApp

ROOT = Path(__file__).resolve().parents[1]


def options():
    """Bound to localhost; no browser where there is no screen: the address is printed then."""
    chosen = [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={ROOT}",
        "--LabApp.default_url=/lab/tree/README.md",
        "--Application.log_level=ERROR",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        chosen.append("--allow-root")
    if not has_screen():
        chosen.append("--no-browser")
    return chosen


def has_screen():
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


if __name__ == "__main__":
    settings = [str(ROOT / "tools" / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, settings))
    LabApp.launch_instance(options() + sys.argv[1:])
