"""Epochs: the log's order survives a restore into another cluster."""

from __future__ import annotations

import structlog
from django.db import ProgrammingError, connection, transaction

from reviewapp.core.actors import Actor
from reviewapp.core.events import record_event
from reviewapp.core.models import Epoch

_CLUSTER = "SELECT system_identifier FROM pg_control_system()"
log = structlog.get_logger(__name__)


def start_epoch() -> Epoch:
    """Begin a new epoch where this cluster is not the one the log was written in.

    Called after every migrate and at the start of web and worker, before anything is
    written. A cluster is told by PostgreSQL's system identifier; where the role may not
    read that, or two clusters share it (a clone), by a log that is ahead of the
    cluster's own transaction counter.
    """
    cluster = _cluster()
    newest = Epoch.objects.order_by("-number").first()
    if newest and newest.cluster == cluster and not _log_is_ahead():
        return newest
    return _begin(cluster)


@transaction.atomic
def _begin(cluster: int | None) -> Epoch:
    with connection.cursor() as cursor:
        # Nobody may write into the old epoch while the new one is being made.
        cursor.execute("LOCK TABLE core_epoch, core_event IN SHARE ROW EXCLUSIVE MODE")
    newest = Epoch.objects.order_by("-number").first()
    if newest and newest.cluster == cluster and not _log_is_ahead():
        return newest  # another process began it while we waited for the lock
    epoch = Epoch.objects.create(
        number=newest.number + 1 if newest else 1, cluster=cluster
    )
    if newest:
        facts = {"before": newest.number, "cluster_changed": newest.cluster != cluster}
        record_event(
            "epoch.begun", epoch, actor=Actor.of_process("start-up"), facts=facts
        )
        log.warning("log.epoch_begun", number=epoch.number)
    return epoch


def _cluster() -> int | None:
    try:
        # A block of its own: a refusal must not spoil a transaction around us.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLUSTER)
            return int(cursor.fetchone()[0])
    except ProgrammingError:
        log.info("log.cluster_unknown", reason="no right to pg_control_system()")
        return None


def _log_is_ahead() -> bool:
    """Whether the newest epoch holds a transaction this cluster has yet to reach."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM core_event
                WHERE epoch = (SELECT max(number) FROM core_epoch)
                  AND xact >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            )
            """
        )
        return bool(cursor.fetchone()[0])
