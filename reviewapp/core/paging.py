"""Key-set paging: a page starts where the last one ended, not at an offset.

Costs the same on page 1 and page 1,000, and rows that arrive or leave meanwhile
neither repeat nor hide others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest

from reviewapp.core.problems import Problem

Row = TypeVar("Row", bound=Model)
_SALT = "reviewapp.core.paging"


class BadCursor(Problem):
    def __init__(self) -> None:
        super().__init__(
            "bad_cursor", "This cursor is of another list, or was changed on the way."
        )


@dataclass(frozen=True, slots=True)
class KeysetPage(Generic[Row]):
    """Rows, and the cursors of the pages around them (None at the ends)."""

    items: list[Row]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class _Cursor:
    """The key of a row, and whether the page lies before or after it."""

    key: list[Any]
    backwards: bool


def keyset_page(
    queryset: QuerySet[Row],
    *,
    order: Sequence[str],
    cursor: str | None = None,
    limit: int = 50,
) -> KeysetPage[Row]:
    """Return one page of `queryset` in `order`, from `cursor` on.

    `order` names columns or annotations that are never NULL, "-" for descending; the
    last must be unique, or ties would be skipped. Raises BadCursor.
    """
    at = _read(cursor, order, queryset) if cursor else None
    backwards = at is not None and at.backwards
    ordered = queryset.order_by(*(_flip(order) if backwards else order))
    if at is not None:
        ordered = ordered.filter(_beyond(_flip(order) if backwards else order, at.key))
    rows = list(ordered[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    if backwards:
        rows.reverse()
    after, before = (True, more) if backwards else (more, at is not None)
    return KeysetPage(
        rows,
        next=_write(rows[-1], order, backwards=False) if after and rows else None,
        previous=_write(rows[0], order, backwards=True) if before and rows else None,
    )


def page_url(request: HttpRequest, cursor: str | None) -> str:
    """Return this address with another cursor and the same filters, or ""."""
    if cursor is None:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"{request.path}?{query.urlencode()}"


def _flip(order: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in order]


def _beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    """(a, b, c) beyond key, each column in its own direction.

    The first column is bounded on its own too: PostgreSQL cannot use an index for a
    disjunction, but it can for this conjunct.
    """
    beyond, equal = Q(), Q()
    for place, (column, value) in enumerate(zip(order, key, strict=True)):
        name, step = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{name}__{step}": value})
        equal &= Q(**{name: value})
        if place == 0:
            bound = Q(**{f"{name}__{step}e": value})
    return bound & beyond


def _write(row: Model, order: Sequence[str], *, backwards: bool) -> str:
    key = [_as_text(getattr(row, name.lstrip("-"))) for name in order]
    return signing.dumps([int(backwards), *key], salt=_SALT + ",".join(order))


def _as_text(value: Any) -> str:
    if value is None:
        raise TypeError("A column that may be NULL cannot order a page.")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _read(cursor: str, order: Sequence[str], queryset: QuerySet[Any]) -> _Cursor:
    try:
        backwards, *key = signing.loads(cursor, salt=_SALT + ",".join(order))
    except signing.BadSignature:
        raise BadCursor from None
    fields = (_field(queryset, name.lstrip("-")) for name in order)
    try:
        values = [
            field.to_python(text) for field, text in zip(fields, key, strict=True)
        ]
    except (ValidationError, ValueError):
        raise BadCursor from None
    return _Cursor(values, bool(backwards))


def _field(queryset: QuerySet[Any], name: str) -> Field[Any, Any]:
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    # Any: the model is not known here, so neither is what its field holds.
    field: Field[Any, Any] = queryset.model._meta.get_field(name)
    return field
