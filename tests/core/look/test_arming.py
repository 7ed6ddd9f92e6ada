"""A decision is never an accident (static/js/arming.js)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# Stands for a window that comes to the front and leaves it: headless windows never do.
AWAY = "document.hasFocus = () => false; window.dispatchEvent(new Event('blur'))"
BACK = "document.hasFocus = () => true; window.dispatchEvent(new Event('focus'))"
ARMED = "form[data-decide][data-armed=true]"
DISARMED = "form[data-decide][data-armed=false]"


def open_folds(page):
    for fold in page.locator("details[data-must-open]").all():
        fold.locator("summary").click()


def decided(gallery):
    return [post["verdict"] for post in gallery.posts]


def test_verdicts_come_disabled_from_the_server(gallery_html):
    bar = gallery_html.split("bar-verdicts needs-js")[1].split("<noscript>")[0]
    verdicts = re.findall(r"<button[^>]*name=\"verdict\"[^>]*>", bar)
    assert len(verdicts) == 4
    assert all(" disabled" in verdict for verdict in verdicts)


def test_verdicts_wait_until_the_card_was_drawn_and_in_view_for_a_moment(gallery):
    gallery.page.clock.install(time=0)
    gallery.page.clock.pause_at(1)
    page = gallery.open()
    page.screenshot()  # it was drawn
    expect(gallery.verdict("reject")).to_be_disabled()
    page.clock.run_for(200)
    expect(gallery.verdict("reject")).to_be_disabled()
    page.clock.run_for(200)
    expect(gallery.verdict("reject")).to_be_enabled()


def test_a_window_without_focus_decides_nothing(gallery):
    page = gallery.open_armed()
    page.evaluate(AWAY)
    expect(gallery.verdict("answer")).to_be_disabled()
    page.fill("#comment", "Ask for the backup first.")
    gallery.verdict("answer").click(force=True)
    assert gallery.posts == []


def test_the_press_that_brings_the_window_to_the_front_never_decides(gallery):
    page = gallery.open_armed()
    page.fill("#comment", "Ask for the backup first.")
    page.evaluate(AWAY)
    gallery.verdict("answer").hover(force=True)
    page.mouse.down()
    page.evaluate(BACK)
    page.wait_for_selector(ARMED)
    page.mouse.up()
    expect(page.locator("[data-arm-state]")).to_contain_text("Press again")
    assert gallery.posts == []
    gallery.verdict("answer").click()
    page.wait_for_selector("#decide:not([aria-busy])")
    assert decided(gallery) == ["answer"]


def test_a_key_held_down_from_before_never_decides(gallery):
    page = gallery.open_armed()
    page.fill("#comment", "Ask for the backup first.")
    page.evaluate(AWAY)
    gallery.verdict("answer").focus()
    page.keyboard.down("Space")
    page.evaluate(BACK)
    page.wait_for_selector(ARMED)
    page.keyboard.up("Space")
    expect(page.locator("[data-arm-state]")).to_contain_text("Press again")
    assert gallery.posts == []


def test_what_is_folded_away_cannot_be_approved_until_it_was_opened(gallery):
    page = gallery.open_armed()
    expect(gallery.verdict("approve")).to_be_disabled()
    gallery.verdict("approve").click(force=True)
    expect(page.locator("[data-arm-state]")).to_contain_text("folded away (1)")
    assert gallery.posts == []
    open_folds(page)
    gallery.verdict("approve").click()
    page.wait_for_selector("#decide:not([aria-busy])")
    assert decided(gallery) == ["approve"]


def test_what_is_folded_away_can_be_rejected(gallery):
    page = gallery.open_armed()
    page.select_option("#reason_code", "too_risky")
    gallery.verdict("reject").click()
    page.wait_for_selector("#decide:not([aria-busy])")
    assert decided(gallery) == ["reject"]


def test_a_rejection_asks_for_its_reason(gallery):
    page = gallery.open_armed()
    gallery.verdict("reject").click()
    expect(page.locator("#reason_code_error")).to_contain_text("Choose a reason")
    expect(page.locator("#reason_code")).to_be_focused()
    assert gallery.posts == []


def test_enter_in_a_field_decides_nothing(gallery):
    page = gallery.open_armed()
    open_folds(page)
    page.evaluate(
        "document.querySelector('#decide').insertAdjacentHTML("
        "'beforeend', '<input type=text id=probe>')"
    )
    page.press("#probe", "Enter")
    page.press("#reason_code", "Enter")
    assert gallery.posts == []


def test_a_card_that_was_replaced_has_to_be_seen_again(gallery):
    page = gallery.open_armed()
    page.evaluate(
        "const card = document.querySelector('[data-arm-card]');"
        "card.replaceWith(card.cloneNode(true));"
        "document.dispatchEvent(new Event('htmx:afterSettle'))"
    )
    assert page.locator(DISARMED).count() == 1
    page.wait_for_selector(ARMED)


def test_the_server_learns_how_long_was_read_and_that_all_was_open(gallery):
    page = gallery.open_armed()
    open_folds(page)
    page.fill("#comment", "Which backup?")
    gallery.verdict("answer").click()
    page.wait_for_selector("#decide:not([aria-busy])")
    [post] = gallery.posts
    assert post["armed"] == "1"
    assert int(post["dwell_ms"]) >= 250
    assert post["opened"] == "1"


def test_a_verdict_pressed_twice_is_sent_once(gallery):
    page = gallery.open_armed()
    page.fill("#comment", "Which backup?")
    page.evaluate(
        "const button = document.querySelector('#decide [value=answer]');"
        "button.click(); button.click()"
    )
    page.wait_for_selector("#decide:not([aria-busy])")
    assert decided(gallery) == ["answer"]


def test_edit_opens_the_arguments_first_and_approves_edited_then(gallery):
    page = gallery.open_armed()
    open_folds(page)
    gallery.verdict("edit").click()
    expect(page.locator("#arguments")).to_be_focused()
    expect(gallery.verdict("edit")).to_contain_text("Approve edited")
    assert gallery.posts == []
    page.fill("#arguments", '{"limit": 10}')
    gallery.verdict("edit").click()
    page.wait_for_selector("#decide:not([aria-busy])")
    assert gallery.posts[0]["arguments"] == '{"limit": 10}'


def test_without_script_a_tick_is_asked_for_instead(chromium, gallery_html):
    page = chromium.new_page(java_script_enabled=False)
    page.set_content(gallery_html)
    verdicts = page.locator("noscript button[name=verdict]")
    assert verdicts.count() == 4
    assert all(verdict.is_enabled() for verdict in verdicts.all())
    assert page.locator("#confirmed").get_attribute("required") is not None
    page.close()
