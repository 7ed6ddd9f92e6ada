"""Traces stored by the real digestion, for tests of what is read of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from django.db import transaction
from django.utils import timezone

from reviewapp.core.models import DataKey
from reviewapp.core.words import Keyring, destroy_keys
from systems.models import System
from tests.builders import make_system
from tests.traces.builders import TRACE_ID, make_run
from traces.models import Trace
from traces.services.settling import settle_trace
from traces.services.storing import Source, prepare_spans, write_prepared
from traces.spans import Span

_batches = count(1)


def store(
    spans: Iterable[Span], system: System | None = None, environment: str = ""
) -> Trace:
    """Store spans of one trace as one batch brought them, an hour ago."""
    system = system or make_system()
    source = Source(
        system_id=system.pk,
        environment=environment or system.environment,
        batch=next(_batches),
        received_at=timezone.now() - timedelta(hours=1),
    )
    prepared = prepare_spans(spans, source)
    with transaction.atomic():
        write_prepared(prepared)
    for one in prepared:
        settle_trace(one.trace.pk)
    return Trace.objects.select_related("system").get(pk=prepared[0].trace.pk)


def store_run(
    system: System | None = None, trace_id: str = TRACE_ID, **of_root: object
) -> Trace:
    """Store a support agent's run about mara@example.com, in conversation 7."""
    return store(make_run(trace_id, **of_root), system)


def change_key(trace: Trace) -> None:
    """Give a trace another key than its words have, as a restore of older ones may."""
    deleted, _ = DataKey.objects.filter(owner=trace.pk).delete()
    assert deleted == 1
    Keyring.make(trace.pk)


def forget_words(trace: Trace) -> None:
    """Destroy the key of a trace, as retention does in the end."""
    assert Keyring.of([trace.pk]).has(trace.pk)
    destroy_keys([trace.pk], timezone.now())
