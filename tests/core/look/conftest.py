"""The gallery of components in a real browser, without a server or a database.

Playwright answers for the address itself: the page is rendered here, sheets and scripts
come from disk, and what the page posts is written down. The policy header is the one
of the settings, so a script or style that it forbids fails here as it would outside.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import pytest
from csp.utils import build_policy
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from playwright.sync_api import BrowserContext, Page, Route

from reviewapp.core.views.gallery import ui_gallery

# Loopback counts as a secure context, as HTTPS does; nothing is ever sent there.
ADDRESS = "http://localhost"
GALLERY = f"{ADDRESS}/_ui/"


@dataclass
class Gallery:
    """A page of the gallery and what it sent."""

    page: Page
    posts: list[dict[str, str]] = field(default_factory=list)
    answers: dict[str, object] = field(default_factory=lambda: {"status": 204})
    complaints: list[str] = field(default_factory=list)
    html: str = ""
    fetched: list[str] = field(default_factory=list)

    def open(self) -> Page:
        self.page.goto(GALLERY)
        return self.page

    def open_armed(self) -> Page:
        self.open()
        self.page.wait_for_selector("form[data-decide][data-armed=true]")
        return self.page

    def verdict(self, value: str):
        return self.page.locator(f"#decide button[name=verdict][value={value}]")

    def reply(self, route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(ADDRESS).split("?")[0]
        if path.startswith("/static/"):
            _reply_from_disk(route, path.removeprefix("/static/"))
        elif request.method == "POST":
            self.posts.append(
                dict(parse_qsl(request.post_data or "", keep_blank_values=True))
            )
            route.fulfill(**self.answers)
        elif path == "/_ui/" and "hx-request" not in request.headers:
            policy = {"Content-Security-Policy": build_policy()}
            route.fulfill(body=self.html, content_type="text/html", headers=policy)
        else:
            self.fetched.append(path)
            route.fulfill(body="<li>fetched</li>", content_type="text/html")


def _reply_from_disk(route: Route, name: str) -> None:
    found = finders.find(name)
    if not isinstance(found, str):
        route.fulfill(status=404)
        return
    kind = mimetypes.guess_type(found)[0]
    route.fulfill(path=found, content_type=kind or "application/octet-stream")


@pytest.fixture
def gallery_html(settings) -> str:
    request = RequestFactory().get("/_ui/")
    request.user = AnonymousUser()
    html = ui_gallery(request).content.decode()
    # As for somebody signed in: only they have a live stream.
    return html.replace('data-person=""', 'data-person="7" data-live="/live/"', 1)


@pytest.fixture
def context(chromium) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def gallery(context, gallery_html) -> Gallery:
    page = context.new_page()
    gallery = Gallery(page, html=gallery_html)
    page.on("pageerror", lambda error: gallery.complaints.append(str(error)))
    page.on("console", lambda line: _note_refusal(gallery, line))
    page.route("**/*", gallery.reply)
    return gallery


def _note_refusal(gallery: Gallery, line) -> None:
    if "Content Security Policy" in line.text:
        gallery.complaints.append(line.text)


@pytest.fixture
def news(gallery) -> Callable[[dict[str, object]], None]:
    """Say something as the live stream would."""

    def tell(message: dict[str, object]) -> None:
        gallery.page.evaluate(
            "message => new BroadcastChannel('live-7')"
            ".postMessage({kind: 'news', message, id: '7'})",
            message,
        )

    return tell
