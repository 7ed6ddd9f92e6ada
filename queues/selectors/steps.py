"""The way of an answer as steps: decided → delivered → acknowledged → used → done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from queues.models import ActionRequest, Delivery, Grant, Outcome, Status

_NEVER_RUNS = {
    Status.REJECTED: "Rejected: nothing will run",
    Status.ANSWERED: "Answered: the agent goes on with the guidance",
    Status.EXPIRED: "Expired: nobody decided in time",
    Status.WITHDRAWN: "Withdrawn by the agent",
}
_TAKEN_BACK = {
    Status.VOIDED: "The approval is void: nothing will run",
    Status.LAPSED: "Lapsed: not used in time",
}
_VIA = {"poll": "by poll", "stream": "by event stream", "webhook": "by webhook"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step for `_ui/timeline.html`; `state` is done, now, ahead or wrong."""

    word: str
    at: datetime | None
    state: str
    note: str = ""


def steps_of(
    ask: ActionRequest,
    delivery: Delivery | None,
    grant: Grant | None,
    outcome: Outcome | None,
) -> list[Step]:
    """Return the steps from the asking to the end, with the one that is due now."""
    steps = [Step("Asked", ask.created_at, "done"), _decided(ask)]
    if ask.decided_at is None:
        return [*steps, _ahead("Delivered"), _ahead("Used"), _ahead("Finished")]
    steps += _travel(ask, delivery)
    if ask.status in _NEVER_RUNS:
        return steps
    return [*steps, _used(ask, grant), _finished(ask, outcome)]


def _ahead(word: str, note: str = "") -> Step:
    return Step(word, None, "ahead", note)


def _decided(ask: ActionRequest) -> Step:
    if ask.decided_at is None:
        return Step("Decided", None, "now", "Waits for a person")
    note = "By policy" if ask.decided_by_policy else ""
    word = _NEVER_RUNS.get(Status(ask.status), "Approved")
    wrong = ask.status == Status.EXPIRED
    return Step(word, ask.decided_at, "wrong" if wrong else "done", note)


def _travel(ask: ActionRequest, delivery: Delivery | None) -> list[Step]:
    if delivery is None:
        return [_ahead("Delivered")]
    if delivery.delivered_at is None and delivery.acknowledged_at is None:
        return [_undelivered(delivery), _ahead("Acknowledged")]
    reached = delivery.delivered_at or delivery.acknowledged_at
    steps = [Step("Delivered", reached, "done", _VIA.get(delivery.delivered_via, ""))]
    if delivery.acknowledged_at:
        return [*steps, Step("Acknowledged", delivery.acknowledged_at, "done")]
    return [*steps, Step("Acknowledged", None, "now", "The agent has not said so yet")]


def _undelivered(delivery: Delivery) -> Step:
    if delivery.gave_up_at:
        note = f"Gave up after {delivery.attempts} attempts: {delivery.last_failure}"
        return Step("Not delivered", delivery.gave_up_at, "wrong", note)
    if delivery.last_failure:
        note = f"Attempt {delivery.attempts} failed: {delivery.last_failure}"
        return Step("Delivered", None, "now", note)
    return Step("Delivered", None, "now", "The agent has not fetched it yet")


def _used(ask: ActionRequest, grant: Grant | None) -> Step:
    if grant is not None and grant.redeemed_at:
        return Step("Used: the agent started", grant.redeemed_at, "done")
    if ask.status in _TAKEN_BACK:
        return Step(_TAKEN_BACK[Status(ask.status)], ask.closed_at, "wrong")
    return Step("Used", None, "now", "Not used yet; it can still be revoked")


def _finished(ask: ActionRequest, outcome: Outcome | None) -> Step:
    if ask.status == Status.REDEEMED:
        return Step("Finished", None, "now", "Running; no report yet")
    if outcome is None:
        return _ahead("Finished")
    if ask.status == Status.SETTLED:
        said = outcome.get_settlement_display().lower()
        note = f"{said}, says {outcome.settled_by}"
        return Step("Settled by a person", outcome.settled_at, "done", note)
    words = {
        Status.SUCCEEDED: ("Done", "done"),
        Status.FAILED: ("Failed", "wrong"),
        Status.UNCERTAIN: ("Outcome unknown", "wrong"),
    }
    word, state = words[Status(ask.status)]
    return Step(word, outcome.reported_at, state)
