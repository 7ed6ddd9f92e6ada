"""The text of an explanation and the note on it, sealed with the key of the trace.

A trace's key seals several explanations: the label of each has its id, so that none can
be taken for another.
"""

from __future__ import annotations

from uuid import UUID

from reviewapp.core.events import Facts
from reviewapp.core.problems import Conflict
from reviewapp.core.words import Keyring
from traces.models import Explanation


def keyring_of(explanation: Explanation) -> Keyring:
    """Return what opens it. Raises Conflict(`words_gone`) if that was destroyed."""
    keyring = Keyring.of([explanation.trace_id])
    if not keyring.has(explanation.trace_id):
        raise words_gone()
    return keyring


def words_gone() -> Conflict:
    return Conflict("words_gone", "The words of this trace were destroyed.")


def seal_text(keyring: Keyring, explanation: Explanation, text: str) -> bytes:
    return keyring.seal(explanation.trace_id, _label(explanation.pk, "text"), text)


def seal_note(keyring: Keyring, explanation: Explanation, note: str) -> bytes:
    return keyring.seal(explanation.trace_id, _label(explanation.pk, "note"), note)


def open_text(keyring: Keyring, explanation: Explanation) -> str:
    """Raises Conflict(`words_gone`) where retention has taken the text."""
    if not explanation.sealed:
        raise words_gone()
    label = _label(explanation.pk, "text")
    text: str = keyring.open(explanation.trace_id, label, explanation.sealed)
    return text


def open_note(keyring: Keyring, explanation: Explanation) -> str:
    if explanation.note_sealed is None:
        return ""
    label = _label(explanation.pk, "note")
    note: str = keyring.open(explanation.trace_id, label, explanation.note_sealed)
    return note


def facts_of_letter(explanation: Explanation, text: str = "") -> Facts:
    """What an event tells of it: of the text a keyed fingerprint and its length."""
    trace = explanation.trace
    facts: Facts = {
        "system": str(trace.system_id),
        "trace": str(trace.pk),
        "author": explanation.author_id,
        "version": explanation.version,
    }
    if text:
        keyring = keyring_of(explanation)
        facts["text"] = keyring.fingerprint(trace.pk, text.encode())
        facts["length"] = len(text)
    return facts


def _label(explanation: UUID, what: str) -> str:
    return f"explanation {explanation} {what}"
