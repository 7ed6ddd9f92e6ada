"""Feedback: given on a page, sent by an agent, or come along with a trace.

Words of a run with feedback are kept whatever the share (traces/services/sampling.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.digests import keyed_digest, reference_digest
from reviewapp.core.events import Facts, record_event
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Forbidden, Invalid
from reviewapp.core.words import Keyring, destroy_keys, destroyed_among
from systems.models import System
from traces.judging import (
    BAD,
    GOOD,
    LONGEST_CODE,
    LONGEST_COMMENT,
    code_of,
    is_code,
    is_lost,
    score_of,
)
from traces.models import Feedback, Trace
from traces.spans import Judgement, Span


@dataclass(frozen=True, slots=True)
class About:
    """What feedback is on: one of these, as the agent names it."""

    trace_id: str = ""
    conversation: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is thought of it: codes, a number, and words."""

    label: str = ""
    score: float | None = None
    name: str = ""
    source: str = ""
    comment: str = ""


@transaction.atomic
def receive_feedback(
    system: System, about: About, opinion: Opinion, *, actor: Actor
) -> tuple[Feedback, bool]:
    """Take feedback that an agent passes on; return it, and whether it is new.

    The same sent again is the same row. The trace may not have come yet. Raises
    Invalid by field.
    """
    _check(about, opinion)
    row = Feedback(
        system=system,
        trace_key=_key_of(system.pk, about.trace_id),
        conversation_digest=reference_digest("conversation", about.conversation),
        subject_digest=reference_digest("subject", about.subject),
        origin=Feedback.Origin.API,
        given_at=timezone.now(),
    )
    _fill(row, opinion)
    known = Feedback.objects.filter(system=system, same=row.same).first()
    if known is not None:
        return known, False
    _seal([(row, opinion.comment)])
    # Two at once: the constraint lets one in, and both mean the same row.
    Feedback.objects.bulk_create([row], ignore_conflicts=True)
    record_event("feedback.given", row, actor=actor, facts=_facts(row))
    return row, True


@transaction.atomic
def give_feedback(
    trace: Trace, *, person: User, actor: Actor, is_good: bool, comment: str = ""
) -> Feedback:
    """Say on the page whether a run went well; a second word replaces the first.

    Raises Forbidden and Invalid.
    """
    if not person.has_right(Right.FEEDBACK_GIVE):
        raise Forbidden("may_not_give_feedback", "Your roles give no feedback.")
    comment = comment.strip()
    if len(comment) > LONGEST_COMMENT:
        raise Invalid({"comment": [f"At most {LONGEST_COMMENT} characters."]})
    same = keyed_digest("feedback", f"{trace.pk} by {person.pk}")
    before = Feedback.objects.select_for_update().filter(
        system=trace.system_id, same=same
    )
    row = before.first() or Feedback(
        system_id=trace.system_id,
        trace_key=trace.pk,
        origin=Feedback.Origin.PERSON,
        person=person,
        same=same,
    )
    row.given_at, row.label = timezone.now(), GOOD if is_good else BAD
    row.comment_sealed, row.comment_length = None, len(comment)
    _seal([(row, comment)])
    row.save()
    record_event("feedback.given", row, actor=actor, facts=_facts(row))
    return row


def record_judgements(system_id: UUID, spans: Iterable[Span], at: datetime) -> int:
    """Keep the judgements that came with spans; return how many.

    In the transaction that stores the spans. They are bulk facts and no events: an
    evaluator may judge every run. What came before in another batch is kept once, and
    what says nothing at all is left out.
    """
    rows = list(_judged(system_id, spans, at))
    if not rows:
        return 0
    # In the same order everywhere: two who add the same must not wait in a ring.
    rows.sort(key=lambda row: row[0].same)
    _seal(rows)
    Feedback.objects.bulk_create(
        [row for row, _ in rows], ignore_conflicts=True, batch_size=500
    )
    return len(rows)


@transaction.atomic
def read_comments(
    rows: Sequence[Feedback], trace: Trace, *, actor: Actor, facts: Facts
) -> dict[UUID, str]:
    """Return the comments of feedback on a trace: words, hence recorded first.

    `facts` say at which tier and why. What has no key any more is missing.
    """
    written = [row for row in rows if row.comment_sealed is not None]
    keyring = Keyring.of(row.pk for row in written)
    told = [row for row in written if keyring.has(row.pk)]
    if not told:
        return {}
    about = {"system": str(trace.system_id), "comments": len(told)}
    record_event("feedback.read", trace, actor=actor, facts=about | facts)
    return {
        row.pk: keyring.open(row.pk, Feedback.LABEL, row.comment_sealed or b"")
        for row in told
    }


