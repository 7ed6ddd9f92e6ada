"""9. Read active at 14:02, cancelled by billing at 14:14, told active at 14:19."""

from datetime import UTC, datetime

import pytest

from tests.builders import make_tool
from tests.stories.recording import Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
TOLD = "Good news: your subscription is active."
ABOUT = {"reviewapp.subject_ref": "customer-57", "gen_ai.conversation.id": "chat-9"}


@pytest.fixture
def recorder(db):
    """The inventory says that the state of a subscription is good for five minutes."""
    recorder = Recorder.of("billing-bot")
    make_tool(recorder.system, "get_subscription", effect="read", freshness_limit_s=300)
    return recorder


def at(hour, minute):
    return datetime(2026, 11, 19, hour, minute, tzinfo=UTC)


def reads_it_active(run):
    run.hears("Is my subscription running?")
    run.looks_up(0, "get_subscription", {"id": 57}, {"state": "active"})


def answer_on(page):
    return page.text[
        page.text.index("The answer") : page.text.index("How it got there")
    ]


def test_the_age_of_the_fact_stands_beside_the_answer_of_the_same_run(
    support, recorder
):
    run = Run("billing-bot", began=at(14, 2), about=ABOUT)
    reads_it_active(run)
    # The customer thinks about it; meanwhile billing cancels, and nobody looks again.
    run.hears("And now? Is it still running?")
    run.calls_model(17 * 60, says=TOLD)
    run.ends(17 * 60 + 3)
    recorder.sends(run)
    with later(minutes=5):
        page = Reader(support).opens("/find?ref=customer-57")
    answer = answer_on(page)
    assert TOLD in answer
    assert "get_subscription" in answer
    assert "Stale: 16 min old, limit 5 min" in answer


def test_a_fact_from_the_cached_prompt_has_its_age_too(support, recorder):
    """The second message is a run of its own, which looks nothing up."""
    first = Run("billing-bot", began=at(14, 2), about=ABOUT)
    reads_it_active(first)
    first.calls_model(5, says="Yes, it is active.")
    first.ends(8)
    second = Run("billing-bot", began=at(14, 19), about=ABOUT, history=first.history)
    second.hears("And now? Is it still running?")
    second.calls_model(1, says=TOLD)
    second.ends(4)
    recorder.sends(first)
    recorder.sends(second)
    with later(minutes=5):
        listed = Reader(support).opens("/find?ref=customer-57").text
        page = Reader(support).run(second.trace_id)
    assert listed.count("billing-bot") >= 2
    answer = answer_on(page)
    assert TOLD in answer
    assert "It called no tool" in answer
    before = answer[answer.index("Had from before") :]
    assert "get_subscription Stale: 16 min old, limit 5 min" in before
    assert "or older" not in before


def test_where_nobody_told_when_it_was_looked_up_the_age_is_a_bound(support, recorder):
    run = Run("billing-bot", began=at(14, 19), about={"reviewapp.subject_ref": "c-1"})
    earlier = Run("billing-bot", began=at(14, 2))
    reads_it_active(earlier)
    run.history = earlier.history
    run.hears("And now? Is it still running?")
    run.calls_model(1, says="Let me see.")
    run.calls_model(400, says=TOLD)
    run.ends(404)
    recorder.sends(run)
    with later(minutes=5):
        answer = answer_on(Reader(support).opens("/find?ref=c-1"))
    assert "get_subscription Stale: 6 min old, limit 5 min or older" in answer
