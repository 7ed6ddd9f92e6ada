"""A decision is never an accident: when the buttons work, and when they do not."""

from django.urls import reverse
from playwright.sync_api import expect

from queues.models import Status
from tests.queues.builders import make_ask, make_queue

ARMED = "form[data-decide][data-armed='true']"
APPROVE = "button[name=verdict][value=approve]"


def test_an_armed_button_decides(reviewer, open_for):
    make_queue(reviewer)
    ask = make_ask()
    page = open_for(reviewer, reverse("request", args=[ask.pk]))
    page.wait_for_selector(ARMED)
    page.click(APPROVE)
    page.wait_for_url("**/next/")
    ask.refresh_from_db()
    assert ask.status == Status.APPROVED
    expect(page.locator("#messages")).to_contain_text("Approved cancel_reservation")
