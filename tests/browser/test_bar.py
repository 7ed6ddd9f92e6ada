"""The bar says what is missing where it is, and lets nothing be run by mistake."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from queues.submissions import EvidenceItem
from tests.browser.cards import await_arming, await_reading, path_of, status_of, verdict
from tests.queues.builders import make_ask, make_queue

LONG = "\n\n".join(f"Turn {n} of a long conversation." for n in range(12))


@pytest.fixture
def open_card(reviewer, open_for):
    make_queue(reviewer)

    def open_(ask, **options):
        return await_arming(open_for(reviewer, path_of(ask), **options))

    return open_


def state_of(page):
    return page.locator("[data-arm-state]")


# Reading --------------------------------------------------------------------------


def test_a_blind_letter_shows_the_reason_instead_of_approving(open_card):
    arguments = {f"field_{n}": n for n in range(40)}
    ask = make_ask(arguments=arguments, justification=LONG)
    page = open_card(ask)
    expect(state_of(page)).to_contain_text("look at why the agent wants it")
    expect(verdict(page, "approve")).to_be_disabled()
    page.keyboard.press("a")
    assert status_of(ask) == "pending"
    await_reading(page).keyboard.press("a")
    page.wait_for_url("**/next/")
    assert status_of(ask) == "approved"


def test_a_reason_behind_the_bar_was_not_in_view(open_card):
    """The card fits but for its last lines, which the bar covers."""
    page = open_card(make_ask(arguments={f"f{n}": n for n in range(21)}))
    place = page.locator("[data-must-see]").bounding_box()
    bar = page.locator("#decision").bounding_box()
    page.set_viewport_size(
        {"width": 1280, "height": round(place["y"] + bar["height"] / 2)}
    )
    page.reload()
    await_arming(page)
    expect(verdict(page, "reject")).to_be_enabled()
    expect(verdict(page, "approve")).to_be_disabled()


def test_no_reason_has_to_be_seen_to_refuse(open_card):
    ask = make_ask(arguments={f"f{n}": n for n in range(40)})
    page = open_card(ask)
    page.select_option("#reason_code", "too_risky")
    verdict(page, "reject").click()
    page.wait_for_url("**/next/")
    assert status_of(ask) == "rejected"


def test_what_is_easily_undone_may_be_approved_at_once(open_card):
    arguments = {f"f{n}": n for n in range(40)}
    ask = make_ask(tool="set_label", reversibility="reversible", arguments=arguments)
    page = open_card(ask)
    expect(verdict(page, "approve")).to_be_enabled()


# Fields ---------------------------------------------------------------------------


def test_a_missing_reason_is_said_at_the_field_and_cleared_when_chosen(open_card):
    page = open_card(make_ask())
    verdict(page, "reject").click()
    error = page.locator("#reason_code_error")
    expect(error).to_contain_text("Choose a reason to reject")
    expect(page.locator("#reason_code")).to_be_focused()
    page.select_option("#reason_code", "too_risky")
    expect(error).to_be_hidden()
    expect(page.locator("[aria-invalid]")).to_have_count(0)


def test_only_the_reasons_of_the_verdict_being_taken_are_offered(open_card):
    page = open_card(make_ask())
    groups = page.locator("#reason_code optgroup")
    expect(groups).to_have_count(4)
    verdict(page, "reject").click()
    expect(groups).to_have_count(1)
    expect(groups).to_have_attribute("label", "To reject")
    expect(page.locator("[data-reason-label]")).to_have_text("Reason to reject")


def test_a_reason_of_another_verdict_is_let_go(open_card):
    ask = make_ask()
    page = open_card(ask)
    page.select_option("#reason_code", "too_risky")
    await_reading(page)
    verdict(page, "approve").click()
    error = page.locator("#reason_code_error")
    expect(error).to_contain_text("is no reason to approve. Choose another, or none")
    expect(page.locator("#reason_code")).to_have_value("")
    assert status_of(ask) == "pending"
    verdict(page, "approve").click()
    page.wait_for_url("**/next/")


def test_what_the_server_misses_is_said_at_the_field(open_card):
    page = open_card(make_ask())
    page.select_option("#reason_code", "other")
    verdict(page, "reject").click()
    expect(page.locator("#comment_error")).to_contain_text("Say what the reason is")
    expect(page.locator("#comment")).to_be_focused()
    page.fill("#comment", "It was cancelled by phone.")
    expect(page.locator("#comment_error")).to_be_hidden()


# The editor -----------------------------------------------------------------------


def test_a_changed_editor_holds_plain_approve_back(open_card):
    ask = make_ask(arguments={"amount": 900})
    page = await_reading(open_card(ask))
    page.locator("[data-editor] summary").click()
    page.fill("#arguments", '{"amount": 90}')
    expect(verdict(page, "approve")).to_be_disabled()
    verdict(page, "approve").click(force=True)
    expect(state_of(page)).to_contain_text("You changed what will run")
    assert status_of(ask) == "pending"
    page.locator("[data-put-back]").click()
    expect(verdict(page, "approve")).to_be_enabled()
    page.fill("#arguments", '{"amount": 90}')
    verdict(page, "edit").click()
    page.wait_for_url("**/next/")
    ask.refresh_from_db()
    assert ask.arguments_digest != ask.asked_digest


def test_a_kept_edit_is_open_after_coming_back(open_card):
    page = open_card(make_ask(arguments={"amount": 900}))
    page.locator("[data-editor] summary").click()
    page.fill("#arguments", '{"amount": 90}')
    page.reload()
    await_arming(page)
    expect(page.locator("#arguments")).to_be_visible()
    expect(state_of(page)).to_contain_text("You changed what will run")


def test_a_bad_edit_is_said_at_the_editor(open_card):
    page = await_reading(open_card(make_ask()))
    page.locator("[data-editor] summary").click()
    page.fill("#arguments", "{")
    verdict(page, "edit").click()
    expect(page.locator("#arguments_error")).to_contain_text("This is not JSON")
    expect(page.locator("#arguments")).to_be_focused()


# Room -----------------------------------------------------------------------------


def test_the_menu_closes_on_escape_and_on_a_press_outside(open_card):
    page = open_card(make_ask())
    menu = page.locator("#decide details.menu")
    menu.locator("summary").click()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_on_a_phone_the_bar_leaves_four_fifths_to_the_card(open_card):
    phone = {"width": 390, "height": 844}
    page = open_card(make_ask(justification=LONG), viewport=phone)
    assert page.locator("#decision").bounding_box()["height"] <= 0.2 * phone["height"]
    expect(page.locator("#comment")).to_be_hidden()
    verdict(page, "answer").click()
    expect(page.locator("#comment")).to_be_focused()
    expect(page.locator("#comment_error")).to_be_visible()


def test_all_evidence_opens_at_once(open_card):
    seen = [{"id": f"R-{n}", "text": "x" * 50} for n in range(5)]
    items = [EvidenceItem(str(n), seen, timezone.now(), None) for n in range(3)]
    page = open_card(make_ask(evidence=tuple(items)))
    page.locator("[data-open-all]").click()
    assert page.locator("#proofs details[open]").count() == 3
    expect(page.locator("#proofs .proof-glance").first).to_be_hidden()
    page.locator("[data-open-all]").click()
    assert page.locator("#proofs details[open]").count() == 0


def test_what_the_last_act_did_goes_with_the_next_act(open_card):
    make_ask()
    page = await_reading(open_card(make_ask(summary="Cancel for Ada")))
    page.locator("#then_next").check()
    verdict(page, "approve").click()
    expect(page.locator("#messages")).to_contain_text("Cancel for Ada")
    await_arming(page)
    page.get_by_role("button", name="Give it back").wait_for()
    page.evaluate(
        "document.querySelector('[data-keep-claim]').dispatchEvent(new Event('keep'))"
    )
    expect(page.locator("#messages")).to_contain_text("Cancel for Ada")
    page.select_option("#reason_code", "other")
    verdict(page, "reject").click()
    expect(page.locator("#comment_error")).to_contain_text("Say what the reason is")
    expect(page.locator("#messages")).to_be_empty()
