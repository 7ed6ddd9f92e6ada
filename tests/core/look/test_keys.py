"""Keyboard first, and no letter that surprises (static/js/keys.js)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.core.look.test_arming import decided, open_folds

pytestmark = pytest.mark.browser


def test_j_and_k_walk_the_rows(gallery):
    page = gallery.open_armed()
    links = page.locator("[data-item-link]")
    page.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()


def test_a_letter_asks_first_where_nothing_can_be_taken_back(gallery):
    page = gallery.open_armed()
    open_folds(page)
    page.locator("h1").click()
    page.keyboard.press("a")
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text("There is no undo")
    expect(dialog.get_by_role("button", name="Go back")).to_be_focused()
    page.keyboard.press("Escape")
    assert gallery.posts == []
    page.keyboard.press("a")
    with page.expect_request(lambda request: request.method == "POST"):
        page.locator("[data-confirm-yes]").click()
    assert decided(gallery) == ["approve"]


def test_a_letter_does_not_ask_where_the_button_would_not_work(gallery):
    page = gallery.open_armed()
    page.keyboard.press("a")
    expect(page.locator("#confirm-dialog")).to_be_hidden()
    expect(page.locator("[data-arm-state]")).to_contain_text("folded away")


def test_letters_typed_into_a_field_are_only_letters(gallery):
    page = gallery.open_armed()
    page.locator("#comment").press_sequentially("aerwd")
    expect(page.locator("#comment")).to_have_value("aerwd")
    assert gallery.posts == []


def test_a_letter_with_a_modifier_belongs_to_the_browser(gallery):
    page = gallery.open_armed()
    page.select_option("#reason_code", "too_risky")
    page.locator("h1").click()
    page.keyboard.press("Control+r")
    page.wait_for_load_state()
    assert gallery.posts == []


def test_a_question_mark_lists_the_keys_of_this_page(gallery):
    page = gallery.open_armed()
    page.keyboard.press("?")
    listed = page.locator("#keys-dialog")
    for words in ("Approve", "Reject", "Answer (write back)", "Defer", "Open the row"):
        expect(listed).to_contain_text(words)


def test_single_letters_can_be_switched_off(gallery):
    page = gallery.open_armed()
    page.keyboard.press("?")
    page.locator("#keys-on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-item-link]')") is False
    page.keyboard.press("?")
    expect(page.locator("#keys-dialog")).to_be_hidden()
