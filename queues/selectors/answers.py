"""What an agent is told of its own request: where it stands, and the answer.

Who decided is told as a kind only (person, policy, timeout, agent). The name of a
reviewer would invite an agent, or a text it was fed, to address or to blame them; the
log holds it for those who may read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import (
    Count,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.fields.tuple_lookups import TupleLessThan
from django.db.models.functions import Coalesce
from django.urls import reverse

from queues.effective import DECISION_LABEL, arguments_after
from queues.models import (
    ActionRequest,
    Decision,
    Membership,
    Outcome,
    Queue,
    Status,
    Verdict,
)
from queues.rules import (
    ACTED,
    GRANTED,
    REASONS,
    SILENCE_IS_NO,
    expected_wait_s,
    message_for,
)
from queues.submissions import Json
from reviewapp.core.actors import ActorKind
from reviewapp.core.models import Event
from reviewapp.core.words import Keyring


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pending request stands in its queue; 1 is next."""

    position: int
    expected_wait_s: int


@dataclass(frozen=True, slots=True)
class Word:
    """The decision as the agent hears it. `arguments` only while they may run."""

    verdict: str | None
    arguments: Json | None
    arguments_digest: str | None
    message: str
    reason_code: str | None
    decided_at: datetime | None
    decided_by: str
    execute_before: datetime | None


@dataclass(frozen=True, slots=True)
class Came:
    """What came of the act, in the agent's own words: it may have been restarted.

    Any: a result is the agent's JSON.
    """

    status: str
    settlement: str | None
    result: Any
    effects: list[dict[str, str]]
    usage: dict[str, Any]
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """A request as its agent sees it; names follow the HTTP contract."""

    id: UUID
    status: str
    queue: str
    risk_class: str
    environment: str
    policy_version: int
    created_at: datetime
    expires_at: datetime
    expected_wait_s: int | None
    position: int | None
    url: str
    changed_at: datetime | None
    merged_into: UUID | None
    decided_by: str | None
    decision: Word | None
    outcome: Came | None


def answer_to_agent(ask: ActionRequest) -> Answer:
    """Return all that the agent of a request may know of it now."""
    place = place_of(ask.grant_holder) if ask.status == Status.PENDING else None
    word = word_on(ask) if ask.status != Status.PENDING else None
    return Answer(
        id=ask.pk,
        status=ask.status,
        queue=ask.queue.slug,
        risk_class=ask.risk_class,
        environment=ask.environment,
        policy_version=ask.policy.version,
        created_at=ask.created_at,
        expires_at=ask.expires_at,
        expected_wait_s=place.expected_wait_s if place else None,
        position=place.position if place else None,
        url=page_of(ask),
        changed_at=ask.changed_at,
        merged_into=ask.merged_into_id,
        decided_by=word.decided_by if word else None,
        decision=word,
        outcome=came_of(ask.outcome) if ask.status in ACTED else None,
    )


def page_of(ask: ActionRequest) -> str:
    """Return the address where a person reads and decides the request."""
    return f"{settings.PUBLIC_URL}{reverse('request', args=[ask.pk])}"


def place_of(ask: ActionRequest) -> Place:
    """Count those ahead of a waiting request; one query on `ask_waiting_in_queue`.

    Replayed requests hold up none that somebody waits for.
    """
    ahead = ActionRequest.objects.waiting().filter(
        TupleLessThan(("rank_at", "id"), (ask.rank_at, ask.pk)),
        queue=OuterRef("pk"),
        synthetic=False,
    )
    people = Membership.objects.filter(queue=OuterRef("pk"))
    ahead_n, people_n, review_s = (
        Queue.objects.filter(pk=ask.queue_id)
        .values_list(_count(ahead), _count(people), "mean_review_s")
        .get()
    )
    position = ahead_n + 1
    return Place(position, expected_wait_s(position, review_s, people_n))


def word_on(ask: ActionRequest) -> Word:
    """Return the decision on a request that no longer waits."""
    first = ask.grant_holder
    spoken = [] if ask.decided_by_policy else list(_said_last(first))
    keyring = Keyring.of([first.pk])
    granted = ask.status in GRANTED
    why, decided_by = _why_and_who(ask, spoken)
    return Word(
        verdict=_verdict(ask),
        arguments=_arguments(first, spoken, keyring) if granted else None,
        arguments_digest=ask.arguments_digest if granted else None,
        message=_message(ask, spoken, why, decided_by, keyring),
        reason_code=why or None,
        decided_at=ask.decided_at,
        decided_by=decided_by,
        execute_before=ask.execute_before if granted else None,
    )


