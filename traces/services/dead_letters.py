"""Dead letters: what could not be digested is digested anew, or let go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.words import WordsGone
from traces.models import Batch, Quarantined, Trace
from traces.services.batches import put_back
from traces.services.erasing import finish_dead_letters
from traces.services.quarantine import open_quarantined


def replay_dead_letters(letters: Sequence[Quarantined], *, actor: Actor) -> int:
    """Give letters back to the digest, as batches of their own; return how many.

    What breaks again becomes a dead letter again. Those that came to an end meanwhile,
    or that cannot be replayed, are left as they are.
    """
    now = timezone.now()
    done = [one.pk for one in letters if _replay(one, now, actor)]
    finish_dead_letters(done, now)
    return len(done)


def drop_dead_letters(letters: Sequence[Quarantined], *, actor: Actor) -> int:
    """Let letters go for good; their rows stay, without words. Return how many."""
    now = timezone.now()
    done = [one.pk for one in letters if _drop(one, now, actor)]
    finish_dead_letters(done, now)
    return len(done)


@transaction.atomic
def _replay(letter: Quarantined, now: datetime, actor: Actor) -> bool:
    if not letter.is_replayable:
        return False
    waiting = _waiting(letter)
    if waiting.update(replayed_at=now) != 1:
        return False
    try:
        body = open_quarantined(letter)
    except WordsGone:
        # Its trace was erased: it ends without having been digested.
        Quarantined.objects.filter(pk=letter.pk).update(
            replayed_at=None, dropped_at=now
        )
        return False
    put_back(_batch_of(letter), letter.content_type, body, spans=1)
    record_event("dead_letter.replayed", letter, actor=actor, facts=_facts(letter))
    return True


@transaction.atomic
def _drop(letter: Quarantined, now: datetime, actor: Actor) -> bool:
    if _waiting(letter).update(dropped_at=now) != 1:
        return False
    record_event("dead_letter.dropped", letter, actor=actor, facts=_facts(letter))
    return True


def _waiting(letter: Quarantined) -> QuerySet[Quarantined]:
    return Quarantined.objects.filter(pk=letter.pk, replayed_at=None, dropped_at=None)


def _batch_of(letter: Quarantined) -> Batch:
    """Stand in for the batch it came in, which is gone. It is not stored itself."""
    return Batch(
        system_id=letter.system_id,
        environment=_environment_of(letter),
        signal=letter.signal,
        received_at=letter.received_at,
    )


def _environment_of(letter: Quarantined) -> str:
    """As of then, where the rest of its trace tells it; else that of the system now."""
    if letter.trace_id is not None:
        key = Trace.key_of(letter.system_id, letter.trace_id.bytes)
        then = Trace.objects.filter(pk=key).values_list("environment", flat=True)
        if known := then.first():
            return known
    return letter.system.environment


def _facts(letter: Quarantined) -> dict[str, object]:
    return {
        "system": str(letter.system_id),
        "reason": letter.reason,
        "size": letter.size,
        "trace_id": letter.trace_id.hex if letter.trace_id else "",
    }
