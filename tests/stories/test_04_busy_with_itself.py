"""4. 58 % of an agent's week is plan, reflect, self-check; tools take under 30 %."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.builders import make_system
from tests.stories.recording import Called, Recorder, Run
from tests.stories.stage import Reader, later

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def tell_the_run(began, planning, tools):
    """A run of 100 s: so many seconds of planning, reflecting and checking itself, so
    many of tools, ten in which it answers; in the rest it waits."""
    run = Run("researcher", began=began)
    run.hears("What do our rivals charge?")
    third, at = planning / 3, 0.0
    for kind in ("planning", "planning", "evaluation"):
        thought = run.span(at, third, **{"reviewapp.kind": kind})
        run.calls_model(at, third, says="First I should think.", under=thought)
        at += third
    called = Called("search", {"q": "prices"}, "call_1")
    run.runs_tool(at, tools, called, "many")
    run.calls_model(at + tools, 10, says="About 40 a month.")
    run.ends(100)
    return run


def test_the_engineer_sees_the_share_of_one_run_and_its_threshold(engineer):
    recorder, edda = Recorder.of("researcher"), Reader(engineer)
    busy = tell_the_run(MONDAY, planning=58.5, tools=28)
    recorder.sends(busy)
    with later(minutes=5):
        page = edda.run(busy.trace_id).text
    shares = page[page.index("Share of time") : page.index("by week")]
    assert "Planning 39 %" in shares
    assert "Evaluation 20 %" in shares
    assert "Tool 28 %" in shares
    assert "Mostly planning 58 % went into planning" in shares
    assert "28 % into tools" in shares
    assert "Limit: 50 % or more, with less than 30 %." in shares


def test_a_run_that_works_is_not_flagged(engineer):
    recorder, edda = Recorder.of("researcher"), Reader(engineer)
    run = tell_the_run(MONDAY, planning=30, tools=55)
    recorder.sends(run)
    with later(minutes=5):
        page = edda.run(run.trace_id).text
    assert "Mostly planning" not in page


def test_the_engineer_sees_the_share_of_a_system_week_by_week(engineer):
    recorder = Recorder.for_system(make_system("researcher", name="Researcher"))
    weeks = {MONDAY - timedelta(weeks=1): (30, 55), MONDAY: (58, 28)}
    for monday, (planning, tools) in weeks.items():
        for day in range(5):
            began = monday + timedelta(days=day)
            with time_machine.travel(began + timedelta(minutes=10)):
                recorder.sends(tell_the_run(began, planning, tools))
                with later(minutes=5):
                    pass
    with time_machine.travel(MONDAY + timedelta(days=5)):
        page = Reader(engineer).opens("/traces/time/researcher/").text
        system = Reader(engineer).opens("/systems/researcher/").source
    this = page[
        page.index("16 Nov to 22 Nov 2026") : page.index("9 Nov to 15 Nov 2026")
    ]
    before = page[page.index("9 Nov to 15 Nov 2026") :]
    assert "5 8 min 20 s 58 % Past its limit 10 % 28 %" in this
    assert "5 8 min 20 s 30 % 10 % 55 %" in before
    assert "planning at 50 % or more while tools have less than 30 %" in page
    assert 'href="/traces/time/researcher/"' in system
