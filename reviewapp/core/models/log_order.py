"""The log's order in SQL: `(epoch, xact, id)`, compared as one value.

Row comparisons, so that an index on the three columns serves them (a disjunction of
conditions would be filtered row by row).
"""

from __future__ import annotations

from django.db import models
from django.db.models.expressions import Func
from django.db.models.fields.tuple_lookups import (
    TupleGreaterThan,
    TupleLessThan,
    TupleLessThanOrEqual,
)

from reviewapp.core.positions import Position

ORDER = ("epoch", "xact", "id")
NEWEST_FIRST = tuple(f"-{name}" for name in ORDER)
_COLUMNS = tuple(models.F(name) for name in ORDER)


class OldestRunning(Func):
    """The oldest transaction that may still write to this log: below it all is settled.

    Transaction ids are given by the cluster, whose other databases write elsewhere: a
    long transaction there must hold back nobody here. One that PostgreSQL no longer
    lists, or lists without a database, counts as ours. Our own is not settled either.
    """

    template = """LEAST(
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        pg_current_xact_id_if_assigned()::text::bigint,
        (SELECT min(running::text::bigint)
           FROM pg_snapshot_xip(pg_current_snapshot()) running
          WHERE NOT EXISTS (
                SELECT FROM pg_stat_get_activity(NULL) session
                 WHERE session.backend_xid = running::xid
                   AND session.datid <> (SELECT oid FROM pg_database
                                          WHERE datname = current_database()))))"""
    output_field = models.BigIntegerField()


def is_after(position: Position) -> TupleGreaterThan:
    return TupleGreaterThan(_COLUMNS, _values(position))


def is_before(position: Position) -> TupleLessThan:
    return TupleLessThan(_COLUMNS, _values(position))


def is_up_to(position: Position) -> TupleLessThanOrEqual:
    return TupleLessThanOrEqual(_COLUMNS, _values(position))


def _values(position: Position) -> tuple[int, int, int]:
    return (position.epoch, position.xact, position.id)
