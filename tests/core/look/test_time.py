"""Times stay true while a page is open (static/js/time.js)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from reviewapp.core.look import spans

pytestmark = pytest.mark.browser
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GIVEN = timedelta(hours=3)
DISTANCES_S = [-200_000, -3_725, -61, 0, 1, 59, 95, 121, 3_599, 7_030, 90_061]
SET_TIMES = """([until, start]) => {
    const countdown = document.querySelector("time[data-until]");
    countdown.dateTime = until;
    countdown.dataset.start = start;
    document.querySelector("time[data-relative]").dateTime = until;
    document.dispatchEvent(new Event("htmx:afterSettle"));
}"""


def test_the_browser_says_what_the_server_says(gallery):
    gallery.page.clock.set_fixed_time(NOW)
    page = gallery.open()
    countdown = page.locator("time[data-until]").first
    ago = page.locator("time[data-relative]").first
    for distance in DISTANCES_S:
        until = NOW + timedelta(seconds=distance)
        start = until - GIVEN
        page.evaluate(SET_TIMES, [until.isoformat(), start.isoformat()])
        expect(countdown).to_have_text(spans.left_words(until, now=NOW))
        step = spans.step_of(until, start=start, now=NOW)
        expect(countdown).to_have_attribute("data-step", step)
        expect(ago).to_have_text(spans.relative_words(until, now=NOW))
