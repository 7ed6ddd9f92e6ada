"""Browser tests: a real Chromium on a real server, with the cast signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from reviewapp.core.models import User
from tests.browser.signed_in import sign_in
from tests.live_site import LiveSite, serve_site

OpenFor = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


# As patient as with the pages: a test beside this one may hold the log's readers back
# for a while, since they wait for every open transaction of the cluster.
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def live_site(chromium, django_db_setup, django_db_blocker) -> Iterator[LiveSite]:
    with django_db_blocker.unblock(), serve_site() as site:
        yield site


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the console of any page complained of: a refused script, an exception."""
    heard: list[str] = []
    yield heard
    assert not heard, heard


@pytest.fixture
def open_for(
    chromium: Browser, live_site: LiveSite, transactional_db, complaints: list[str]
) -> Iterator[OpenFor]:
    """Open a page of the site in a browser of its own, signed in as a person."""
    contexts: list[BrowserContext] = []

    def open_page(person: User, path: str = "/", **options: object) -> Page:
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        context = chromium.new_context(base_url=live_site.url, **options)
        contexts.append(context)
        sign_in(context, person, live_site.url)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda said: _note(complaints, said.type, said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def _note(complaints: list[str], kind: str, text: str) -> None:
    """Refusals are logged by the browser as failed resources; they are expected."""
    if kind == "error" and "Failed to load resource" not in text:
        complaints.append(text)
