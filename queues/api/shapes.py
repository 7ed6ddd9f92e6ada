"""The shapes of a request as people read it, for the wire and for the contract.

The shape is for everybody who sees the request at all. Words are keys that are simply
absent for others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from django.utils import timezone
from rest_framework import serializers

from queues.api import fields
from queues.api.answers import EffectTold, OutcomeTold
from queues.models import ActionRequest, Status, Verdict
from queues.risk import RiskClass
from queues.selectors.answers import page_of
from systems.models import Effect, Environment, Reversibility

Written = dict[str, Any]  # Any: words are the agent's JSON.


class ClaimShown(TypedDict):
    """Who holds the request, and until when if they do nothing."""

    person: str
    until: datetime


class ImpactShown(serializers.Serializer[ActionRequest]):
    amount = fields.Amount(allow_null=True)
    currency = serializers.CharField()
    records = serializers.IntegerField(allow_null=True)
    recipients = serializers.IntegerField(allow_null=True)


class EstimateShown(serializers.Serializer[ActionRequest]):
    tokens = serializers.IntegerField(source="estimate_tokens", allow_null=True)
    seconds = serializers.IntegerField(source="estimate_seconds", allow_null=True)
    cost = fields.Amount(max_digits=14, source="estimate_cost", allow_null=True)


class Shape(serializers.Serializer[ActionRequest]):
    """All of a request that is no words."""

    id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Of the card; send it with a verdict.")
    status = serializers.ChoiceField(Status.choices)
    queue = serializers.CharField(source="queue.slug")
    system = serializers.CharField(source="system.slug")
    tool = serializers.CharField()
    effect = serializers.ChoiceField(Effect.choices, allow_blank=True)
    reversibility = serializers.ChoiceField(Reversibility.choices)
    environment = serializers.ChoiceField(Environment.choices)
    declared_environment = serializers.ChoiceField(Environment.choices)
    credential = serializers.CharField()
    risk_class = serializers.ChoiceField(RiskClass.choices)
    risk_reasons = serializers.ListField(child=serializers.CharField())
    policy_version = serializers.IntegerField(source="policy.version")
    impact = ImpactShown(source="*")
    estimate = EstimateShown(source="*")
    run_id = serializers.CharField()
    trace_id = serializers.CharField()
    span_id = serializers.CharField()
    synthetic = serializers.BooleanField()
    arguments_digest = serializers.CharField()
    allowed = serializers.ListField(child=serializers.ChoiceField(Verdict.choices))
    approvals_needed = serializers.IntegerField()
    escalation_level = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    available_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    execute_before = serializers.DateTimeField(allow_null=True)
    report_before = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.UUIDField(source="merged_into_id", allow_null=True)
    compensates = serializers.UUIDField(source="compensates_id", allow_null=True)
    url = serializers.SerializerMethodField()
    claim = serializers.SerializerMethodField()

    def get_url(self, ask: ActionRequest) -> str:
        return page_of(ask)

    def get_claim(self, ask: ActionRequest) -> ClaimShown | None:
        if ask.holder is None or ask.held_until is None:
            return None
        if ask.held_until <= timezone.now():
            return None
        return {"person": str(ask.holder), "until": ask.held_until}


# A serializer copies each of its forty fields when it is made, not when it draws.
_SHAPE = Shape()


def shape_of(ask: ActionRequest) -> Written:
    """Return all of a request that is no words."""
    return dict(_SHAPE.to_representation(ask))


class RowShown(Shape):
    """A line of a list. The four texts are absent for those who may not decide it."""

    summary = serializers.CharField(required=False)
    subject_ref = serializers.CharField(required=False)
    on_behalf_of = serializers.CharField(required=False)
    conversation_id = serializers.CharField(required=False)


class ReasonShown(serializers.Serializer[Written]):
    code = serializers.CharField()
    words = serializers.CharField()


class ReasonsShown(serializers.Serializer[Written]):
    """The reasons of one verdict, and whether one must be chosen."""

    demanded = serializers.BooleanField()
    reasons = ReasonShown(many=True)


class ReasonCodesShown(serializers.Serializer[Written]):
    approve = ReasonsShown()
    edit = ReasonsShown()
    reject = ReasonsShown()
    answer = ReasonsShown()


class EvidenceShown(serializers.Serializer[Written]):
    name = serializers.CharField(required=False)
    value = fields.Json(required=False, allow_null=True)
    # DRF takes declared fields off the class, so nothing of Field is shadowed.
    source = serializers.CharField(required=False)  # type: ignore[assignment]
    observed_at = serializers.DateTimeField()
    max_age_s = serializers.IntegerField(allow_null=True)
    is_stale = serializers.BooleanField()


class PreconditionShown(serializers.Serializer[Written]):
    name = serializers.CharField(required=False)
    checked_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField(allow_null=True)


class DecisionShown(serializers.Serializer[Written]):
    """One reviewer's word; `counts` towards the approvals that are needed."""

    person = serializers.CharField()
    verdict = serializers.ChoiceField(Verdict.choices)
    reason_code = serializers.CharField()
    comment = serializers.CharField(required=False)
    made_at = serializers.DateTimeField()
    counts = serializers.BooleanField()


class NoteShown(serializers.Serializer[Written]):
    person = serializers.CharField()
    text = serializers.CharField()
    made_at = serializers.DateTimeField()


class ChangeShown(serializers.Serializer[Written]):
    path = serializers.CharField()
    before = fields.Json(required=False, allow_null=True)
    after = fields.Json(required=False, allow_null=True)


class UndoShown(serializers.Serializer[Written]):
    tool = serializers.CharField()
    arguments = fields.JsonObject()


class OutcomeShown(OutcomeTold):
    """What came of the act; what the agent reported of it is words."""

    result = fields.Json(required=False, allow_null=True)
    effects = EffectTold(many=True, required=False)


class CardShown(RowShown):
    """One request whole. Words are absent for those who may not decide it."""

    reason_codes = ReasonCodesShown()
    decisions = DecisionShown(many=True)
    evidence = EvidenceShown(many=True)
    preconditions = PreconditionShown(many=True)
    outcome = OutcomeShown(allow_null=True)
    arguments = fields.JsonObject(
        required=False, help_text="What would run now, after any edit."
    )
    edits = ChangeShown(many=True, required=False)
    schema = fields.JsonObject(required=False, allow_null=True)
    diff = ChangeShown(many=True, required=False)
    justification = serializers.CharField(required=False)
    reasoning = serializers.CharField(
        required=False, help_text="Masked; empty unless the reader holds the request."
    )
    undo = UndoShown(required=False, allow_null=True)
    notes = NoteShown(many=True, required=False)
