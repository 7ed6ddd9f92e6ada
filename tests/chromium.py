"""The one Chromium of a test process: Playwright allows no second one beside it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from reviewapp.stack.browser import find_browser


@pytest.fixture(scope="session")
def chromium(pytestconfig: pytest.Config) -> Iterator[Browser]:
    pytestconfig.pluginmanager.register(LoopApart())
    # Playwright runs an event loop in this thread; Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
        # Beside Playwright's event loop Django keeps connections of its own.
        connections.close_all()


class LoopApart:
    """Lets other tests of the process call asyncio.run beside an open browser.

    Playwright's blocking API leaves its event loop marked as the running one between
    two calls. Only tests that use the browser shall see it; the client's tests, which
    have a conftest of their own, count among the others: hence a plugin.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object]:
        with _hidden_from(item):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object]:
        with _hidden_from(item):
            return (yield)


@contextmanager
def _hidden_from(item: pytest.Item) -> Iterator[None]:
    if "chromium" in getattr(item, "fixturenames", ()):
        yield
        return
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
