"""Sealing: every settled event gets its link in the hash chain."""

from __future__ import annotations

import structlog
from django.db import connection, transaction

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.log_proof import (
    GENESIS,
    Proof,
    chained,
    packed,
    prove_log,
    row_digest,
)
from reviewapp.core.log_reading import read_after
from reviewapp.core.models import Seal
from reviewapp.core.positions import BEGINNING

BATCH = 1_000
# Any number of our own: the advisory lock that lets one sealer work at a time.
_SEALERS_LOCK = 0x5EA1
log = structlog.get_logger(__name__)


def seal_events(*, batches: int = 1_000) -> int:
    """Seal what is settled and unsealed, up to `batches` seals; return how many events.

    Records no event of its own: sealing it would ask for the next seal, without end.
    """
    total = 0
    for _ in range(batches):
        sealed = _seal_batch()
        total += sealed
        if sealed < BATCH:
            break
    return total


@transaction.atomic
def _seal_batch() -> int:
    if not _alone():
        return 0
    previous = Seal.objects.order_by("-sequence").defer("rows").first()
    events = read_after(previous.up_to if previous else BEGINNING, BATCH)
    if not events:
        return 0
    digests = [row_digest(event) for event in events]
    last = events[-1]
    seal = Seal.objects.create(
        sequence=previous.sequence + 1 if previous else 1,
        up_to_epoch=last.epoch,
        up_to_xact=last.xact,
        up_to_id=last.pk,
        rows=packed(zip((event.pk for event in events), digests, strict=True)),
        hash=chained(previous.hash if previous else GENESIS, digests),
    )
    # Shipped with the process log, the hash is an anchor that no one with rights on
    # this database alone can change afterwards; `verify_log --anchor` checks one.
    transaction.on_commit(lambda: log.info("log.sealed", anchor=anchor(seal)))
    return len(events)


def verify_log(*, actor: Actor) -> Proof:
    """Recompute every seal and put the result on the record."""
    proof = prove_log()
    facts = {
        "whole": proof.whole,
        "seals": proof.seals,
        "sealed": proof.sealed,
        "unsealed": proof.unsealed,
        "breaks": len(proof.breaks),
        "events_damaged": [found.event for found in proof.breaks[:20]],
        "head": proof.head,
    }
    with transaction.atomic():
        record_event("log.verified", Seal(proof.seals), actor=actor, facts=facts)
    if not proof.whole:
        log.error("log.broken", breaks=len(proof.breaks))
    return proof


def anchor(seal: Seal) -> str:
    """Return the text to note down elsewhere: sequence and hash."""
    return f"{seal.sequence}:{seal.hash}"


def holds_anchor(text: str) -> bool:
    """Return whether the chain still contains a seal noted elsewhere earlier."""
    sequence, _, noted = text.partition(":")
    if not sequence.isdecimal():
        return False
    return Seal.objects.filter(sequence=int(sequence), hash=noted).exists()


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALERS_LOCK])
        return bool(cursor.fetchone()[0])
