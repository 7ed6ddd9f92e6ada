"""Browser notices, only where a person asked for them (static/js/notify.js)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
CALL = {"verb": "notice.made", "id": "9", "title": "A request arrives", "url": "/n/9/"}
# Headless Chromium shows no notices: this stands for the system's tray.
TRAY = """
window.shown = [];
window.Notification = class {
    static permission = "default";
    static async requestPermission() { this.permission = "granted"; }
    constructor(title, options) { window.shown.push([title, options.tag]); }
};
document.hasFocus = () => false;
"""


@pytest.fixture
def away(gallery):
    """The gallery in a window that is not in front."""
    gallery.html = gallery.html.replace(
        "<main", "<button data-notify><span data-notify-words></span></button><main", 1
    )
    gallery.page.add_init_script(TRAY)
    gallery.open()
    return gallery.page


def tell(page, news, message):
    """Say it, and return once the page has heard."""
    page.evaluate(
        "document.body.addEventListener('live:notices', () => console.log('heard'))"
    )
    with page.expect_event("console", lambda line: line.text == "heard"):
        news(message)


def test_nothing_is_shown_before_the_person_asked_for_it(away, news):
    expect(away.locator("[data-notify-words]")).to_have_text("Browser notices: off")
    tell(away, news, CALL)
    assert away.evaluate("shown") == []


def test_a_call_is_shown_once_the_person_allowed_it(away, news):
    away.locator("[data-notify]").click()
    expect(away.locator("[data-notify-words]")).to_have_text("Browser notices: on")
    tell(away, news, CALL)
    assert away.evaluate("shown") == [["A request arrives", "9"]]


def test_a_call_without_a_title_is_not_for_the_browser(away, news):
    away.locator("[data-notify]").click()
    tell(away, news, {"verb": "notice.made", "subject": "9"})
    assert away.evaluate("shown") == []
