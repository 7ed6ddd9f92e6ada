"""42. Eight calls are shown, and forty-seven were made."""

import pytest

from tests.stories.recording import Called, Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
MADE, SHOWN = 47, 8


def tell_the_run(shown):
    """An agent looks up one order after the other; spans of its tools get lost between
    the exporter's queue and us."""
    run = Run("order-clerk")
    run.hears("Check every order of last week.")
    for number in range(MADE):
        called = Called("get_order", {"id": number}, f"call_{number}")
        run.calls_model(4 * number, calls=[called])
        run.runs_tool(4 * number + 2, 1, called, "sent", recorded=number < shown)
    run.calls_model(4 * MADE, says="All of them were sent.")
    run.ends(4 * MADE + 3)
    return run


def test_the_trace_says_that_it_is_partial_and_what_is_missing(engineer):
    recorder, edda = Recorder.of("order-clerk"), Reader(engineer)
    run = tell_the_run(SHOWN)
    recorder.sends(run)
    with later(minutes=5):
        listed = edda.opens("/traces/?state=partial").text
        page = edda.run(run.trace_id).text
    assert "8 tool calls" in listed
    assert "39 missing" in listed
    assert "Partial" in page
    assert "39 calls: announced and answered, but no span of it came." in page


def test_a_program_reads_the_same(engineer, api_for):
    recorder, run = Recorder.of("order-clerk"), tell_the_run(SHOWN)
    recorder.sends(run)
    with later(minutes=5):
        told = api_for(engineer).get(f"/api/v1/traces/{run.trace_id}").json()
    assert told["state"] == "partial"
    assert len(told["missing_calls"]) == MADE - SHOWN


def test_spans_that_come_late_make_it_whole(engineer):
    recorder, edda = Recorder.of("order-clerk"), Reader(engineer)
    run = tell_the_run(SHOWN)
    recorder.sends(run)
    with later(minutes=5):
        recorder.sends_spans(*run.lost)
    with later(minutes=10):
        page = edda.run(run.trace_id).text
    assert "Complete" in page
    assert "47 of tools" in page
    assert "What is missing" not in page


def test_missing_parents_and_dropped_attributes_are_named(engineer):
    recorder, edda = Recorder.of("order-clerk"), Reader(engineer)
    run = tell_the_run(MADE)
    # The agent's own span and one more never came; an SDK cut attributes off.
    lost = run.spans.pop()
    run.spans[0]["parentSpanId"] = "00000000000000aa"
    run.spans[1]["droppedAttributesCount"] = 12
    recorder.sends(run)
    with later(minutes=5):
        page = edda.run(run.trace_id).text
    assert "Partial" in page
    assert "The root: no span says where the run begins." in page
    assert "2 parents: named by its children, never came." in page
    assert lost["spanId"] in page
    assert "12 attributes or event: dropped by the sender." in page
