"""A span that could not be digested."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

import zstandard
from django.utils import timezone

from reviewapp.core.words import Keyring
from systems.models import System
from tests.builders import make_system
from traces.models import Quarantined


def set_one_aside(
    system: System | None = None,
    *,
    trace_id: UUID | None = None,
    at: datetime | None = None,
    reason: str = "ValueError",
) -> Quarantined:
    pk, body = uuid4(), b"a body nobody understood"
    sealed = Keyring.make(pk).seal_bytes(pk, "quarantined", zstandard.compress(body))
    return Quarantined.objects.create(
        id=pk,
        system=system or make_system(),
        batch=1,
        signal="traces",
        content_type="application/x-protobuf",
        trace_id=trace_id or uuid4(),
        span_id="00000000000000aa",
        reason=reason,
        sealed=sealed,
        size=len(body),
        received_at=at or timezone.now(),
        quarantined_at=at or timezone.now(),
    )
