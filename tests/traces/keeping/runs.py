"""Runs of another day, as they stand in the tables once their batch is digested."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from reviewapp.core.models import DataKey
from systems.models import System
from tests.builders import make_system
from tests.traces.builders import make_run
from traces.models import Quarantined, Trace, Words
from traces.services.storing import Source, prepare_spans, write_prepared
from traces.spans import Span

_batches = count(1)


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def store_aged(
    days: float = 0,
    system: System | None = None,
    *,
    spans: Sequence[Span] = (),
    **of_root: object,
) -> Trace:
    """Store a run that came and started so many days ago: a support agent's."""
    system, at = system or make_system(), ago(days)
    spans = spans or make_run(uuid4().hex, **of_root)
    source = Source(system.pk, system.environment, next(_batches), at)
    prepared = prepare_spans(spans, source)
    with transaction.atomic():
        write_prepared(prepared)
    mine = Trace.objects.filter(pk=prepared[0].trace.pk)
    mine.update(started_at=at)
    return mine.select_related("system").get()


def classes_of(trace: Trace) -> set[str]:
    """The classes of words that are there."""
    words = Words.objects.filter(segment__trace=trace)
    return set(words.values_list("words", flat=True))


def has_key(owner: Trace | Quarantined) -> bool:
    return DataKey.objects.filter(pk=owner.pk, destroyed_at=None).exists()
