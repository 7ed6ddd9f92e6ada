"""Find a Chromium for the browser tests, or install one, or say what is missing."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from reviewapp.stack.console import StackError, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_browser() -> str:
    """Answer the path of a Chromium that starts; the cheapest way comes first."""
    ways: tuple[Callable[[], str | None], ...] = (
        lambda: os.environ.get("CHROMIUM"),
        _on_path,
        _playwright_has,
        _playwright_installs,
        _distribution_installs,
    )
    for way in ways:
        found = way()
        if found and _starts(found):
            return found
    raise StackError(
        "The browser tests need Chromium, and there is none that starts:\n"
        f"- none of {', '.join(NAMES)} on PATH (or named by CHROMIUM);\n"
        "- `python -m playwright install chromium` brought none that starts: either\n"
        "  the download failed, or the system lacks libraries it needs, which\n"
        "  `sudo .venv/bin/python -m playwright install-deps chromium` installs;\n"
        "- only root can install the distribution's package `chromium`."
    )


def _on_path() -> str | None:
    found = (shutil.which(name) for name in NAMES)
    # Ubuntu's chromium-browser may be an empty shell around snap: it must start.
    return next((path for path in found if path and _starts(path)), None)


def _playwright_has() -> str | None:
    # Imported here: a development dependency, which the demo does without.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _playwright_installs() -> str | None:
    say("Installing Chromium by Playwright …")
    with_libraries = ["--with-deps"] if os.geteuid() == 0 else []
    command = [sys.executable, "-m", "playwright", "install", *with_libraries]
    _attempt([*command, "chromium"])
    return _playwright_has()


def _distribution_installs() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    say("Installing the distribution's package chromium …")
    _attempt(["apt-get", "update", "-q"])
    _attempt(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"])
    return _on_path()


def _attempt(command: list[str]) -> None:
    """Run an installer. Standard output stays free for the answer.

    Whether it failed shows by the browser it should have brought.
    """
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, stdout=sys.stderr, env=quiet, check=False)


def _starts(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
