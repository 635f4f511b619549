"""What the tests in a real browser share: JupyterLab and Chromium, started once a file.

`tests.browser` is imported where it is needed, not by every test of the course.
"""

import pytest


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
