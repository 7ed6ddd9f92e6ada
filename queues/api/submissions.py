"""The body of `POST /api/v1/requests`, and the Submission made of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from queues.api import fields
from queues.models import ActionRequest, Verdict
from queues.schemas import ARGUMENTS_LIMIT, check_arguments, check_size
from queues.submissions import EvidenceItem, Fingerprint, Json, Submission
from reviewapp.core.api import StrictSerializer
from reviewapp.core.problems import Invalid
from systems.models import Environment, Reversibility, System
from systems.schemas import SCHEMA_LIMIT_BYTES, schema_fault

LONGEST_KEY = 200
LONGEST_REASONING = 100_000
MOST_ITEMS = 50
MOST_CHANGES = 200

# Fields that a Submission has under the same name; the clocks may be left out.
_CLOCKS = ("decide_within_s", "execute_within_s", "report_within_s")
_PLAIN = (
    "environment",
    "reversibility",
    "run_id",
    "trace_id",
    "span_id",
    "conversation_id",
    "subject_ref",
    "on_behalf_of",
    "credential",
    "justification",
    "reasoning",
    "queue",
    "callback_url",
    "synthetic",
)

Given = Mapping[str, Any]  # Any: a validated body, by its serializer's fields.


class Change(StrictSerializer):
    """One line of a before/after comparison, for the reviewer to see."""

    path = fields.Text(500)
    before = fields.Json(required=False, allow_null=True)
    after = fields.Json(required=False, allow_null=True)


class Action(StrictSerializer):
    """What would run. Arguments that break the action's own schema are refused."""

    tool = fields.Name()
    arguments = fields.JsonObject(
        limit=None,
        help_text="256 KiB in canonical form, unless a system's limit differs.",
    )
    summary = fields.Text(500, default="")
    schema = fields.JsonObject(limit=SCHEMA_LIMIT_BYTES, required=False)
    diff = fields.list_of(Change, MOST_CHANGES)

    def validate_schema(self, schema: Json) -> Json:
        if (fault := schema_fault(schema)) is not None:
            raise serializers.ValidationError(fault)
        return schema

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if faults := check_arguments(attrs.get("schema"), attrs["arguments"]):
            raise serializers.ValidationError({"arguments": faults})
        return attrs


class Undo(StrictSerializer):
    """The call that would make up for this one."""

    tool = fields.Name()
    arguments = fields.JsonObject(limit=ARGUMENTS_LIMIT)


class Impact(StrictSerializer):
    """How much is at stake. `amount` is decimal text."""

    amount = fields.Amount(required=False)
    currency = fields.Currency(default="")
    records = fields.Count(required=False)
    recipients = fields.Count(required=False)


class Estimate(StrictSerializer):
    """What the act is expected to take. `cost` is decimal text."""

    tokens = fields.Count(required=False)
    seconds = fields.Duration(required=False)
    cost = fields.Amount(max_digits=14, required=False)


class Named(serializers.ListSerializer[Any]):
    """Items that are refreshed by name, so that a name stands for one of them."""

    def validate(self, attrs: list[Given]) -> list[Given]:
        if len({item["name"] for item in attrs}) != len(attrs):
            raise serializers.ValidationError("Two of these have the same name.")
        return attrs


class EvidenceGiven(StrictSerializer):
    """A fact the request rests on; without `observed_at`, as seen when sent."""

    name = fields.Text(200)
    value = fields.Json(allow_null=True)
    observed_at = fields.Observed(required=False)
    max_age_s = fields.Duration(required=False)
    # DRF takes declared fields off the class, so nothing of Field is shadowed.
    source = fields.Text(500, default="")  # type: ignore[assignment]

    class Meta:
        list_serializer_class = Named


class PreconditionGiven(StrictSerializer):
    """A fingerprint of something the approval rests on: an ETag, a row version."""

    name = fields.Text(200)
    fingerprint = fields.Text(1000)

    class Meta:
        list_serializer_class = Named


def evidence_field() -> serializers.ListSerializer[Any]:
    return fields.list_of(EvidenceGiven, MOST_ITEMS)


def preconditions_field() -> serializers.ListSerializer[Any]:
    return fields.list_of(PreconditionGiven, MOST_ITEMS)


