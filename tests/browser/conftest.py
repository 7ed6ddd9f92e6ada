"""Browser tests: a real Chromium on a real server, with the cast signed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from reviewapp.core.models import User
from reviewapp.stack.browser import find_browser
from tests.live_site import LiveSite, serve_site

OpenFor = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def live_site(django_db_setup, django_db_blocker) -> Iterator[LiveSite]:
    # Playwright runs an event loop in this thread; Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with django_db_blocker.unblock(), serve_site() as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_for(
    chromium: Browser, live_site: LiveSite, transactional_db
) -> Iterator[OpenFor]:
    """Open a page of the site as a person; whatever the console complains of fails."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(person: User, path: str = "/", **options: object) -> Page:
        context = chromium.new_context(base_url=live_site.url, **options)
        contexts.append(context)
        context.add_cookies([session_cookie(person, live_site.url)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: _note(complaints, said.type, said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, complaints


def session_cookie(person: User, url: str) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def _note(complaints: list[str], kind: str, text: str) -> None:
    """Refused requests are logged by the browser as errors; they are expected here."""
    if kind == "error" and "Failed to load resource" not in text:
        complaints.append(text)
