"""A draft in a browser: masks marked, no barriers, nothing wider than a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.test_accessibility import RULES
from tests.builders import actor_of_person, make_system
from tests.looks import LOOKS
from tests.traces.refund_run import make_refund_run
from tests.traces.stored import store
from traces.letters import keyring_of, seal_text
from traces.models import Explanation
from traces.services import explanations as services
from traces.services.drafting import draft_explanation


@pytest.fixture
def draft(transactional_db, support):
    trace = store(make_refund_run(), make_system("shop"))
    return draft_explanation(trace, person=support, actor=actor_of_person(support))


def address_of(one):
    return f"/explanations/{one.pk}/"


def hand_over_with_a_mask(one, person):
    """As it may stand from before masks were refused."""
    services.submit_explanation(
        one, text="Soon.", version=1, person=person, actor=actor_of_person(person)
    )
    sealed = seal_text(keyring_of(one), one, "We wrote to [EMAIL-1].")
    Explanation.objects.update(sealed=sealed)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("is_handed_over", [False, True])
def test_axe_finds_nothing(
    support, support_lead, open_for, draft, is_handed_over, scheme, width
):
    if is_handed_over:
        hand_over_with_a_mask(draft, support)
    page = open_for(
        support_lead if is_handed_over else support,
        address_of(draft),
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        bypass_csp=True,
    )
    expect(page.get_by_text("Masks still stand in it").first).to_be_visible()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_lead_sees_the_mask_and_is_offered_no_release(
    support, support_lead, open_for, draft
):
    hand_over_with_a_mask(draft, support)
    page = open_for(support_lead, address_of(draft))
    expect(page.locator("mark.mask-left")).to_have_text("[EMAIL-1]")
    expect(page.get_by_role("button", name="Release")).to_have_count(0)
    expect(page.get_by_role("button", name="Send back")).to_be_visible()


def test_its_author_gives_a_draft_up(support, open_for, draft):
    page = open_for(support, address_of(draft))
    page.get_by_role("link", name="Give up this draft").click()
    page.get_by_role("button", name="Give it up").click()
    expect(page.get_by_text("You can draft another one of this run")).to_be_visible()
    expect(page.get_by_role("button", name="Draft an explanation")).to_be_visible()
