"""20. 10 M spans a day, and a uniform 1 % would drop the rare failure."""

import re

import pytest
from django.utils import timezone

from reviewapp.core.actors import Actor
from systems.models import System
from tests.stories.recording import Called, Recorder, Run
from tests.stories.stage import Agent, Reader, later
from traces.models import Trace
from traces.retention import Why
from traces.services.keeping import keep_words

pytestmark = pytest.mark.django_db
# A day at a scale of 1 to 10,000: 250 runs of 4 spans are 1,000 of its 10 M.
ORDINARY = 250


def tell_the_run(number, answer, *, failed=""):
    run = Run("order-clerk", trace_id=f"{number:032x}")
    run.hears("Where is my order?")
    called = Called("get_order", {"id": number}, "call_1")
    run.calls_model(1, calls=[called])
    run.runs_tool(3, 1, called, "sent", failed=failed)
    run.calls_model(5, says=answer)
    run.ends(8)
    return run


def keep_for_a_finding(system: System, run: Run) -> None:
    """As a detector will, once there is one."""
    key = Trace.key_of(system.pk, bytes.fromhex(run.trace_id))
    actor = Actor.of_process("a detector")
    keep_words(key, Why.FINDING, system=system.pk, actor=actor)


@pytest.fixture
def rare(client_for, privacy_officer):
    """A day of ordinary runs, of which 1 % keep their words, and four that are not."""
    agent = Agent.of("order-clerk")
    recorder = Recorder.for_system(agent.system)
    officer = client_for(privacy_officer, fresh=True)
    officer.post("/access/retention/share/order-clerk/", {"percent": "1"})
    for first in range(0, ORDINARY, 50):
        numbers = range(first + 1, first + 51)
        recorder.sends(*(tell_the_run(n, "An ordinary answer.") for n in numbers))
    rare = {
        "finding": tell_the_run(9_001, "It had a finding."),
        "error": tell_the_run(9_002, "It had an error.", failed="Timeout"),
        "request": tell_the_run(9_003, "It asked first."),
        "feedback": tell_the_run(9_004, "It was not liked."),
    }
    recorder.sends(*rare.values())
    keep_for_a_finding(agent.system, rare["finding"])
    agent.asks(trace_id=rare["request"].trace_id)
    thumb = {"trace_id": rare["feedback"].trace_id, "label": "bad"}
    given = recorder.http.post(
        "/api/v1/feedback", thumb, content_type="application/json"
    )
    assert given.status_code == 201, given.content
    with later(minutes=10):
        pass
    return rare


def test_runs_with_a_reason_are_all_kept_and_coverage_is_told(engineer, rare):
    month = timezone.now().strftime("%Y-%m")
    with later(days=15):
        edda = Reader(engineer)
        pages = {why: edda.run(run.trace_id).text for why, run in rare.items()}
        costs = edda.opens(f"/costs/?month={month}").text
        ordinary = [edda.run(f"{number:032x}").text for number in range(1, 21)]
    assert "It had a finding." in pages["finding"]
    assert "It had an error." in pages["error"]
    assert "It asked first." in pages["request"]
    assert "It was not liked." in pages["feedback"]
    coverage = costs[costs.index("Whose words are kept") :]
    for stratum in ("A finding", "An error", "Feedback", "A request"):
        assert f"{stratum} 1 1 100.0 % certain" in coverage
    row = re.search(rf"Ordinary {ORDINARY} (\d+) ([\d.]+) % 1 % in some", coverage)
    assert row, coverage[:600]
    # About 2.5 of 250; the hash of the trace's id says which.
    assert 0 <= int(row[1]) <= 9
    assert float(row[2]) == round(100 * int(row[1]) / ORDINARY, 1)
    # Their structure is all there: who they called, how long, how it ended.
    gone = [page for page in ordinary if "An ordinary answer." not in page]
    assert len(gone) >= 15
    assert all("get_order" in page and "Completed" in page for page in gone)
    assert all("The words are gone" in page for page in gone)


def test_until_the_findings_are_final_all_are_kept(engineer, rare):
    with later(days=13):
        edda = Reader(engineer)
        pages = [edda.run(f"{number:032x}").text for number in range(1, 11)]
    assert all("An ordinary answer." in page for page in pages)
