"""Where the scene is played: agents that ask, people who decide, at times gone by."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from queues.models import ActionRequest
from queues.services.decisions import Ruling, decide_request
from queues.services.grants import redeem_grant
from queues.services.outcomes import report_outcome
from queues.services.requests import submit_request
from queues.submissions import EvidenceItem, Report, Submission
from reviewapp.core.actors import Actor, ActorKind
from reviewapp.core.digests import body_digest
from reviewapp.core.models import User
from systems.models import System

# Evidence is written relative to this moment, and moved to when it was asked.
_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def seen(
    name: str, value: Any, seconds_before: int, source: str, limit: int = 0
) -> EvidenceItem:
    """A fact looked at some seconds before asking; `limit` in seconds, 0 for none."""
    observed = _NOON - timedelta(seconds=seconds_before)
    return EvidenceItem(name, value, observed, limit or None, source)


@dataclass(slots=True)
class Stage:
    rita: User
    tom: User
    systems: dict[str, System] = field(default_factory=dict)
    count: int = 0

    def ask(self, system: str, minutes_ago: float, **given: Any) -> ActionRequest:
        """Let a system ask, some minutes ago."""
        self.count += 1
        then = timezone.now() - timedelta(minutes=minutes_ago)
        submission = Submission(key=f"intent-{self.count}", **given)
        submission = replace(
            submission,
            evidence=tuple(
                replace(item, observed_at=then - (_NOON - item.observed_at))
                for item in submission.evidence
            ),
        )
        with time_machine.travel(then, tick=False):
            return submit_request(
                self.systems[system],
                submission,
                actor=self.agent(system),
                body_digest=body_digest({"key": submission.key}),
            ).ask

    def agent(self, system: str) -> Actor:
        found = self.systems[system]
        return Actor(ActorKind.AGENT, found.slug, system_id=found.pk)

    def decide(
        self, ask: ActionRequest, person: User, minutes_ago: float, **ruling: Any
    ) -> None:
        ask.refresh_from_db()
        then = timezone.now() - timedelta(minutes=minutes_ago)
        with time_machine.travel(then, tick=False):
            decide_request(
                ask.pk,
                Ruling(version=ask.version, dwell_ms=21_000, **ruling),
                person=person,
                actor=Actor.of_person(person),
            )

    def finish(self, ask: ActionRequest, minutes_ago: float, status: str) -> None:
        """Let the agent use its leave, and report if there is anything to report."""
        agent = self.agent(ask.system.slug)
        then = timezone.now() - timedelta(minutes=minutes_ago)
        with time_machine.travel(then, tick=False):
            redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="1")
            report_outcome(
                ask.pk,
                Report(status, {"ok": status == "succeeded"}, seconds=2),
                system=ask.system,
                actor=agent,
            )
