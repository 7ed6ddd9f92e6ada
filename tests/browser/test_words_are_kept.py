"""Whatever goes wrong on the way, what a reviewer wrote is not lost."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from queues.models import Decision
from tests.browser.cards import await_arming, path_of, verdict
from tests.builders import PASSWORD
from tests.queues.builders import make_ask, make_queue

_UNSENT = {"htmx:afterRequest", "htmx:sendError"}
TEXT = "Offer the customer a voucher first"


@pytest.fixture
def written(reviewer, open_for):
    make_queue(reviewer)
    page = await_arming(open_for(reviewer, path_of(make_ask())))
    page.fill("#comment", TEXT)
    return page


def test_text_survives_an_expired_session(reviewer, written):
    # The server checks passwords with its own hasher, not with the tests' quick one.
    reviewer.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt")
    reviewer.save(update_fields=["password"])
    Session.objects.all().delete()
    verdict(written, "answer").click()
    written.wait_for_url("**/accounts/login/**")
    written.fill("input[name=login]", reviewer.email)
    written.fill("input[name=password]", PASSWORD)
    written.keyboard.press("Enter")
    written.wait_for_url("**/requests/**")
    expect(written.locator("#comment")).to_have_value(TEXT)
    assert not Decision.objects.exists()


def test_text_survives_a_failed_check_of_the_form(written):
    written.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    verdict(written, "answer").click()
    expect(written.locator("#decision, .problem").first).to_contain_text(
        "nothing was done"
    )
    written.reload()
    expect(written.locator("#comment")).to_have_value(TEXT)
    assert not Decision.objects.exists()


def test_text_survives_a_lost_connection(written, complaints):
    written.context.set_offline(True)
    verdict(written, "answer").click()
    expect(written.locator("[data-failure]")).to_contain_text("could not be reached")
    expect(written.locator("#comment")).to_have_value(TEXT)
    written.context.set_offline(False)
    verdict(written, "answer").click()
    written.wait_for_url("**/next/")
    assert Decision.objects.get().verdict == "answer"
    # htmx logs that it could not send; the page says so as well.
    assert {line.split(",")[0] for line in complaints} <= _UNSENT
    complaints.clear()


def test_text_of_one_request_never_appears_in_another(reviewer, written):
    other = make_ask()
    written.goto(path_of(other))
    expect(await_arming(written).locator("#comment")).to_have_value("")


def test_a_refused_verdict_keeps_text_and_says_why_in_place(written):
    written.locator("#reason_code").select_option("within_policy")
    verdict(written, "reject").click()
    expect(written.get_by_role("alert")).to_contain_text("is no reason to reject")
    expect(written.locator("#comment")).to_have_value(TEXT)


def test_somebody_else_decided_meanwhile(reviewer2, written, open_for):
    ask_path = written.url
    make_queue(reviewer2)
    other = await_arming(open_for(reviewer2, ask_path))
    verdict(other, "approve").click()
    other.wait_for_url("**/next/")
    verdict(written, "answer").click()
    expect(written.locator("#decision")).to_contain_text("already approved")
    expect(written.locator("#kept-words")).to_have_value(TEXT)
