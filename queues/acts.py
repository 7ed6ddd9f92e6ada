"""What an agent did with its leave, held against the leave itself. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from traces.calls import CLOCKS_DIFFER, NOTHING, Call, Found, Match


class Doubt(StrEnum):
    """Something about what ran that a person must know."""

    NO_LEAVE = "no_leave"
    BEFORE_LEAVE = "before_leave"
    OTHER_ARGUMENTS = "other_arguments"
    MORE_THAN_ONCE = "more_than_once"
    REPORTED_BETTER = "reported_better"
    REPORTED_WORSE = "reported_worse"
    # Not wrong in itself, but the trace does not settle it
    AS_ASKED = "as_asked"
    UNTOLD_ARGUMENTS = "untold_arguments"

    @property
    def is_wrong(self) -> bool:
        return self not in (Doubt.AS_ASKED, Doubt.UNTOLD_ARGUMENTS)

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Doubt.NO_LEAVE: "It ran without leave: nobody's approval was used for it.",
    Doubt.BEFORE_LEAVE: "It ran before it had leave to.",
    Doubt.OTHER_ARGUMENTS: "It ran with other arguments than were granted.",
    Doubt.MORE_THAN_ONCE: "It ran more than once on one leave.",
    Doubt.REPORTED_BETTER: "The agent reported success; its trace says that it failed.",
    Doubt.REPORTED_WORSE: "The agent reported a failure; its trace says that it ran.",
    Doubt.AS_ASKED: (
        "Its span began before the leave and tells the arguments as they were asked,"
        " not as they were granted."
    ),
    Doubt.UNTOLD_ARGUMENTS: (
        "Its span does not tell its arguments: nobody can hold them against those"
        " granted."
    ),
}


@dataclass(frozen=True, slots=True)
class Leave:
    """What was allowed: `call_digest` of tool and arguments, as asked and as granted,
    and when the agent took its leave (None: it never did)."""

    asked: str
    granted: str
    spent_at: datetime | None


def doubts_of(
    calls: Sequence[Call], leave: Leave, reported: str | None
) -> frozenset[Doubt]:
    """Return what is to be said of the calls that ran under this leave.

    `reported`: what the agent said came of it: succeeded, failed, uncertain, or None.
    """
    found = {doubt for call in calls for doubt in _doubts_of_call(call, leave)}
    # A leave that was never taken says enough about all that ran.
    if leave.spent_at is not None and times_run(calls) > 1:
        found.add(Doubt.MORE_THAN_ONCE)
    return frozenset(found | set(_contradictions(calls, reported)))


def bearing(found: Found, leave: Leave) -> Found:
    """Return what was found, as far as it bears on the leave.

    Where none was taken, another call of the same tool proves nothing.
    """
    guessed = found.match is Match.TOOL
    return NOTHING if guessed and leave.spent_at is None else found


def times_run(calls: Iterable[Call]) -> int:
    """Count the calls; those that overlap are one, told by several instruments."""
    times, end = 0, None
    for call in sorted(calls, key=lambda call: call.started_at):
        if end is None or call.started_at >= end:
            times += 1
        ended = call.ended_at or call.started_at
        end = ended if end is None else max(end, ended)
    return times


def _doubts_of_call(call: Call, leave: Leave) -> Iterator[Doubt]:
    if leave.spent_at is None:
        yield Doubt.NO_LEAVE
        return
    if call.ended_at and call.ended_at < leave.spent_at - CLOCKS_DIFFER:
        yield Doubt.BEFORE_LEAVE
    if not call.digest:
        yield Doubt.UNTOLD_ARGUMENTS
    elif not call.is_of(leave.granted):
        # A span around the gate tells what was asked; what ran inside was granted.
        encloses = call.is_of(leave.asked) and call.started_at < leave.spent_at
        yield Doubt.AS_ASKED if encloses else Doubt.OTHER_ARGUMENTS


def _contradictions(calls: Sequence[Call], reported: str | None) -> Iterator[Doubt]:
    if not calls:
        return
    if reported == "succeeded" and all(call.failed for call in calls):
        yield Doubt.REPORTED_BETTER
    if reported == "failed" and not any(call.failed for call in calls):
        yield Doubt.REPORTED_WORSE
