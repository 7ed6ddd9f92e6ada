"""The queue is live, and nothing moves under a person's pointer while they read."""

from functools import partial

from playwright.sync_api import expect

from tests.queues.builders import make_ask, make_queue


def open_queue(open_for, person):
    page = open_for(person, "/queue/")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    return page


def test_a_new_request_appears_by_itself(reviewer, open_for):
    make_queue(reviewer)
    page = open_queue(open_for, reviewer)
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible()
    make_ask(summary="Cancel the morning flight")
    expect(page.get_by_text("Cancel the morning flight")).to_be_visible()


def keep(waiting, route):
    """Hold a request back until the test lets it go on."""
    waiting.append(route)


def kept(page, waiting):
    """The request that is held back, once the browser has made it."""
    for _ in range(1_000):
        if waiting:
            return waiting.pop()
        page.wait_for_timeout(20)
    raise AssertionError("The page never asked.")


def test_what_happens_before_the_stream_is_open_is_not_missed(reviewer, open_for):
    make_queue(reviewer)
    page = open_queue(open_for, reviewer)
    waiting = []
    page.route("**/live/**", partial(keep, waiting), times=1)
    page.reload()
    let_go = kept(page, waiting)
    make_ask(summary="Asked between drawing and listening")
    let_go.continue_()
    expect(page.get_by_text("Asked between drawing and listening")).to_be_visible()


def test_a_second_tab_hears_what_came_while_it_loaded(reviewer, open_for):
    """Only one tab holds the stream; it tells a newcomer what it heard lately."""
    make_queue(reviewer)
    page = open_queue(open_for, reviewer)
    second, waiting = page.context.new_page(), []
    second.route("**/js/live.js", partial(keep, waiting), times=1)
    second.goto(page.url, wait_until="commit")
    let_go = kept(second, waiting)
    make_ask(summary="Asked while the tab loaded")
    expect(page.get_by_text("Asked while the tab loaded")).to_be_visible()
    let_go.continue_()
    expect(second.get_by_text("Asked while the tab loaded")).to_be_visible()


def test_rows_hold_still_under_the_pointer_and_come_when_asked_for(reviewer, open_for):
    make_queue(reviewer)
    make_ask(summary="The row being read")
    page = open_queue(open_for, reviewer)
    row = page.locator(".row", has_text="The row being read")
    row.hover()
    place = row.bounding_box()
    make_ask(tool="delete_records", summary="More pressing")
    line = page.locator("[data-held]")
    expect(line).to_contain_text("1 change")
    assert row.bounding_box() == place
    expect(page.get_by_text("More pressing")).to_have_count(0)
    line.click()
    expect(page.get_by_text("More pressing")).to_be_visible()


def test_rows_come_by_themselves_once_nobody_reads(reviewer, open_for):
    make_queue(reviewer)
    make_ask(summary="The row being read")
    page = open_queue(open_for, reviewer)
    page.locator(".row").hover()
    make_ask(summary="The newcomer")
    expect(page.locator("[data-held]")).to_be_visible()
    page.mouse.move(5, 5)
    expect(page.get_by_text("The newcomer")).to_be_visible()


def test_a_claim_of_somebody_else_shows_at_once(reviewer, reviewer2, open_for):
    make_queue(reviewer, reviewer2)
    make_ask()
    page = open_queue(open_for, reviewer)
    other = open_for(reviewer2, "/queue/")
    other.get_by_role("button", name="Claim").click()
    other.wait_for_url("**/requests/**")
    expect(page.locator(".row")).to_contain_text("Held by Rolf Reviewer")
