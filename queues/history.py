"""What the log says of a request, in the words of a person. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from queues.rules import REASONS

# Any: facts are JSON.
Facts = Mapping[str, Any]

_WHY = {
    "deadline": "the time to decide ran out",
    "by_reviewer": "a reviewer handed it up",
    "changed": "what it rests on has changed",
    "withdrawn": "the agent withdrew it",
    "duplicate": "a look-alike used the one leave",
    "revoked": "a reviewer took the leave back",
    "contained": "the agent was stopped",
    "no_report": "no report came in time",
}


def words_of(verb: str, facts: Facts) -> str:
    """Return one line for an event of a request; the verb itself if unknown."""
    describe = _LINES.get(verb)
    return describe(facts) if describe else verb.replace(".", " ").replace("_", " ")


def reason_words(verdict: str, code: str) -> str:
    """Return the words of a reason; empty for none."""
    return REASONS.get(verdict, {}).get(code, code.replace("_", " "))


def _said(words: str) -> Callable[[Facts], str]:
    return lambda facts: words


def _because(words: str) -> Callable[[Facts], str]:
    def line(facts: Facts) -> str:
        why = str(facts.get("why", ""))
        return f"{words}: {_WHY.get(why, why.replace('_', ' '))}" if why else words

    return line


def _decided(words: str) -> Callable[[Facts], str]:
    def line(facts: Facts) -> str:
        reason = reason_words(facts.get("verdict", ""), facts.get("reason_code", ""))
        edited = ", edited" if facts.get("verdict") == "edit" else ""
        why = facts.get("why")
        said = f"{words}{edited}" + (f": {reason}" if reason else "")
        return f"{said}: {_WHY.get(str(why), str(why))}" if why else said

    return line


def _opened(facts: Facts) -> str:
    return f"Opened the card (version {facts['version']})"


_LINES: dict[str, Callable[[Facts], str]] = {
    "request.submitted": _said("Asked"),
    "request.opened": _opened,
    "request.claimed": _said("Claimed"),
    "claim.released": _said("Gave it back"),
    "claim.lapsed": _said("The claim lapsed"),
    "claim.taken_over": _said("Took it over"),
    "request.deferred": _said("Put it off"),
    "request.woke": _said("Woke from being put off"),
    "request.half_time": _said("Half of the time to decide is gone"),
    "request.escalated": _because("Escalated"),
    "request.approved_in_part": _decided("Approved; one more approval is needed"),
    "request.approved": _decided("Approved"),
    "request.rejected": _decided("Rejected"),
    "request.answered": _decided("Answered with guidance"),
    "request.expired": _because("Expired"),
    "request.withdrawn": _said("Withdrawn by the agent"),
    "request.voided": _because("The approval is void"),
    "request.lapsed": _said("The approval was not used in time"),
    "request.changed": _said("What it rests on has changed since it was asked"),
    "request.unchanged": _said("What it rests on is as it was again"),
    "request.refreshed": _said("The agent sent fresh evidence"),
    "request.redeemed": _said("The agent took its leave and started"),
    "request.succeeded": _said("Reported as done"),
    "request.failed": _said("Reported as failed"),
    "request.uncertain": _because("The outcome is unknown"),
    "request.settled": lambda facts: f"Settled: {str(facts['as']).replace('_', ' ')}",
    "request.noted": _said("Left a note"),
    "request.unmerged": _said("Stands for itself again: the first was withdrawn"),
    "request.merged": _said("Merged into a look-alike"),
    "request.compensation_asked": _said("Asked for it to be undone"),
    "grant.refused": _because("Leave to run refused"),
    "answer.delivered": lambda facts: f"Answer delivered by {facts.get('via', '?')}",
    "answer.undelivered": _said("The answer could not be delivered; given up"),
    "answer.acknowledged": _said("The agent has the answer"),
}
