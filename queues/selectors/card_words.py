"""The words of one card, opened for a person who may read them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from queues.differences import Change, differences
from queues.effective import DECISION_LABEL, open_contents, open_headline
from queues.models import ActionRequest, Decision, Note, Outcome, Verdict
from queues.submissions import Contents, Headline, Json
from reviewapp.core.look.identifiers import pattern_of
from reviewapp.core.look.values import unseen_name
from reviewapp.core.models import User
from reviewapp.core.words import Keyring
from traces.masking import mask


@dataclass(frozen=True, slots=True)
class Reasoning:
    """The reasoning of a request, guarded like that of a trace (docs/access.md).

    Whoever holds the request, or has decided it, reads it masked; anyone else learns
    that there is some. Masks hide personal data and secrets, not names.
    """

    length: int
    masked: str

    @classmethod
    def for_reader(
        cls, text: str, ask: ActionRequest, reader: User, decisions: Sequence[Decision]
    ) -> Reasoning:
        decided = any(decision.person_id == reader.pk for decision in decisions)
        may_read = decided or ask.holder_id == reader.pk
        return cls(len(text), mask(text) if may_read else "")


@dataclass(frozen=True, slots=True)
class CardWords:
    """All that was written on a request: by the agent, and by the reviewers.

    `arguments` are what would run now; `edits` how they differ from those asked.
    `comments` are by decision, `notes` by note. Any: results are the agent's JSON.
    """

    headline: Headline
    contents: Contents
    reasoning: Reasoning
    arguments: Json
    edits: list[Change]
    comments: dict[int, str]
    notes: dict[int, str]
    result: Any
    effect_refs: list[str]

    @property
    def arguments_text(self) -> str:
        """The arguments to edit, with characters that do not show escaped."""
        text = orjson.dumps(self.arguments, option=orjson.OPT_INDENT_2).decode()
        return "".join(map(_shown, text))

    @property
    def marks(self) -> re.Pattern[str] | None:
        """What finds the ids and numbers that the call speaks of."""
        return pattern_of(self.arguments)

    @property
    def result_tree(self) -> Json:
        return {"result": self.result, "effects": self.effect_refs}


def _shown(character: str) -> str:
    hidden = unseen_name(character) is not None
    return json.dumps(character)[1:-1] if hidden else character


def open_card_words(
    ask: ActionRequest,
    keyring: Keyring,
    *,
    reader: User,
    decisions: Sequence[Decision],
    notes: Sequence[Note],
    outcome: Outcome | None,
) -> CardWords:
    """Open every word of a card with the request's one key."""
    contents = open_contents(ask, keyring)
    rulings = {
        decision.pk: keyring.open(ask.pk, DECISION_LABEL, decision.words_sealed)
        for decision in decisions
    }
    edits = [decision for decision in decisions if decision.verdict == Verdict.EDIT]
    last = max(edits, key=lambda decision: decision.round, default=None)
    arguments = rulings[last.pk]["arguments"] if last else contents.arguments
    report = _open_report(ask, keyring, outcome)
    return CardWords(
        headline=open_headline(ask, keyring),
        contents=replace(contents, reasoning=""),
        reasoning=Reasoning.for_reader(contents.reasoning, ask, reader, decisions),
        arguments=arguments,
        edits=differences(contents.arguments, arguments),
        comments={pk: words["comment"] for pk, words in rulings.items()},
        notes={
            note.pk: keyring.open(ask.pk, Note.LABEL, note.text_sealed)
            for note in notes
        },
        result=report.get("result"),
        effect_refs=report.get("refs", []),
    )


def _open_report(ask: ActionRequest, keyring: Keyring, outcome: Outcome | None) -> Json:
    if outcome is None or outcome.words_sealed is None:
        return {}
    report: Json = keyring.open(ask.pk, Outcome.LABEL, outcome.words_sealed)
    return report
