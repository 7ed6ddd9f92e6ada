"""Composing what people read: rows, and cards with the words they may read.

Whoever is sent a card with words stands in the log before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from queues.api.answers import OutcomeTold
from queues.api.shapes import Written, shape_of
from queues.models import (
    ActionRequest,
    Decision,
    Evidence,
    Note,
    Outcome,
    Verdict,
)
from queues.rules import REASONS, is_stale
from queues.selectors.answers import came_of
from queues.selectors.card_words import open_card_words
from queues.selectors.reading import open_headlines, queues_read_by
from queues.services.decisions import reasons_demanded
from queues.services.openings import list_words, open_request
from reviewapp.core.actors import Actor
from reviewapp.core.models import User
from reviewapp.core.words import Keyring

# What the shape of a request is made of besides its own row.
BESIDE = ("system", "queue", "policy", "holder")


def rows_for(
    asks: Sequence[ActionRequest], *, person: User, actor: Actor
) -> list[Written]:
    """Return list lines; one query for the keys of all of them.

    Whose words are among them is in the log before.
    """
    headlines = open_headlines(asks, queues_read_by(person))
    list_words(headlines, page="api", person=person, actor=actor)
    return [
        shape_of(ask) | (headlines[ask.pk].as_json() if ask.pk in headlines else {})
        for ask in asks
    ]


def card_for(
    ask: ActionRequest, *, readable: bool, person: User, actor: Actor
) -> Written:
    """Return a request the person may see; its words only where they may read them.

    `readable`: it is of a queue that they read (`queues_read_by`). That they read them
    is in the log before. `ask` comes with `BESIDE` selected.
    """
    keyring = Keyring.of([ask.pk] if readable else [])
    decisions = _decisions(ask)
    judged_at = ask.decided_at or timezone.now()
    shown = shape_of(ask) | {
        "reason_codes": _reason_codes(ask),
        "decisions": [_decision(one, ask) for one in decisions],
        "evidence": [_evidence(row, judged_at) for row in ask.evidence.all()],
        "preconditions": [
            {"checked_at": row.checked_at, "changed_at": row.changed_at}
            for row in ask.grant_holder.preconditions.all()
        ],
        "outcome": _outcome(ask, readable=keyring.has(ask.pk)),
    }
    if keyring.has(ask.pk):
        open_request(ask, actor=actor)
        _add_words(shown, ask, keyring, person, decisions)
    return shown


def _decisions(ask: ActionRequest) -> list[Decision]:
    return [] if ask.is_unspoken else list(ask.decisions.select_related("person"))


def _add_words(
    shown: Written,
    ask: ActionRequest,
    keyring: Keyring,
    person: User,
    decisions: Sequence[Decision],
) -> None:
    """Add the keys that only readers get, and the words to the keys that all get."""
    notes = list(ask.notes.select_related("person"))
    words = open_card_words(
        ask, keyring, reader=person, decisions=decisions, notes=notes, outcome=None
    )
    said = words.contents
    shown |= words.headline.as_json() | {
        "arguments": words.arguments,
        "edits": words.edits,
        "schema": said.schema,
        "diff": said.diff,
        "justification": said.justification,
        "reasoning": words.reasoning.masked,
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


def _evidence(row: Evidence, judged_at: datetime) -> Written:
    """`judged_at`: now, or when it was decided, as on the page."""
    return {
        "observed_at": row.observed_at,
        "max_age_s": row.limit_s,
        "is_stale": is_stale(row.observed_at, row.limit_s, judged_at),
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
