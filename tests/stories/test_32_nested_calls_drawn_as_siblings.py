"""32. 25 calls of tools, the recursion limit; four nested calls drawn as siblings."""

import re

import pytest

from tests.stories.recording import Called, Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
TRIP = {"to": "Lisbon"}


def tell_the_run():
    """Plans a trip, by a tool that hands back to the planner, four times over; what
    was to be done in each round is done: 25 calls in all."""
    run, under = Run("travel"), ""
    run.hears("Plan me three days in Lisbon.")
    for number in range(1, 5):
        planner = Called("plan_trip", TRIP, f"plan_{number}")
        under = run.runs_tool(number, 40 - number, planner, "see below", under=under)
        finder = Called("find_hotels", TRIP, f"find_{number}")
        under = run.runs_tool(number + 0.2, 30, finder, "ask the planner", under=under)
    for number in range(17):
        look = Called("get_price", {"hotel": number}, f"price_{number}")
        run.runs_tool(10 + number, 0.5, look, 90 + number, under=under)
    run.calls_model(43, 1, says="I could not finish this.")
    run.ends(45, **{"error.type": "GraphRecursionError"})
    run.spans[-1]["status"] = {"code": 2}
    return run


def test_the_engineer_sees_the_tree_and_the_cycle_in_it(engineer):
    recorder, edda = Recorder.of("travel"), Reader(engineer)
    run = tell_the_run()
    recorder.sends(run)
    with later(minutes=5):
        listed = edda.opens("/traces/").text
        page = edda.run(run.trace_id)
    assert "25 tool calls" in listed
    assert "Budget spent" in listed
    rows = re.findall(r'<li class="tree-row indent-(\d+)".*?</li>', page.source, re.S)
    # The run; four planners and four finders, each in the one before; what they did.
    assert rows == ["0", *map(str, range(1, 9)), *["9"] * 17, "1"]
    tree = page.text[page.text.index("All spans") :]
    assert [f"Round {n}" in tree for n in (2, 3, 4, 5)] == [True, True, True, False]
    way = "plan_trip › find_hotels › plan_trip"  # noqa: RUF001  as it is drawn
    assert f"Goes round {way} (4 rounds deep, 3 calls that led back)" in tree
