"""JupyterLab on this machine and a real Chromium that drives it, for the tests of the widgets."""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [  # keep the browser from reaching out for anything but the page
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true",
    reason="no Chromium here: install the package chromium to test the widgets in a browser",
)
PAGES = ["chapters", "exercises", "solutions"]
PATIENCE = 60  # seconds until a page, a kernel or a picture is given up

RUN_ALL = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  return await app.commands.execute('notebook:run-all-cells');
}"""

# How far each part of a widget reaches beyond the right edge of its cell's output, in pixels.
BEYOND_THE_EDGE = """widget => {
  const edge = widget.closest(".jp-OutputArea-output").getBoundingClientRect().right;
  const parts = "img, button, select, input, label, p, table, .widget-slider, .widget-play";
  return [...widget.querySelectorAll(parts)].map(
    part => part.getBoundingClientRect().right - edge);
}"""

TROUBLE = ", ".join(
    f"[data-mime-type='application/vnd.jupyter.{kind}']" for kind in ("error", "stderr")
)

PICTURE = """picture => {
  if (!picture.complete || !picture.naturalWidth) return null;
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  canvas.getContext("2d").drawImage(picture, 0, 0);
  return canvas.toDataURL();
}"""


def copy_course(folder):
    """Make `folder` the course: notebooks copied, for JupyterLab saves them, the rest linked."""
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.name in PAGES:
            shutil.copytree(path, folder / path.name)
        elif not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    return folder


@contextlib.contextmanager
def jupyterlab(home):
    """Start JupyterLab on a copy of the course, `home / "course"`; give its address and its token.

    `home` also keeps its settings apart from those of whoever runs the test.
    """
    course = copy_course(home / "course")
    settings = home / "config" / "labconfig"
    settings.mkdir(parents=True)
    news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (settings / "page_config.json").write_text(json.dumps(news))
    folders = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "IPYTHONDIR": "ipython",
               "JUPYTER_RUNTIME_DIR": "run", "JUPYTERLAB_SETTINGS_DIR": "settings",
               "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}  # fmt: skip
    environment = os.environ | {name: str(home / folder) for name, folder in folders.items()}
    token, port = secrets.token_hex(16), free_port()
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        "--expose-app-in-browser", f"--port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={course}",
    ]  # fmt: skip
    log = home / "log"
    with log.open("w") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_until_it_answers(f"{address}/api?token={token}", server, log)
            yield address, token
        finally:
            server.terminate()
            server.wait(20)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_it_answers(address, server, log):
    end = time.monotonic() + PATIENCE
    while True:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(address, timeout=2).close()
        assert server.poll() is None, f"JupyterLab stopped:\n{log.read_text()}"
        assert time.monotonic() < end, f"JupyterLab doesn't answer:\n{log.read_text()}"
        time.sleep(0.2)


@contextlib.contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=QUIET)
        yield browser
        browser.close()


def write_notebook(path, *cells):
    """A notebook of code cells, to be opened in the browser."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


def open_and_run(browser, lab, notebook, width=1280, height=1400):
    """Open a notebook, run all its cells, and return the page when they have run."""
    address, token = lab
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{address}/doc/tree/{notebook}?token={token}&reset")
    ready = "() => window.jupyterapp?.shell?.currentWidget?.context"
    page.wait_for_function(ready, timeout=PATIENCE * 1000)
    ran = page.evaluate(RUN_ALL)
    assert ran is True, f"not all cells ran: {page.locator(TROUBLE).all_inner_texts()}"
    return page


def widget(page, kind):
    """The widget on the page whose root has the class `kind`, scrolled into view."""
    found = page.locator(f".{kind}").first
    found.wait_for(timeout=PATIENCE * 1000)
    found.scroll_into_view_if_needed()
    return found


def wait_for(reading, good, what):
    """What `reading()` gives as soon as `good` holds of it; if it never does, say `what`."""
    end = time.monotonic() + PATIENCE
    while not good(found := reading()):
        assert time.monotonic() < end, f"{what}: {found!r:.600}"
        time.sleep(0.02)
    return found


def wait_until(true, what):
    """Wait until something is true; if it never is, say `what` is wrong."""
    wait_for(true, bool, what)


def settled(reading):
    """What `reading()` gives once it stays the same: what was on its way has arrived."""
    seen = [None, reading()]

    def stays():
        time.sleep(0.6)
        seen.append(reading())
        return seen[-1] == seen[-2]

    wait_until(stays, f"still changing: {seen}")
    return seen[-1]


def picture(widget, other_than=None):
    """The pixels of the widget's picture, as soon as there are some that differ from others."""
    image = widget.locator("img.nnlib-picture")
    return wait_for(
        lambda: image.evaluate(PICTURE),
        lambda pixels: pixels not in (None, other_than),
        "the picture did not appear, or did not change",
    )


def words(widget, holding=""):
    """What a screen reader is told about the widget's picture, as soon as it holds some words."""
    image = widget.locator("img.nnlib-picture")
    return wait_for(
        lambda: image.get_attribute("alt") or "",
        lambda alt: holding in alt,
        f"{holding!r} did not appear",
    )


def beyond_the_edge(widget, width=700):
    """How far each part of the widget sticks out of its cell on a page `width` pixels wide."""
    page = widget.page
    usual = page.viewport_size
    page.set_viewport_size(usual | {"width": width})
    found = settled(lambda: widget.evaluate(BEYOND_THE_EDGE))
    page.set_viewport_size(usual)
    return found
