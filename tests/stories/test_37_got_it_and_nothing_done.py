"""37. "Got it, I've submitted your refund": and there is no call and no row."""

import pytest

from tests.builders import make_tool
from tests.stories.recording import Called, Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
PROMISE = "Got it, I've submitted your refund. You will see it in 3 days."


def side_by_side(page):
    """The part of the page with what it said, and beside it what it did."""
    return page.text[page.text.index("The answer") : page.text.index("How it got")]


def told_by(support, tell):
    recorder, sam = Recorder.of("refund-bot"), Reader(support)
    make_tool(recorder.system, "get_order", effect="read", reversibility="reversible")
    make_tool(recorder.system, "submit_refund", effect="write")
    run = Run("refund-bot", about={"reviewapp.subject_ref": "customer-31"})
    run.hears("The lamp came broken. I want my money back.")
    tell(run)
    run.calls_model(20, says=PROMISE)
    run.ends(23)
    recorder.sends(run)
    with later(minutes=5):
        page = side_by_side(sam.opens("/find?ref=customer-31"))
    assert PROMISE in page
    return page


def test_a_promise_without_any_call_stands_beside_nothing(support):
    page = told_by(support, lambda run: None)
    assert "Did Nothing" in page
    assert "It called no tool: whatever it says it did, it did not do here." in page


def test_a_promise_after_reading_only_stands_beside_nothing_changed(support):
    page = told_by(support, lambda run: run.looks_up(2, "get_order", {"id": 4}, "sent"))
    assert "Changed: nothing" in page
    assert "It only read" in page


def test_a_promise_after_a_write_that_failed_says_so(support):
    page = told_by(
        support,
        lambda run: run.looks_up(
            2, "submit_refund", {"id": 4}, "no such order", failed="NotFound"
        ),
    )
    assert "Changed: nothing" in page
    assert "1 act that would change something failed" in page


def test_a_call_that_was_only_announced_changed_nothing(support):
    announced = Called("submit_refund", {"id": 4}, "call_1")
    page = told_by(support, lambda run: run.calls_model(2, calls=[announced]))
    assert "Changed: nothing" in page
    assert "1 act that would change something was announced and never ran" in page


def test_a_promise_that_was_kept_stands_beside_its_act(support):
    page = told_by(
        support, lambda run: run.looks_up(2, "submit_refund", {"id": 4}, {"ref": 9})
    )
    assert "Changed: nothing" not in page
    assert "1 act that changed something" in page
