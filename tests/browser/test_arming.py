"""A decision is never an accident, on the real card.

What arming does in every corner is proved on the gallery (tests/core/look); here that
the card of a request is wired to it, and that the server does not trust it.
"""

from playwright.sync_api import expect

from queues.models import Decision
from tests.browser.cards import await_arming, await_reading, path_of, status_of, verdict
from tests.queues.builders import make_ask, make_queue


def test_an_armed_button_decides(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = await_arming(open_for(reviewer, path_of(ask)))
    verdict(page, "approve").click()
    page.wait_for_url("**/next/")
    assert status_of(ask) == "approved"
    expect(page.locator("#messages")).to_contain_text("Approved Cancel reservation")


def test_a_press_before_the_card_was_in_view_decides_nothing(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = open_for(reviewer)
    # Nothing is painted while the page is hidden, so it can never arm.
    page.add_init_script("document.hasFocus = () => false")
    page.goto(path_of(ask))
    verdict(page, "approve").click(force=True)
    expect(page.locator("[data-arm-state]")).to_contain_text("not in front")
    assert status_of(ask) == "pending"


def test_a_form_sent_past_the_script_is_refused_by_the_server(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = await_arming(open_for(reviewer, path_of(ask)))
    page.evaluate(
        """() => {
            const form = document.getElementById("decide");
            const verdict = Object.assign(document.createElement("input"),
                {type: "hidden", name: "verdict", value: "approve"});
            form.append(verdict);
            HTMLFormElement.prototype.submit.call(form);
        }"""
    )
    expect(page.get_by_role("alert").first).to_contain_text("Nothing was decided")
    assert not Decision.objects.exists()


def test_a_double_press_decides_once(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = await_arming(open_for(reviewer, path_of(ask)))
    verdict(page, "approve").dblclick()
    page.wait_for_url("**/next/")
    assert Decision.objects.filter(ask=ask).count() == 1
    expect(page.locator("#messages")).not_to_contain_text("already")


def test_folded_content_is_opened_before_it_is_approved(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask(arguments={"text": "\n".join(f"line {n}" for n in range(80))})
    page = await_arming(open_for(reviewer, path_of(ask)))
    verdict(page, "approve").click(force=True)
    expect(page.locator("[data-arm-state]")).to_contain_text("Open what is folded")
    assert status_of(ask) == "pending"
    page.locator("[data-must-open] summary").click()
    expect(page.locator(".values").get_by_text("line 79")).to_be_visible()
    page.keyboard.press("a")  # goes to the reason, which was out of view
    await_reading(page)
    verdict(page, "approve").click()
    page.wait_for_url("**/next/")
    assert status_of(ask) == "approved"


def test_folded_content_can_be_rejected_and_deferred(reviewer, open_for):
    make_queue(reviewer)
    first, second = (make_ask(arguments={"text": f"{n}\n" * 80}) for n in (1, 2))
    page = await_arming(open_for(reviewer, path_of(first)))
    page.select_option("#reason_code", "too_risky")
    verdict(page, "reject").click()
    page.wait_for_url(f"**{path_of(second)}")
    await_arming(page).keyboard.press("d")
    page.wait_for_url("**/next/")
    second.refresh_from_db()
    assert status_of(first) == "rejected"
    assert second.deferred_by == reviewer
    assert second.status == "pending"


def test_a_letter_asks_again_before_it_destroys_in_production(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask(tool="delete_records", arguments={"match": "old"})
    page = await_arming(open_for(reviewer, path_of(ask)))
    page.select_option("#reason_code", "owner_confirmed")
    page.locator("h1").click()
    await_reading(page).keyboard.press("a")
    dialog = page.locator("#confirm-dialog")
    expect(dialog).to_contain_text("destroys in production")
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    assert not Decision.objects.exists()
    page.keyboard.press("a")
    dialog.locator("[data-confirm-yes]").click()
    page.wait_for_url("**/next/")
    assert Decision.objects.filter(ask=ask, verdict="approve").exists()


def test_a_letter_decides_at_once_on_what_is_milder(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    await_reading(page := open_for(reviewer, path_of(ask))).keyboard.press("a")
    page.wait_for_url("**/next/")
    assert status_of(ask) == "approved"
