"""A card that changed since it was drawn refuses the decision and says what changed."""

from playwright.sync_api import expect

from queues.models import Decision
from queues.services.preconditions import refresh_preconditions
from queues.submissions import Fingerprint
from tests.browser.cards import await_arming, path_of, verdict
from tests.queues.builders import agent_of, make_ask, make_queue


def change(ask):
    fresh = (Fingerprint("balance", "12"),)
    refresh_preconditions(
        ask.pk, system=ask.system, actor=agent_of(ask.system), preconditions=fresh
    )


def make_resting_ask():
    return make_ask(preconditions=(Fingerprint("balance", "40"),))


def test_a_changed_card_refuses_says_what_changed_and_keeps_the_text(
    reviewer, open_for
):
    make_queue(reviewer)
    ask = make_resting_ask()
    page = await_arming(open_for(reviewer, path_of(ask)))
    page.fill("#comment", "Refund half of it instead")
    change(ask)
    verdict(page, "answer").click()
    bar = page.locator("#decision")
    expect(bar).to_contain_text("The card has changed since you saw it")
    expect(bar).to_contain_text("What it rests on has changed since it was asked")
    expect(page.locator("#kept-words")).to_have_value("Refund half of it instead")
    assert not Decision.objects.exists()
    page.get_by_role("link", name="Show the card as it is now").last.click()
    await_arming(page)
    expect(page.locator("#comment")).to_have_value("Refund half of it instead")
    expect(page.locator(".warnings")).to_contain_text("Changed since asked")


def test_an_open_card_says_by_itself_that_it_changed(reviewer, open_for):
    make_queue(reviewer)
    ask = make_resting_ask()
    page = await_arming(open_for(reviewer, path_of(ask)))
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    change(ask)
    expect(page.locator("#news")).to_contain_text("The card has changed")
