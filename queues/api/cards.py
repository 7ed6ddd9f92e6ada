"""A request as people read it: its shape, and for those who may decide, its words.

The shape is for everybody who sees the request at all. Words are keys that are simply
absent for others; whoever is sent a card with words stands in the log before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.utils import timezone
from rest_framework import serializers

from queues.api import fields
from queues.api.answers import EffectTold, OutcomeTold
from queues.models import (
    ActionRequest,
    Decision,
    Evidence,
    Note,
    Outcome,
    Status,
    Verdict,
)
from queues.risk import RiskClass
from queues.rules import REASONS, is_stale
from queues.selectors.answers import came_of, page_of
from queues.selectors.card_words import open_card_words
from queues.selectors.reading import open_headlines, queues_read_by
from queues.services.decisions import reasons_demanded
from queues.services.openings import open_request
from reviewapp.core.actors import Actor
from reviewapp.core.models import User
from reviewapp.core.words import Keyring
from systems.models import Effect, Environment, Reversibility

# What the shape of a request is made of besides its own row.
BESIDE = ("system", "queue", "policy", "holder", "merged_into")

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
    undo = UndoShown(required=False, allow_null=True)
    notes = NoteShown(many=True, required=False)


def rows_for(asks: Sequence[ActionRequest], person: User) -> list[Written]:
    """Return list lines; one query for the keys of all of them."""
    headlines = open_headlines(asks, queues_read_by(person))
    return [
        dict(Shape(ask).data)
        | (headlines[ask.pk].as_json() if ask.pk in headlines else {})
        for ask in asks
    ]


def card_for(ask: ActionRequest, *, person: User, actor: Actor) -> Written:
    """Return a request the person may see; its words only where they may read them.

    That they read them is in the log before. `ask` comes with `BESIDE` selected.
    """
    readable = ask.queue_id in queues_read_by(person)
    keyring = Keyring.of([ask.pk] if readable else [])
    decisions = list(ask.decisions.select_related("person"))
    shown = dict(Shape(ask).data) | {
        "reason_codes": _reason_codes(ask),
        "decisions": [_decision(one, ask) for one in decisions],
        "evidence": [_evidence(row) for row in ask.evidence.all()],
        "preconditions": [
            {"checked_at": row.checked_at, "changed_at": row.changed_at}
            for row in ask.grant_holder.preconditions.all()
        ],
        "outcome": _outcome(ask, readable=keyring.has(ask.pk)),
    }
    if keyring.has(ask.pk):
        open_request(ask, actor=actor)
        _add_words(shown, ask, keyring, decisions)
    return shown


def _add_words(
    shown: Written,
    ask: ActionRequest,
    keyring: Keyring,
    decisions: Sequence[Decision],
) -> None:
    """Add the keys that only readers get, and the words to the keys that all get."""
    notes = list(ask.notes.select_related("person"))
    words = open_card_words(
        ask, keyring, decisions=decisions, notes=notes, outcome=None
    )
    said = words.contents
    shown |= words.headline.as_json() | {
        "arguments": words.arguments,
        "edits": words.edits,
        "schema": said.schema,
        "diff": said.diff,
        "justification": said.justification,
        "undo": said.undo,
        "notes": [_note(note, words.notes[note.pk]) for note in notes],
    }
    for line, decision in zip(shown["decisions"], decisions, strict=True):
        line["comment"] = words.comments[decision.pk]
    for line, item in zip(shown["evidence"], said.evidence, strict=True):
        line |= item
    if ask.merged_into_id is None:
        # A look-alike rests on the preconditions of the first, named in its card.
        for line, name in zip(shown["preconditions"], said.preconditions, strict=True):
            line["name"] = name


def _reason_codes(ask: ActionRequest) -> Written:
    demanded = reasons_demanded(ask)
    return {
        verdict: {
            "demanded": verdict in demanded,
            "reasons": [
                {"code": code, "words": words} for code, words in reasons.items()
            ],
        }
        for verdict, reasons in REASONS.items()
    }


def _decision(decision: Decision, ask: ActionRequest) -> Written:
    approves = decision.verdict in (Verdict.APPROVE, Verdict.EDIT)
    return {
        "person": str(decision.person),
        "verdict": decision.verdict,
        "reason_code": decision.reason_code,
        "made_at": decision.made_at,
        "counts": approves and decision.round == ask.round,
    }


def _evidence(row: Evidence) -> Written:
    return {
        "observed_at": row.observed_at,
        "max_age_s": row.limit_s,
        "is_stale": is_stale(row.observed_at, row.limit_s, timezone.now()),
    }


def _note(note: Note, text: str) -> Written:
    return {"person": str(note.person), "text": text, "made_at": note.made_at}


def _outcome(ask: ActionRequest, *, readable: bool) -> Written | None:
    outcome = Outcome.objects.filter(ask=ask).first() if ask.report_before else None
    if outcome is None:
        return None
    shown = dict(OutcomeTold(came_of(outcome)).data)
    return shown if readable else _without(shown, "result", "effects")


def _without(shown: Written, *names: str) -> Written:
    return {name: value for name, value in shown.items() if name not in names}
