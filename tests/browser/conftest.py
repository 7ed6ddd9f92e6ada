"""Browser tests: a real Chromium on a real server, with the cast signed in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from reviewapp.core.models import User
from tests.browser.signed_in import sign_in
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
        sign_in(context, person, live_site.url)
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


def _note(complaints: list[str], kind: str, text: str) -> None:
    """Refused requests are logged by the browser as errors; they are expected here."""
    if kind == "error" and "Failed to load resource" not in text:
        complaints.append(text)