def empty_comments(rows: Collection[UUID], now: datetime) -> None:
    """Destroy the keys of comments, then delete them; label and score stay.

    Whoever calls this has recorded the event.
    """
    destroy_keys(rows, now)
    Feedback.objects.filter(pk__in=rows).update(comment_sealed=None)


def _judged(
    system_id: UUID, spans: Iterable[Span], at: datetime
) -> Iterator[tuple[Feedback, str]]:
    for span in spans:
        for judgement in span.judgements:
            opinion = _opinion_of(judgement)
            if not _says_something(opinion):
                continue
            row = Feedback(
                system_id=system_id,
                trace_key=_key_of(system_id, span.trace_id),
                span_id=span.span_id,
                origin=Feedback.Origin.TRACE,
                given_at=at,
            )
            _fill(row, opinion)
            yield row, opinion.comment


def _opinion_of(judgement: Judgement) -> Opinion:
    """Bring it into codes; what is no code is words, and no comment is too long."""
    told = (judgement.label, judgement.name, judgement.source)
    words = [text for text in told if is_lost(text)]
    return Opinion(
        label=code_of(judgement.label),
        score=score_of(judgement.score),
        name=code_of(judgement.name),
        source=code_of(judgement.source),
        comment="\n".join(filter(None, [*words, judgement.comment])),
    )


def _says_something(opinion: Opinion) -> bool:
    told = (opinion.label, opinion.name, opinion.comment)
    return any(told) or opinion.score is not None


def _check(about: About, opinion: Opinion) -> None:
    errors: dict[str, list[str]] = {}
    if sum(map(bool, (about.trace_id, about.conversation, about.subject))) != 1:
        errors["trace_id"] = [
            "Name one of `trace_id`, `conversation_id` and `subject_ref`."
        ]
    if not opinion.label and opinion.score is None:
        errors["label"] = ["Give a `label` or a `score`."]
    for name in ("label", "source", "name"):
        code = getattr(opinion, name)
        if code and not is_code(code):
            errors[name] = [
                f"A short code in small letters, at most {LONGEST_CODE}; words belong"
                " into `comment`."
            ]
    if opinion.score is not None and score_of(opinion.score) is None:
        errors["score"] = ["A finite number."]
    if errors:
        raise Invalid(errors)


def _key_of(system_id: UUID, trace_id: str) -> UUID | None:
    return Trace.key_of(system_id, bytes.fromhex(trace_id)) if trace_id else None


def _fill(row: Feedback, opinion: Opinion) -> None:
    row.label, row.score = opinion.label, opinion.score
    row.name, row.source = opinion.name, opinion.source
    row.comment_length = len(opinion.comment)
    parts = (
        *(row.trace_key, row.span_id, row.conversation_digest, row.subject_digest),
        *(row.origin, row.name, row.label, row.score, row.source, opinion.comment),
    )
    row.same = keyed_digest("feedback", "\x00".join(map(str, parts)))


def _seal(rows: Iterable[tuple[Feedback, str]]) -> None:
    """Seal the comments, each under a key of its row, which is committed before it.

    A comment goes by its own age, hence the key. On a trace whose words were destroyed
    nothing more is kept: it would bring back what was to be forgotten.
    """
    written = [(row, comment) for row, comment in rows if comment]
    gone = destroyed_among(row.trace_key for row, _ in written if row.trace_key)
    written = [(row, comment) for row, comment in written if row.trace_key not in gone]
    if not written:
        return
    keyring = Keyring.ensure(row.pk for row, _ in written)
    for row, comment in written:
        row.comment_sealed = keyring.seal(row.pk, Feedback.LABEL, comment)


def _facts(row: Feedback) -> Facts:
    return {
        "system": str(row.system_id),
        "trace": str(row.trace_key) if row.trace_key else "",
        "label": row.label,
        "score": row.score,
        "name": row.name,
        "source": row.source,
        "origin": row.origin,
        "comment_length": row.comment_length,
    }
