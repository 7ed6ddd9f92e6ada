"""A claim is kept while its reviewer is at work, and its loss is told."""

from playwright.sync_api import expect

from queues.models import ActionRequest
from queues.services.claims import claim_request, take_over_claim
from tests.browser.cards import await_arming, path_of, verdict
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue


def held_until(ask):
    return ActionRequest.objects.get(pk=ask.pk).held_until


def beat(page):
    """One heartbeat now; the page beats by itself once a minute."""
    page.evaluate(
        "document.querySelector('[data-keep-claim]').dispatchEvent(new Event('keep'))"
    )


def test_the_heartbeat_keeps_the_claim(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    claim_request(ask.pk, person=reviewer, actor=actor_of_person(reviewer))
    before = held_until(ask)
    page = await_arming(open_for(reviewer, path_of(ask)))
    with page.expect_response("**/keep") as kept:
        beat(page)
    assert kept.value.status == 200
    expect(page.locator("#claim")).to_contain_text("Yours")
    assert held_until(ask) > before


def test_coming_back_to_a_lost_claim_says_so_and_keeps_the_text(
    reviewer, lead, open_for
):
    make_queue(reviewer, lead)
    ask = make_ask()
    claim_request(ask.pk, person=reviewer, actor=actor_of_person(reviewer))
    page = await_arming(open_for(reviewer, path_of(ask)))
    page.fill("#comment", "Half of it")
    take_over_claim(ask.pk, person=lead, actor=actor_of_person(lead))
    beat(page)
    expect(page.locator("#claim")).to_contain_text("Your claim has lapsed")
    expect(page.locator("#comment")).to_have_value("Half of it")
    expect(page.locator("#news")).to_contain_text("Lea Lead is looking at it now")


def test_a_verdict_on_what_somebody_else_holds_is_refused(
    reviewer, reviewer2, open_for
):
    make_queue(reviewer, reviewer2)
    ask = make_ask()
    page = await_arming(open_for(reviewer, path_of(ask)))
    claim_request(ask.pk, person=reviewer2, actor=actor_of_person(reviewer2))
    verdict(page, "approve").click()
    expect(page.locator("#decision")).to_contain_text(
        "Somebody else is looking at this"
    )
    assert not ask.decisions.exists()


def test_claiming_from_the_card_keeps_what_was_written(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = await_arming(open_for(reviewer, path_of(ask)))
    page.fill("#comment", "Half of it")
    page.get_by_role("button", name="Claim it").click()
    expect(page.locator("#claim")).to_contain_text("Yours")
    expect(page.locator("#comment")).to_have_value("Half of it")
