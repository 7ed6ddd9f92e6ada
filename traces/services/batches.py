"""Taking batches in: sealed and in PostgreSQL before anybody hears a 200.

Batches are bulk facts and no events.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock

import structlog
import zstandard
from celery import current_app
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

from reviewapp.core.words import Keyring
from systems.actors import AgentCaller
from traces.models import Batch, Signal
from traces.otlp import read_records, read_spans
from traces.raw_spans import CONTENT_TYPE, load_raw
from traces.services import ingest_keys
from traces.spans import RawSpan

log = structlog.get_logger(__name__)
_LABEL = "batch"
# Fast, and half of what the slow levels save; a batch lives for seconds.
_ZSTD_LEVEL = 1


def keep_batch(
    caller: AgentCaller, signal: Signal, content_type: str, body: bytes, *, spans: int
) -> Batch:
    """Store what was accepted of a body, and have it digested. Durable at return.

    `body` is in clear and holds accepted items only, `spans` of them. Raises WordsGone
    never: a key that was swept away meanwhile is replaced by a new one.
    """
    packed = zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
    batch = Batch(
        system=caller.system,
        environment=caller.system.environment,
        signal=signal,
        content_type=content_type,
        received_at=timezone.now(),
        spans=spans,
        bytes=len(body),
    )
    try:
        _insert(batch, packed)
    except IntegrityError:
        # The licence of the key is gone: this process slept longer than a key lives.
        ingest_keys.current.drop()
        _insert(batch, packed)
    transaction.on_commit(wake_digest)
    return batch


def put_back(batch: Batch, content_type: str, body: bytes, *, spans: int) -> Batch:
    """Store a part of a batch, or what was set aside of it, as a batch of its own.

    In the caller's transaction, which ends what it was part of.
    """
    part = Batch(
        system_id=batch.system_id,
        environment=batch.environment,
        signal=batch.signal,
        content_type=content_type,
        received_at=batch.received_at,
        spans=spans,
        bytes=len(body),
    )
    _insert(part, zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body))
    transaction.on_commit(wake_digest)
    return part


def _insert(batch: Batch, packed: bytes) -> None:
    owner, keyring = ingest_keys.current.take()
    batch.key_id = owner
    batch.sealed = keyring.seal_bytes(owner, _LABEL, packed)
    batch.save(force_insert=True)


def open_batch(batch: Batch, keyring: Keyring | None = None) -> bytes:
    """Return the body of a batch as it was kept. Raises WordsGone or WordsDamaged.

    Of many batches `keyring_of` fetches the keys in one query.
    """
    keyring = keyring or keyring_of([batch])
    packed = keyring.open_bytes(batch.key_id, _LABEL, batch.sealed)
    return zstandard.ZstdDecompressor().decompress(packed)


def keyring_of(batches: Iterable[Batch]) -> Keyring:
    """Return the keys that open these batches."""
    return Keyring.of(batch.key_id for batch in batches)


def raws_of(batch: Batch, body: bytes) -> Iterator[RawSpan]:
    """Return the spans of a body as they came. Raises BadBody."""
    if batch.content_type == CONTENT_TYPE:
        return load_raw(body)
    read = read_records if batch.signal == Signal.LOGS else read_spans
    return read(batch.content_type, body)


def end_batches(batches: Sequence[Batch]) -> bool:
    """Delete batches, in the transaction that writes what they held.

    False if one was gone: somebody else has written it.
    """
    deleted, _ = Batch.objects.filter(pk__in=[one.pk for one in batches]).delete()
    return deleted == len(batches)


class _Wake:
    """Tells the workers that there is something to digest; now and then is enough.

    A digest goes on until the outbox is empty, and beat's sweep finds what no message
    told of. So a message is sent at most every 200 ms, and a Redis that does not answer
    is left alone for a while: it must not hold up every export for its time limit.
    """

    EVERY_S = 0.2
    AFTER_FAILURE_S = 10.0

    def __init__(self) -> None:
        self._lock = Lock()
        self._not_before = 0.0

    def __call__(self) -> None:
        if self._may_send():
            self._send()

    def _may_send(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now < self._not_before:
                return False
            self._not_before = now + self.EVERY_S
            return True

    def _send(self) -> None:
        try:
            # By name: tasks stand above services.
            current_app.send_task("traces.digest_batches", queue="ingest", expires=60)
        except (KombuError, OperationalError, RedisError, OSError) as problem:
            self._not_before = time.monotonic() + self.AFTER_FAILURE_S
            log.warning("digest.not_woken", kind=type(problem).__name__)


wake_digest = _Wake()
