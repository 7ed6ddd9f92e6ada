"""What ran, held against the leave for it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from queues.acts import Doubt, Leave, bearing, doubts_of, times_run
from traces.calls import NOTHING, Call, Found, Match

GRANTED, ASKED, OTHER = "a" * 64, "b" * 64, "c" * 64
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LEAVE = Leave(ASKED, GRANTED, NOON)
NO_LEAVE = Leave(ASKED, GRANTED, None)


def call(digest=GRANTED, start_s=1.0, seconds: float | None = 2.0, *, failed=False):
    return Call(
        system_id=uuid4(),
        trace_key=uuid4(),
        span_id="1" * 16,
        request_id=None,
        tool="refund",
        started_at=NOON + timedelta(seconds=start_s),
        duration_ms=None if seconds is None else round(seconds * 1000),
        failed=failed,
        digest=digest[:32],
    )


@pytest.mark.parametrize(
    ("calls", "leave", "reported", "doubts"),
    [
        ([call()], LEAVE, "succeeded", set()),
        ([], LEAVE, "succeeded", set()),
        ([call(seconds=None)], LEAVE, None, set()),
        ([call()], NO_LEAVE, None, {Doubt.NO_LEAVE}),
        ([call(), call(start_s=9)], NO_LEAVE, None, {Doubt.NO_LEAVE}),
        ([call(start_s=-20)], LEAVE, None, {Doubt.BEFORE_LEAVE}),
        ([call(start_s=-20, seconds=30)], LEAVE, None, set()),
        ([call(OTHER)], LEAVE, None, {Doubt.OTHER_ARGUMENTS}),
        ([call(ASKED)], LEAVE, None, {Doubt.OTHER_ARGUMENTS}),
        ([call(ASKED, -20, 30)], LEAVE, None, {Doubt.AS_ASKED}),
        ([call("")], LEAVE, None, {Doubt.UNTOLD_ARGUMENTS}),
        ([call(), call(start_s=9)], LEAVE, None, {Doubt.MORE_THAN_ONCE}),
        ([call(failed=True)], LEAVE, "succeeded", {Doubt.REPORTED_BETTER}),
        ([call(failed=True)], LEAVE, "failed", set()),
        ([call()], LEAVE, "failed", {Doubt.REPORTED_WORSE}),
        ([call()], LEAVE, "uncertain", set()),
    ],
)
def test_what_is_to_be_said_of_what_ran(calls, leave, reported, doubts):
    assert doubts_of(calls, leave, reported) == doubts


def test_a_call_told_by_two_instruments_ran_once():
    around, inside, later = call(), call(start_s=1.5, seconds=1), call(start_s=3)
    assert times_run([inside, around]) == 1
    assert times_run([later, inside, around]) == 2
    assert times_run([]) == 0


def test_other_calls_of_a_tool_say_nothing_of_a_leave_that_was_not_taken():
    guessed = Found(Match.TOOL, [call(OTHER)])
    assert bearing(guessed, LEAVE) == guessed
    assert bearing(guessed, NO_LEAVE) == NOTHING
    sure = Found(Match.ARGUMENTS, [call()])
    assert bearing(sure, NO_LEAVE) == sure


def test_every_doubt_has_its_words():
    assert all(doubt.words for doubt in Doubt)
