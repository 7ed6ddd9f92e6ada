"""A whole shift without a mouse."""

from playwright.sync_api import expect

from tests.browser.cards import await_reading, path_of, status_of
from tests.queues.builders import make_ask, make_queue


def test_rows_are_walked_and_opened(reviewer, open_for):
    make_queue(reviewer)
    make_ask(tool="refund", arguments={"amount": 5}, summary="First in line")
    second = make_ask(summary="Second in line")
    page = open_for(reviewer, "/queue/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Second in line")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**{path_of(second)}")


def test_n_claims_the_best_and_opens_it(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = open_for(reviewer, "/queue/")
    page.keyboard.press("n")
    page.wait_for_url(f"**{path_of(ask)}")
    expect(page.locator("#claim")).to_contain_text("Yours")


def test_c_claims_the_row_that_has_the_focus(reviewer, open_for):
    make_queue(reviewer)
    make_ask(tool="refund", arguments={"amount": 5}, summary="First in line")
    second = make_ask(summary="Second in line")
    page = open_for(reviewer, "/queue/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_url(f"**{path_of(second)}")
    second.refresh_from_db()
    assert second.holder == reviewer


def test_edit_and_approve_without_a_mouse(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask(arguments={"amount": 900})
    page = await_reading(open_for(reviewer, path_of(ask)))
    page.keyboard.press("e")
    expect(page.locator("#arguments")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text('{"amount": 90}')
    page.keyboard.press("Tab")
    page.locator("h1").click()
    page.keyboard.press("e")
    page.wait_for_url("**/next/")
    assert status_of(ask) == "approved"
    assert ask.arguments_digest != ask.asked_digest


def test_g_then_q_goes_to_the_queue(reviewer, open_for):
    make_queue(reviewer)
    page = open_for(reviewer)
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue/")
