"""What a person typed is never lost (static/js/draft.js, static/js/once.js)."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from reviewapp.core.problems import Forbidden

pytestmark = pytest.mark.browser
WORDS = "Not before the backup is younger than a day."


def test_what_was_typed_comes_back_with_the_page(gallery):
    gallery.open_armed().fill("#comment", WORDS)
    expect(gallery.open().locator("#comment")).to_have_value(WORDS)


def test_what_was_accepted_is_forgotten(gallery):
    page = gallery.open_armed()
    page.fill("#comment", WORDS)
    gallery.verdict("answer").click()
    page.wait_for_selector("#decide:not([aria-busy])")
    expect(gallery.open().locator("#comment")).to_have_value("")


def test_a_failure_is_said_and_the_words_stay(gallery):
    gallery.answers = {"status": 500}
    page = gallery.open_armed()
    page.fill("#comment", WORDS)
    gallery.verdict("answer").click()
    expect(page.locator("[data-failure]")).to_contain_text("The server failed (500)")
    expect(page.locator("#comment")).to_have_value(WORDS)
    expect(gallery.open().locator("#comment")).to_have_value(WORDS)


def test_a_refused_form_gives_the_words_back_to_copy(gallery):
    problem = Forbidden("csrf_failed", "This page is older than your session.")
    gallery.html = gallery.html.replace('hx-post="#"', "")
    page = gallery.open_armed()
    gallery.answers = {
        "status": 403,
        "content_type": "text/html",
        "body": render_to_string("403.html", {"problem": problem}),
    }
    page.fill("#comment", WORDS)
    gallery.verdict("answer").click()
    expect(page.locator("#kept-draft")).to_have_value(WORDS)
    expect(gallery.open().locator("#comment")).to_have_value(WORDS)


def test_the_next_person_at_the_same_screen_finds_nothing(gallery):
    gallery.open_armed().fill("#comment", WORDS)
    gallery.html = gallery.html.replace('data-person="7"', 'data-person="8"')
    page = gallery.open()
    expect(page.locator("#comment")).to_have_value("")
    assert WORDS not in page.evaluate("JSON.stringify(sessionStorage)")
