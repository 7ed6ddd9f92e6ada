"""The log's order in SQL: `(epoch, xact, id)`, and which rows are settled in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.expressions import Func, Subquery
from django.db.models.fields.tuple_lookups import (
    TupleGreaterThan,
    TupleLessThan,
    TupleLessThanOrEqual,
)

from reviewapp.core.positions import Position

if TYPE_CHECKING:
    pass

_ORDER = ("epoch", "xact", "id")
_COLUMNS = tuple(models.F(name) for name in _ORDER)


class OldestRunning(Func):
    """The oldest transaction still running in the cluster: below it all is settled."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


class EventQuerySet(models.QuerySet["Event"]):
    def settled(self) -> Self:
        """Rows before which no row can appear any more.

        By id alone a reader loses what commits late: in a trial, one row in ten. Rows
        of an earlier epoch carry transaction ids of another cluster; all are settled.
        """
        from reviewapp.core.models.events import Epoch

        newest = Epoch.objects.order_by("-number").values("number")[:1]
        return self.filter(
            models.Q(xact__lt=OldestRunning()) | models.Q(epoch__lt=Subquery(newest))
        )

    def after(self, position: Position) -> Self:
        return self.filter(TupleGreaterThan(_COLUMNS, _values(position)))

    def before(self, position: Position) -> Self:
        return self.filter(TupleLessThan(_COLUMNS, _values(position)))

    def up_to(self, position: Position) -> Self:
        return self.filter(TupleLessThanOrEqual(_COLUMNS, _values(position)))

    def in_log_order(self) -> Self:
        return self.order_by(*_ORDER)

    def newest_first(self) -> Self:
        return self.order_by(*(f"-{name}" for name in _ORDER))


def _values(position: Position) -> tuple[int, int, int]:
    return (position.epoch, position.xact, position.id)
