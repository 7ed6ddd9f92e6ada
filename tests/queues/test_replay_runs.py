"""Recorded runs become requests: with their words, once, and marked synthetic."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from queues.effective import open_contents, open_headline
from queues.models import ActionRequest
from queues.write_calls import writes_of
from reviewapp.core.words import Keyring
from tests.queues.builders import make_policy, make_queue
from traces.recorded_runs import RecordedRun

pytestmark = pytest.mark.django_db

SHARED_RUNS = Path(__file__).parents[3] / "shared/data/runs/airline_support.jsonl"


def a_run(**changes) -> dict:
    """A customer asks for a cheaper seat; the agent looks it up and asks to change."""
    return {
        "run_id": "run-1",
        "agent": "rail-support",
        "environment": "production",
        "messages": [
            {
                "role": "user",
                "at": "2025-03-01T10:00:00",
                "text": "Second class, please.",
            },
            {
                "role": "assistant",
                "at": "2025-03-01T10:00:10",
                "tool_calls": [
                    {
                        "id": "c1",
                        "name": "get_ticket",
                        "arguments": {"ticket_id": "T-1", "user_id": "ada"},
                        "writes": False,
                    }
                ],
            },
            {
                "role": "tool",
                "at": "2025-03-01T10:00:11",
                "tool_call_id": "c1",
                "error": False,
                "text": '{"ticket_id": "T-1", "class": "first", "seats": 1}',
            },
            {
                "role": "assistant",
                "at": "2025-03-01T10:00:41",
                "text": "I will change it now.",
                "thinking": [{"text": "They want second class."}],
                "tool_calls": [
                    {
                        "id": "c2",
                        "name": "change_ticket",
                        "arguments": {
                            "ticket_id": "T-1",
                            "class": "second",
                            "refund": {"amount": 12.5},
                        },
                        "writes": True,
                    }
                ],
            },
        ],
        **changes,
    }


@pytest.fixture
def play(tmp_path):
    """Play some runs from a file."""
    make_policy()
    make_queue()

    def play(*runs) -> None:
        file = tmp_path / "runs.jsonl"
        file.write_text("\n".join(json.dumps(run) for run in runs))
        call_command("replay_runs", str(file))

    return play


def test_a_write_call_becomes_a_request_with_what_came_before_it(play):
    play(a_run())
    ask = ActionRequest.objects.get()
    keyring = Keyring.of([ask.pk])
    contents, headline = open_contents(ask, keyring), open_headline(ask, keyring)
    assert ask.synthetic
    assert (ask.tool, ask.environment, str(ask.amount)) == (
        "change_ticket",
        "production",
        "12.5000",
    )
    assert headline.summary == ("Change ticket T-1: class second, refund of 1 parts")
    assert headline.subject_ref == "ada"
    assert contents.arguments["class"] == "second"
    assert contents.diff == [{"path": "class", "before": "first", "after": "second"}]
    assert "**Customer:** Second class, please." in contents.justification
    assert contents.reasoning == "They want second class."
    assert contents.evidence[0]["value"]["class"] == "first"


def _written(name, arguments, record):
    """One write call that knows one record."""
    run = a_run()
    run["messages"][2]["text"] = json.dumps(record)
    call = run["messages"][3]["tool_calls"][0]
    call.update(name=name, arguments=arguments)
    return writes_of(RecordedRun.parse(json.dumps(run).encode()))[0]


def test_like_is_compared_with_like():
    record = {"ticket_id": "T-1", "legs": [{"train": "A", "price": 7}], "seats": 1}
    same = _written("change", {"ticket_id": "T-1", "legs": [{"train": "A"}]}, record)
    assert same.changes() == []
    other = _written("change", {"ticket_id": "T-1", "legs": [{"train": "B"}]}, record)
    (change,) = other.changes()
    assert change == {
        "path": "legs",
        "before": [{"train": "A"}],
        "after": [{"train": "B"}],
    }


def test_something_new_is_compared_with_nothing():
    record = {"user_id": "ada", "legs": [{"train": "A"}]}
    booked = _written("book", {"user_id": "ada", "legs": [{"train": "B"}]}, record)
    assert booked.changes() == []


def test_the_person_is_found_in_what_tools_answered():
    write = _written("change", {"ticket_id": "T-1"}, {"ticket_id": "T-1"})
    assert write.subject() == "ada"


def test_evidence_is_as_old_as_it_was_then(play):
    play(a_run())
    ask = ActionRequest.objects.get()
    age = ask.created_at - ask.evidence.get().observed_at
    assert 30 <= age.total_seconds() < 31


def test_playing_a_file_again_makes_nothing_twice(play):
    play(a_run())
    play(a_run(), a_run(run_id="run-2"))
    assert ActionRequest.objects.count() == 2


def _asked_for(arguments) -> dict:
    call = {"id": "c1", "name": "change", "arguments": arguments, "writes": True}
    return {"role": "assistant", "at": "2025-03-01T10:00:00", "tool_calls": [call]}


@pytest.mark.parametrize(
    "bad",
    [
        {"messages": "none"},
        {"messages": [{"role": "ghost"}]},
        {"agent": None},
        {"messages": [_asked_for("everything")]},
    ],
)
def test_a_bad_line_is_named_and_nothing_is_played(play, bad):
    with pytest.raises(CommandError):
        play(a_run(), a_run(run_id="run-2", **bad))
    assert not ActionRequest.objects.exists()


def test_a_missing_file_says_so():
    with pytest.raises(CommandError, match="No such file"):
        call_command("replay_runs", "nowhere.jsonl")


@pytest.mark.skipif(not SHARED_RUNS.exists(), reason="the recorded runs are not here")
def test_the_recorded_airline_runs_make_their_22_requests():
    make_policy()
    make_queue()
    call_command("replay_runs", str(SHARED_RUNS))
    asks = ActionRequest.objects.all()
    assert asks.count() == 22
    assert {ask.status for ask in asks} == {"pending"}
