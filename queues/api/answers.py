"""The answer as JSON: what an agent reads of its own request."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from queues.api import fields
from queues.models import (
    ActionRequest,
    Delivery,
    Outcome,
    Settlement,
    Status,
    Verdict,
)
from queues.risk import RiskClass
from queues.selectors import answers
from queues.services.deliveries import note_delivered
from reviewapp.core.actors import Actor
from systems.models import Environment


class DecisionTold(serializers.Serializer[answers.Word]):
    """The decision as the agent hears it."""

    verdict = serializers.ChoiceField(
        Verdict.choices,
        allow_null=True,
        help_text="Null where nobody's word stands, as after an expiry.",
    )
    arguments = fields.JsonObject(
        allow_null=True, help_text="What may run. Null unless it was approved."
    )
    arguments_digest = serializers.CharField(
        allow_null=True,
        help_text="SHA-256 over the RFC 8785 form of {tool, arguments}.",
    )
    message = serializers.CharField(help_text="An expiry is told apart from a no.")
    reason_code = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.ChoiceField(["person", "policy", "timeout", "agent"])
    execute_before = serializers.DateTimeField(allow_null=True)


class EffectTold(serializers.Serializer[dict[str, str]]):
    system = serializers.CharField()
    ref = serializers.CharField()


class UsageTold(serializers.Serializer[dict[str, Any]]):
    tokens = serializers.IntegerField(required=False)
    seconds = serializers.IntegerField(required=False)
    cost = fields.Amount(max_digits=14, required=False)


class OutcomeTold(serializers.Serializer[answers.Came]):
    """What came of the act, as reported, and as a person settled it."""

    status = serializers.ChoiceField(Outcome.Status.choices)
    settlement = serializers.ChoiceField(Settlement.choices, allow_null=True)
    result = fields.Json(allow_null=True)
    effects = EffectTold(many=True)
    usage = UsageTold()
    reported_at = serializers.DateTimeField()


class Answer(serializers.Serializer[answers.Answer]):
    """A request as its agent sees it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(Status.choices)
    queue = serializers.CharField()
    risk_class = serializers.ChoiceField(RiskClass.choices)
    environment = serializers.ChoiceField(
        Environment.choices,
        help_text="Where it would really act: the more dangerous of the environment "
        "declared and the credential's.",
    )
    policy_version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    expected_wait_s = serializers.IntegerField(allow_null=True)
    position = serializers.IntegerField(allow_null=True, help_text="1 is next.")
    url = serializers.URLField(help_text="The page where a person decides.")
    changed_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when a precondition differs, if one does."
    )
    merged_into = serializers.UUIDField(
        allow_null=True, help_text="The request whose decision and leave it shares."
    )
    decided_by = serializers.ChoiceField(
        ["person", "policy", "timeout", "agent"], allow_null=True
    )
    decision = DecisionTold(allow_null=True)
    outcome = OutcomeTold(allow_null=True)


def tell_agent(ask: ActionRequest, *, actor: Actor) -> dict[str, object]:
    """Return the request as JSON for its agent, and note that it has the answer."""
    answer = answers.answer_to_agent(ask)
    if answer.decision is not None and _is_news(ask):
        note_delivered(ask, Delivery.Channel.POLL, actor=actor)
    return Answer(answer).data


def _is_news(ask: ActionRequest) -> bool:
    delivery = getattr(ask, "delivery", None)
    return delivery is not None and delivery.delivered_at is None
