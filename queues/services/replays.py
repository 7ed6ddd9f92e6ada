"""Replays: recorded runs played again, so that people meet real work on day one."""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from queues.services.requests import Submitted, submit_request
from queues.submissions import EvidenceItem, Submission
from queues.write_calls import Fact, WriteCall, writes_of
from reviewapp.core.actors import Actor
from reviewapp.core.digests import body_digest
from systems.models import Environment, Lifecycle, Reversibility, System, Tool
from systems.services.systems import register_system
from traces.recorded_runs import RecordedRun

_LONGEST_SUMMARY = 500
_MOST_EVIDENCE = 50


@transaction.atomic
def find_replayed_system(run: RecordedRun, *, actor: Actor) -> System:
    """Return the system of a run's agent; an unknown one is registered as proposed."""
    slug = slugify(run.agent)
    known = System.objects.filter(slug=slug).first()
    if known is not None:
        return known
    return register_system(
        actor=actor,
        slug=slug,
        name=run.agent,
        purpose="Known from recorded runs only.",
        environment=Environment(run.environment),
        lifecycle=Lifecycle.PROPOSED,
    )


def replay_run(run: RecordedRun, *, actor: Actor) -> list[Submitted]:
    """Ask again for every write call of a run; once, however often it is replayed.

    All is marked synthetic and stays out of every live figure. Times are moved so that
    each call is asked for now and its evidence is as old as it was then. Raises BadRun.
    """
    system = find_replayed_system(run, actor=actor)
    return [_replay(system, write, actor=actor) for write in writes_of(run)]


def _replay(system: System, write: WriteCall, *, actor: Actor) -> Submitted:
    key = f"{write.run.run_id}:{write.call.id}"
    return submit_request(
        system,
        _submission(system, write, key, timezone.now()),
        actor=actor,
        body_digest=body_digest({"replay": key}),
        key_space="replay",
    )


def _submission(
    system: System, write: WriteCall, key: str, now: datetime
) -> Submission:
    tool = Tool.objects.filter(system=system, name=write.call.name).first()
    known = tool.reversibility if tool else None
    return Submission(
        key=key,
        tool=write.call.name,
        arguments=write.call.named,
        environment=write.run.environment,
        reversibility=known or Reversibility.IRREVERSIBLE,
        summary=write.summary()[:_LONGEST_SUMMARY],
        diff=tuple(write.changes()),
        run_id=write.run.run_id,
        trace_id=hashlib.sha256(write.run.run_id.encode()).hexdigest()[:32],
        span_id=hashlib.sha256(write.call.id.encode()).hexdigest()[:16],
        conversation_id=write.run.run_id,
        subject_ref=write.subject(),
        justification=write.conversation(),
        reasoning=write.reasoning,
        amount=_amount(write.call.named),
        evidence=tuple(
            _evidence(n, fact, write, now)
            for n, fact in enumerate(write.facts()[:_MOST_EVIDENCE], start=1)
        ),
        synthetic=True,
    )


def _evidence(n: int, fact: Fact, write: WriteCall, now: datetime) -> EvidenceItem:
    asked = ", ".join(_plain(value) for value in fact.call.named.values())
    return EvidenceItem(
        name=f"{n}. {fact.call.name.replace('_', ' ')} ({asked})"[:200],
        value=fact.value,
        observed_at=now - (write.at - fact.at),
        source=_source(fact),
    )


def _source(fact: Fact) -> str:
    if fact.call.writes:
        return "recorded result of an earlier write; replayed as a request of its own"
    return "failed tool call" if fact.failed else "tool result"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()


# Any: arguments are JSON of any shape.
def _amount(value: Any) -> Decimal | None:
    """The sum of what is called an amount anywhere in the arguments; None: nothing."""
    found = list(_amounts(value))
    return sum(found, Decimal()) if found else None


def _amounts(value: Any) -> list[Decimal]:
    if isinstance(value, list):
        return [amount for item in value for amount in _amounts(item)]
    if not isinstance(value, dict):
        return []
    own = [_decimal(value["amount"])] if "amount" in value else []
    deeper = [amount for item in value.values() for amount in _amounts(item)]
    return [amount for amount in own if amount is not None] + deeper


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
