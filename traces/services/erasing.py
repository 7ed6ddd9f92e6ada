"""Words go for good: first the event, then the key, then the rows.

Between the three a process may die. What was begun is marked (`Keeping.erasing`), and
whoever comes next goes on: destroying twice is destroying once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.problems import Conflict
from reviewapp.core.words import destroy_keys
from traces.models import Explanation, Feedback, Keeping, Quarantined, Trace, Words
from traces.retention import DestroyReason, Gone
from traces.selectors.keeping import is_preserved
from traces.services.feedback import empty_comments
from traces.services.preservations import lock_preservations

_BATCH = 500


def destroy_words(trace: Trace, *, actor: Actor, reason: DestroyReason) -> None:
    """Destroy the words of a trace at once, in every dump too; its shape stays.

    Whom it was about is forgotten as well, also where its words went by age before.

    Safe to repeat. Raises Conflict(`preserved`) while a hold covers the trace.
    """
    now = timezone.now()
    if _begin_by_hand(trace, actor=actor, reason=reason, now=now):
        finish_erasing([trace.pk], now)


@transaction.atomic
def _begin_by_hand(
    trace: Trace, *, actor: Actor, reason: DestroyReason, now: datetime
) -> bool:
    lock_preservations()
    if is_preserved(trace):
        raise Conflict("preserved", "A hold covers this trace; its words stay.")
    if not (begin_erasing([trace.pk], Gone.DESTROYED, now) or _begin_forgetting(trace)):
        return False
    went = Words.objects.filter(segment__trace=trace)
    figures = went.aggregate(rows=Count("pk"), size=Sum("size"))
    facts = {
        "system": str(trace.system_id),
        "reason": reason,
        "rows": figures["rows"],
        "bytes": figures["size"] or 0,
    }
    record_event("words.destroyed", trace, actor=actor, facts=facts)
    return True


def _begin_forgetting(trace: Trace) -> int:
    """Mark a run whose words went before, and that a reference would still find."""
    is_found = ~Q(trace__conversation_digest="") | ~Q(trace__subject_digest="")
    standing = Keeping.objects.filter(is_found, pk=trace.pk)
    return standing.exclude(why_gone=Gone.DESTROYED).update(
        why_gone=Gone.DESTROYED, erasing=True
    )


def begin_erasing(traces: Collection[UUID], why: Gone, now: datetime) -> int:
    """Mark traces, in the transaction of the event that says their words are gone.

    Returns how many are new to it; what is gone stays gone of its first reason.
    """
    Keeping.objects.bulk_create(
        [Keeping(trace_id=pk) for pk in traces], ignore_conflicts=True
    )
    standing = Keeping.objects.filter(pk__in=traces, words_gone_at=None)
    return standing.update(words_gone_at=now, why_gone=why, erasing=True)


def finish_erasing(traces: Collection[UUID], now: datetime) -> None:
    """Destroy the keys of marked traces, then delete what they sealed."""
    if not traces:
        return
    dead = Quarantined.objects.filter(_of_traces(traces), dropped_at=None)
    letters = list(dead.values_list("pk", flat=True))
    destroy_keys([*traces, *letters], now)
    spoken = Feedback.objects.filter(trace_key__in=traces, comment_sealed__isnull=False)
    empty_comments(list(spoken.values_list("pk", flat=True)), now)
    with transaction.atomic():
        # In the order in which the digest locks them.
        standing = Trace.objects.filter(pk__in=traces).order_by("pk")
        len(standing.select_for_update(no_key=True).values_list("pk"))
        Words.objects.filter(segment__trace__in=traces).delete()
        Trace.objects.filter(pk__in=traces).update(references_sealed=None)
        _forget_whom(traces)
        told = Explanation.objects.filter(trace__in=traces)
        told.update(sealed=b"", note_sealed=None)
        empty_dead_letters(letters, now)
        Keeping.objects.filter(pk__in=traces).update(erasing=False)


def _forget_whom(traces: Collection[UUID]) -> None:
    """Let nobody find by a reference what was destroyed by hand.

    What retention or sampling took can still be found as long as its structure stands:
    that is how holds and the question of who saw it reach it.
    """
    by_hand = Keeping.objects.filter(pk__in=traces, why_gone=Gone.DESTROYED)
    Trace.objects.filter(pk__in=by_hand.values("pk")).update(
        conversation_digest="", subject_digest=""
    )


def finish_what_was_begun(now: datetime) -> int:
    """Go on where a process died; return for how many traces and dead letters."""
    begun = Keeping.objects.filter(erasing=True).order_by("pk")
    traces = list(begun.values_list("pk", flat=True)[:_BATCH])
    finish_erasing(traces, now)
    ended = Quarantined.objects.filter(
        Q(replayed_at__isnull=False) | Q(dropped_at__isnull=False)
    )
    full = ended.exclude(sealed=b"").order_by("quarantined_at")
    letters = list(full.values_list("pk", flat=True)[:_BATCH])
    finish_dead_letters(letters, now)
    return len(traces) + len(letters)


def finish_dead_letters(letters: Collection[UUID], now: datetime) -> None:
    """Destroy the keys of dead letters that came to an end, then what they sealed."""
    if letters:
        destroy_keys(letters, now)
        empty_dead_letters(letters, now)


def empty_dead_letters(letters: Collection[UUID], now: datetime) -> None:
    """Take the words out of dead letters whose keys are destroyed; their rows stay."""
    rows = Quarantined.objects.filter(pk__in=letters)
    rows.update(sealed=b"")
    rows.filter(replayed_at=None, dropped_at=None).update(dropped_at=now)


def _of_traces(traces: Collection[UUID]) -> Q:
    """Dead letters name their trace as the agent did, within its system."""
    named = Trace.objects.filter(pk__in=traces).values_list("system_id", "trace_id")
    found = Q(pk=None)
    for system, trace_id in named:
        found |= Q(system=system, trace_id=trace_id)
    return found
