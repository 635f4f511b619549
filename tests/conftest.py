"""What test files share: a Ctrl-C that arrives, and JupyterLab and Chromium, started once a file.

`tests.browser` is imported where it is needed, not by every test of the course.
"""

import signal

import pytest


@pytest.fixture
def ctrl_c_arrives():
    """Python's own answer to Ctrl-C, also where a script's `make test &` has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder of JupyterLab's settings, and of its copy of the course, `home / "course"`."""
    return tmp_path_factory.mktemp("jupyter")


@pytest.fixture(scope="module")
def lab(home):
    """JupyterLab's address and token."""
    from tests import browser

    with browser.jupyterlab(home) as lab:
        yield lab


@pytest.fixture(scope="module")
def chromium():
    """A browser, for the tests of files marked with `browser.needs_chromium`."""
    from tests import browser

    assert browser.CHROMIUM is not None, "CI must test the widgets: install the package chromium"
    with browser.chromium() as chromium:
        yield chromium
