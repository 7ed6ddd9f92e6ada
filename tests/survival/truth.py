"""What must hold afterwards: the database against what agents and reviewers saw."""

from __future__ import annotations

from typing import Any

import psycopg

from tests.survival.crowd import Crowd
from tests.survival.panel import EDITED, Panel

_VERDICTS = {
    "succeeded": {"approve", "edit"},
    "rejected": {"reject"},
    "answered": {"answer"},
}


def assert_nothing_was_lost_or_doubled(url: str, crowd: Crowd, panel: Panel) -> None:
    """`url`: of the main database."""
    with psycopg.connect(url) as database:
        asks = dict(_all(database, "SELECT id::text, status FROM queues_actionrequest"))
        assert crowd.notes.acknowledged <= asks.keys()
        assert len(asks) == len(crowd), "one request for one intent, however often sent"
        _decisions(database, asks, panel)
        _grants(database, asks, crowd)
        _acts(database, asks, crowd)


def _decisions(database: Any, asks: dict[str, str], panel: Panel) -> None:
    made = _all(database, "SELECT ask_id::text, verdict FROM queues_decision")
    verdicts = dict(made)
    assert len(made) == len(verdicts), "one word for one request"
    for ask_id, confirmed in panel.confirmed.items():
        assert confirmed == [verdicts[ask_id]], "confirmed once, and kept"
    assert all(verdicts[ask_id] in _VERDICTS[end] for ask_id, end in asks.items())
    told = _all(
        database,
        "SELECT subject_id FROM core_event WHERE verb IN"
        " ('request.approved', 'request.rejected', 'request.answered')",
    )
    assert sorted(told) == sorted((ask_id,) for ask_id in asks), "once in the log"
    assert panel.strange == []


def _grants(database: Any, asks: dict[str, str], crowd: Crowd) -> None:
    granted = dict(_all(database, "SELECT ask_id::text, id::text FROM queues_grant"))
    for ask_id, grants in crowd.notes.grants.items():
        assert grants == {granted[ask_id]}, "the same grant, however often asked for"
    spent = _all(
        database, "SELECT subject_id FROM core_event WHERE verb = 'request.redeemed'"
    )
    done = [ask_id for ask_id, status in asks.items() if status == "succeeded"]
    assert sorted(spent) == sorted((ask_id,) for ask_id in done), "spent once"


def _acts(database: Any, asks: dict[str, str], crowd: Crowd) -> None:
    notes = crowd.notes
    ends = sorted(notes.ends.values())
    assert ends == sorted(asks.values()), "the agents were told what is on record"
    done = {intent for intent, how in notes.ends.items() if how == "succeeded"}
    assert notes.runs == dict.fromkeys(done, 1), "each act ran once, no other did"
    edits = _all(database, "SELECT 1 FROM queues_decision WHERE verdict = 'edit'")
    ran_edited = [reason for reason in notes.ran_with.values() if reason == EDITED]
    assert len(ran_edited) == len(edits), "what was edited ran as edited"


# Any: rows of several shapes.
def _all(database: Any, statement: str) -> list[Any]:
    rows: list[Any] = database.execute(statement).fetchall()
    return rows
