"""Nothing moves under a person who reads (static/js/live.js)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
NEWS = {"verb": "request.submitted", "subject": "1"}


@pytest.fixture
def listening(gallery):
    gallery.html = gallery.html.replace(
        '<ul class="rows" data-hold',
        '<ul class="rows" data-hold hx-get="/rows/"'
        ' hx-trigger="live:requests from:body"',
    )
    page = gallery.open_armed()
    page.evaluate("document.querySelector('[data-held]').hidden = true")
    return gallery


def test_news_are_fetched_where_nobody_reads(listening, news):
    listening.page.mouse.move(5, 5)
    news(NEWS)
    expect(listening.page.locator("ul.rows")).to_have_text("fetched")


def test_who_missed_too_much_fetches_all_of_it_anew(listening, news):
    listening.page.mouse.move(5, 5)
    news({"verb": "live.missed"})
    expect(listening.page.locator("ul.rows")).to_have_text("fetched")


def test_rows_under_the_pointer_stay_and_a_line_counts_the_changes(listening, news):
    page = listening.page
    page.locator("[data-item]").nth(2).hover()
    news(NEWS)
    news(NEWS)
    expect(page.locator("[data-held]")).to_have_text("2 changes: show")
    assert "/rows/" not in listening.fetched
    page.locator("[data-held]").click()
    expect(page.locator("ul.rows")).to_have_text("fetched")
    expect(page.locator("[data-held]")).to_be_hidden()


def test_rows_with_the_focus_stay(listening, news):
    page = listening.page
    page.mouse.move(5, 5)
    page.keyboard.press("j")
    news(NEWS)
    expect(page.locator("[data-held]")).to_have_text("1 change: show")
    assert "/rows/" not in listening.fetched


def test_what_was_held_comes_by_itself_once_the_reader_has_left(listening, news):
    page = listening.page
    page.locator("[data-item]").nth(2).hover()
    news(NEWS)
    expect(page.locator("[data-held]")).to_be_visible()
    page.mouse.move(5, 5)
    expect(page.locator("ul.rows")).to_have_text("fetched")


def test_a_lost_connection_is_said(gallery):
    page = gallery.open()
    expect(page.locator("[data-live-state]")).to_contain_text("Reconnecting")
    expect(page.locator("[data-live-state]")).to_have_attribute("role", "status")
