"""Everything works without JavaScript: forms post, the tick proves intent."""

from playwright.sync_api import expect

from tests.browser.cards import path_of, status_of
from tests.queues.builders import make_ask, make_queue


def test_a_request_is_taken_and_decided_without_script(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = open_for(reviewer, "/queue/", java_script_enabled=False)
    page.get_by_role("button", name="Next").click()
    page.wait_for_url(f"**{path_of(ask)}")
    page.get_by_label("I have read everything").check()
    page.locator("button[name=verdict][value=approve]:visible").click()
    page.wait_for_url("**/next/")
    assert status_of(ask) == "approved"
    expect(page.locator("#messages")).to_contain_text("Approved")


def test_without_the_tick_the_browser_sends_nothing(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = open_for(reviewer, path_of(ask), java_script_enabled=False)
    page.locator("button[name=verdict][value=approve]:visible").click()
    assert page.url.endswith(path_of(ask))
    assert status_of(ask) == "pending"
