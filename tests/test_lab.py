"""tools/lab.py, which `make lab` calls, opens the course and says where."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import lab
import pytest

ROOT = Path(__file__).resolve().parents[1]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/lab/tree/README\.md\?token=(\w+)")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def printed(tmp_path):
    """A JupyterLab without a browser, with a private home; the address that it prints."""
    private = {
        f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    screen = tmp_path / "screen"
    command = [sys.executable, str(ROOT / "tools" / "lab.py"), f"--port={free_port()}"]
    command.append("--no-browser")
    with screen.open("w") as file:
        process = subprocess.Popen(command, env=os.environ | private, stdout=file, stderr=file)
    try:
        end = time.monotonic() + 60
        while not (address := ADDRESS.search(screen.read_text())):
            assert process.poll() is None, screen.read_text()
            assert time.monotonic() < end, "no address was printed: " + screen.read_text()
            time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_the_printed_address_opens_the_course(printed):
    with urllib.request.urlopen(printed[0], timeout=30) as answer:
        assert answer.status == 200
    root, token = printed[0].split("/lab/")[0], printed[1]
    with urllib.request.urlopen(f"{root}/api/contents?token={token}", timeout=30) as answer:
        listed = answer.read().decode()
    for name in ("chapters", "exercises", "solutions", "README.md"):
        assert f'"name": "{name}"' in listed
    settings = f"{root}/lab/api/settings/@jupyterlab/docmanager-extension:plugin?token={token}"
    with urllib.request.urlopen(settings, timeout=30) as answer:
        assert "Markdown Preview" in answer.read().decode()


def test_without_its_token_nothing_is_shown(printed):
    root = printed[0].split("/lab/")[0]
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{root}/api/contents", timeout=30)


def test_it_listens_to_this_computer_alone():
    assert "--ServerApp.ip=127.0.0.1" in lab.options()


def test_root_is_let_in_and_nobody_else_asks_for_it(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert "--allow-root" in lab.options()
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert "--allow-root" not in lab.options()


@pytest.mark.parametrize(
    ("platform", "variables", "browser"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"BROWSER": "wslview"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_browser_is_opened_where_there_is_a_screen(monkeypatch, platform, variables, browser):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert ("--no-browser" not in lab.options()) == browser
