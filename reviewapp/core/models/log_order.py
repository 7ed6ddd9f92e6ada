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
    """The oldest transaction still running in the cluster: below it all is settled."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


def is_after(position: Position) -> TupleGreaterThan:
    return TupleGreaterThan(_COLUMNS, _values(position))


def is_before(position: Position) -> TupleLessThan:
    return TupleLessThan(_COLUMNS, _values(position))


def is_up_to(position: Position) -> TupleLessThanOrEqual:
    return TupleLessThanOrEqual(_COLUMNS, _values(position))


def _values(position: Position) -> tuple[int, int, int]:
    return (position.epoch, position.xact, position.id)
