"""Which Chromium the browser tests get, and what is said when there is none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewapp.stack import browser
from reviewapp.stack.console import StackError

Program = Callable[..., str]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a program on a PATH that holds nothing else."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "_playwright_has", lambda: None)
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(browser, "_attempt", lambda command: None)

    def put(name: str, *, starts: bool = True) -> str:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nexit {0 if starts else 1}\n")
        path.chmod(0o755)
        return str(path)

    return put


@pytest.mark.parametrize("name", browser.NAMES)
def test_one_on_path_is_taken(program: Program, name: str) -> None:
    path = program(name)
    assert browser.find_browser() == path


def test_the_one_named_by_the_environment_comes_first(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("chromium")
    own = program("my-own")
    monkeypatch.setenv("CHROMIUM", own)
    assert browser.find_browser() == own


def test_one_that_does_not_start_is_passed_over(program: Program) -> None:
    """Ubuntu's chromium-browser is an empty shell where there is no snap."""
    program("chromium", starts=False)
    works = program("google-chrome")
    assert browser.find_browser() == works


def test_playwrights_is_installed_where_there_is_none(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloaded = []
    path = program("headless")
    monkeypatch.setattr(browser, "_attempt", downloaded.append)
    monkeypatch.setattr(browser, "_playwright_has", lambda: downloaded and path)
    assert browser.find_browser() == path
    (command,) = downloaded
    assert command[-2:] == ["install", "chromium"]


def test_what_is_missing_is_said(program: Program) -> None:
    with pytest.raises(StackError, match="none that starts"):
        browser.find_browser()
