"""What all writes of the inventory share: checked whole, compared, logged by name.

An inventory row is written a few times a year and read for years, so every write is
validated in full here, whoever calls: a form, a seed, a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from reviewapp.core.problems import Conflict, Invalid
from systems.rules import changed_fields

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Change(Generic[Row]):
    """A row after a change, with what differs. Any: fields have no common type."""

    row: Row
    before: dict[str, Any]
    after: dict[str, Any]

    def facts(self, coded: Iterable[str]) -> dict[str, Any]:
        """Return names of what changed, and values of the `coded` fields alone.

        Codes of a fixed list may stand in the log with their values; texts may not.
        """
        shown = [name for name in coded if name in self.after]
        return {
            "fields": list(self.after),
            "before": {name: self.before[name] for name in shown},
            "after": {name: self.after[name] for name in shown},
        }


def insert_row(row: Row) -> Row:
    """Validate a new row and store it.

    Raises Invalid by field; Conflict("name_taken") if somebody else took the name
    between the check and the insert.
    """
    _check_row(row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as problem:
        raise Conflict(
            "name_taken", "Somebody else used this name a moment ago."
        ) from problem
    return row


def lock_row(row: Row) -> Row:
    """Return the row as it stands now, held until the transaction ends.

    So the log's "before" is what really stood there, whoever edits at the same time.
    """
    return type(row)._default_manager.select_for_update().get(pk=row.pk)


def update_row(row: Row, fields: Mapping[str, Any]) -> Change[Row] | None:
    """Set fields of a locked row, validate it whole, store it; None if all are equal.

    Raises Invalid by field.
    """
    before = {name: getattr(row, name) for name in fields}
    names = changed_fields(before, fields)
    if not names:
        return None
    for name in names:
        setattr(row, name, fields[name])
    _check_row(row)
    row.save(update_fields=names)
    return Change(
        row,
        {name: before[name] for name in names},
        {name: fields[name] for name in names},
    )


def _check_row(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as problem:
        errors = problem.message_dict
        general = errors.pop(NON_FIELD_ERRORS, [])
        raise Invalid(errors | ({"row": general} if general else {})) from None
