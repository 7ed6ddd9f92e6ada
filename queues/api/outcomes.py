"""Outcomes over HTTP: what the agent reports, and what a person makes of it."""

from __future__ import annotations

import math
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from queues.api import fields
from queues.api.answers import Answer, tell_agent
from queues.api.contract import REPORTS, for_agents, for_reviewers
from queues.api.doors import AgentView, NoBody, ReviewerView, own_ask
from queues.api.shapes import Shape
from queues.api.submissions import Estimate, Given
from queues.models import Outcome, Settlement
from queues.services.outcomes import (
    compensate_request,
    report_outcome,
    settle_outcome,
)
from queues.submissions import Report
from reviewapp.core.access import rule
from reviewapp.core.api import StrictSerializer
from reviewapp.core.permissions import Right
from reviewapp.core.serializers import AnyField

RESULT_LIMIT = 64 * 1024
MOST_EFFECTS = 100


class EffectGiven(StrictSerializer):
    """A trace the act left elsewhere: in which system, under which reference."""

    system = fields.Label(120)
    ref = fields.Label(500)


class OutcomeGiven(StrictSerializer):
    """What came of the act. `usage` is what it really took, beside the estimate."""

    status = fields.Choice(Outcome.Status.choices)
    result = fields.Json(limit=RESULT_LIMIT, allow_null=True, default=None)
    effects = fields.list_of(EffectGiven, MOST_EFFECTS)
    usage = Estimate(required=False)


class ReportOutcome(AgentView):
    """Report what came of the act. The same report again changes nothing."""

    @for_agents("report_outcome", OutcomeGiven, Answer, examples=[REPORTS])
    def post(self, request: Request, ask_id: UUID) -> Response:
        report = _report(self.taken(OutcomeGiven))
        report_outcome(ask_id, report, system=self.system, actor=self.actor)
        return Response(tell_agent(own_ask(self.system, ask_id), actor=self.actor))


def _report(given: Given) -> Report:
    usage = given.get("usage", {})
    seconds = usage.get("seconds")
    return Report(
        status=given["status"],
        result=given["result"],
        effects=tuple((item["system"], item["ref"]) for item in given["effects"]),
        tokens=usage.get("tokens"),
        seconds=None if seconds is None else math.ceil(seconds),
        cost=usage.get("cost"),
    )


class SettlementGiven(StrictSerializer):
    """What became of an act nobody reported on."""

    def get_fields(self) -> dict[str, AnyField]:
        # `as` is the contract's name and Python's keyword.
        return {"as": fields.Choice(Settlement.choices)}


class Settle(ReviewerView):
    """Say what became of an act whose effect is unknown."""

    access = rule(Right.OUTCOME_SETTLE)

    @for_reviewers("settle_outcome", SettlementGiven, Shape)
    def post(self, request: Request, ask_id: UUID) -> Response:
        settlement = Settlement(self.taken(SettlementGiven)["as"])
        settle_outcome(ask_id, settlement, person=self.person, actor=self.actor)
        return self.shape_now(ask_id)


class Compensate(ReviewerView):
    """Ask for an act to be undone, as a request that somebody else decides."""

    access = rule(Right.OUTCOME_SETTLE)

    @for_reviewers("compensate_request", None, Shape, status=201)
    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(NoBody)
        undoing = compensate_request(ask_id, person=self.person, actor=self.actor)
        return self.shape_now(undoing.pk, 201)