def check_verdicts(verdicts: Sequence[str]) -> None:
    if len(set(verdicts)) != len(verdicts):
        raise serializers.ValidationError("Name each answer once.")


class RequestGiven(StrictSerializer):
    """What an agent asks leave to do. All but the first four may be left out."""

    action = Action()
    environment = fields.Choice(Environment.choices)
    reversibility = fields.Choice(Reversibility.choices)
    key = fields.Label(
        LONGEST_KEY,
        required=False,
        help_text="One intent, one key; or send it as header `Idempotency-Key`.",
    )
    run_id = fields.Name(default="")
    trace_id = fields.Hex(32, default="")
    span_id = fields.Hex(16, default="")
    conversation_id = fields.Label(default="")
    subject_ref = fields.Label(default="")
    on_behalf_of = fields.Label(254, default="")
    credential = fields.Label(120, default="")
    justification = fields.Text(default="", help_text="Markdown.")
    reasoning = fields.Text(LONGEST_REASONING, default="")
    impact = Impact(required=False)
    undo = Undo(required=False)
    evidence = evidence_field()
    preconditions = preconditions_field()
    allowed = serializers.ListField(
        child=fields.Choice(Verdict.choices),
        allow_empty=False,
        validators=[check_verdicts],
        required=False,
    )
    queue = fields.Name(50, default="")
    decide_within_s = fields.Seconds(required=False)
    execute_within_s = fields.Seconds(required=False)
    report_within_s = fields.Seconds(required=False)
    on_timeout = fields.Choice(ActionRequest.OnTimeout.choices, required=False)
    callback_url = fields.HttpUrl(default="")
    estimate = Estimate(required=False)
    synthetic = serializers.BooleanField(default=False)


class KeyGiven(StrictSerializer):
    """The header `Idempotency-Key`, held to the same bounds as the field."""

    key = fields.Label(LONGEST_KEY, label="Idempotency-Key")


def key_of(header: str | None, field: str | None) -> str:
    """Return the one key that header and field name. Raises Invalid."""
    if not header and not field:
        raise Invalid(
            {"key": ["Send a key, as header Idempotency-Key or as field key."]},
            code="key_missing",
            detail="A request without a key could be made twice.",
        )
    if header:
        KeyGiven(data={"key": header}).is_valid(raise_exception=True)
    if header and field and header != field:
        raise Invalid(
            {"key": ["The header and the field name different keys."]},
            code="keys_differ",
        )
    return header or field or ""


def submission_of(given: Given, key: str, system: System) -> Submission:
    """Return a validated body as a Submission. Raises Invalid for large arguments."""
    action = given["action"]
    if problems := check_size(system, action["arguments"]):
        raise Invalid({"action.arguments": problems})
    optional = {
        name: given[name]
        for name in (*_CLOCKS, "allowed", "undo", "on_timeout")
        if name in given
    }
    if "allowed" in optional:
        optional["allowed"] = tuple(optional["allowed"])
    return Submission(
        key=key,
        tool=action["tool"],
        arguments=action["arguments"],
        summary=action["summary"],
        schema=action.get("schema"),
        diff=tuple(action["diff"]),
        evidence=evidence_items(given["evidence"]),
        preconditions=fingerprints(given["preconditions"]),
        **{name: given[name] for name in _PLAIN},
        **given.get("impact", {}),
        **_estimate(given.get("estimate", {})),
        **optional,
    )


def evidence_items(given: Sequence[Given]) -> tuple[EvidenceItem, ...]:
    now = timezone.now()
    return tuple(
        EvidenceItem(
            name=item["name"],
            value=item["value"],
            observed_at=item.get("observed_at", now),
            # Cut, not rounded: evidence is not believed longer than the agent said.
            max_age_s=None if "max_age_s" not in item else int(item["max_age_s"]),
            source=item["source"],
        )
        for item in given
    )


def fingerprints(given: Sequence[Given]) -> tuple[Fingerprint, ...]:
    return tuple(Fingerprint(item["name"], item["fingerprint"]) for item in given)


# Any: an int for some of the names, a Decimal for others.
def _estimate(given: Given) -> dict[str, Any]:
    """What the act is expected to take; part of a second counts as a whole one."""
    return {
        f"estimate_{name}": math.ceil(value) if name == "seconds" else value
        for name, value in given.items()
    }