def came_of(outcome: Outcome) -> Came:
    """Return what was reported of an act, and how a person settled it."""
    words = _words_of(outcome)
    names = outcome.effects.values_list("system_name", flat=True)
    refs = words.get("refs", [])
    usage = {name: getattr(outcome, name) for name in ("tokens", "seconds", "cost")}
    return Came(
        status=outcome.status,
        settlement=outcome.settlement or None,
        result=words.get("result"),
        effects=[{"system": n, "ref": r} for n, r in zip(names, refs, strict=False)],
        usage={name: value for name, value in usage.items() if value is not None},
        reported_at=outcome.reported_at,
    )


def _words_of(outcome: Outcome) -> Json:
    """Nothing where nobody reported in time, or where the words were erased."""
    keyring = Keyring.of([outcome.ask_id])
    if outcome.words_sealed is None or not keyring.has(outcome.ask_id):
        return {}
    words: Json = keyring.open(outcome.ask_id, Outcome.LABEL, outcome.words_sealed)
    return words


def _said_last(first: ActionRequest) -> QuerySet[Decision]:
    """The words of the last round: an edit, if it had one, and the approvals of it."""
    return first.decisions.filter(round=first.round)


def _count(rows: QuerySet[Any]) -> Coalesce:
    """Count the rows of a correlated subquery."""
    counted = rows.order_by().values("queue").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _verdict(ask: ActionRequest) -> str | None:
    """What the decision amounts to; None where nobody's word stands."""
    if ask.status in GRANTED:
        edited = ask.arguments_digest != ask.asked_digest
        return Verdict.EDIT if edited else Verdict.APPROVE
    return {Status.REJECTED: Verdict.REJECT, Status.ANSWERED: Verdict.ANSWER}.get(
        Status(ask.status)
    )


def _arguments(
    first: ActionRequest, spoken: Sequence[Decision], keyring: Keyring
) -> Json | None:
    if not keyring.has(first.pk):
        return None
    edits = [one for one in spoken if one.verdict == Verdict.EDIT]
    return arguments_after(first, edits[-1] if edits else None, keyring)


def _why_and_who(ask: ActionRequest, spoken: Sequence[Decision]) -> tuple[str, str]:
    """Return a code of why, and whose word it was: person, policy, timeout, agent."""
    if ask.status == Status.VOIDED:
        return _why_void(ask)
    if ask.status == Status.WITHDRAWN:
        return "", "agent"
    if ask.decided_by_policy:
        return "", "policy"
    closing = next((one for one in spoken if one.closes), None)
    return (closing.reason_code, "person") if closing else ("", "timeout")


def _why_void(ask: ActionRequest) -> tuple[str, str]:
    """The log says why a leave was taken back, and by what kind of hand."""
    voided = Event.objects.filter(
        subject_type=ask._meta.model_name,
        subject_id=str(ask.pk),
        verb="request.voided",
    )
    why, kind = voided.values_list("facts__why", "actor_kind").latest("id")
    kinds: dict[str, str] = {ActorKind.PERSON: "person", ActorKind.AGENT: "agent"}
    return why, kinds.get(kind, "policy")


def _message(
    ask: ActionRequest,
    spoken: Sequence[Decision],
    why: str,
    by: str,
    keyring: Keyring,
) -> str:
    """The reviewers' own words, else a sentence that a model will not misread."""
    heard = ask.status in (*GRANTED, Status.REJECTED, Status.ANSWERED)
    comment = _comments(ask.grant_holder, spoken, keyring) if heard else ""
    reason = REASONS.get(_verdict(ask) or "", {}).get(why, "")
    if ask.status == Status.REJECTED and by == "timeout":
        reason = SILENCE_IS_NO
    return message_for(ask.status, comment, reason)


def _comments(
    first: ActionRequest, spoken: Sequence[Decision], keyring: Keyring
) -> str:
    if not keyring.has(first.pk):
        return ""
    said = (
        keyring.open(first.pk, DECISION_LABEL, one.words_sealed)["comment"]
        for one in spoken
        if one.closes or first.status in GRANTED
    )
    return "\n\n".join(comment for comment in said if comment)
