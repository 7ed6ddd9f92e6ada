"""Many rows in one statement whose length does not depend on how many they are.

Django's `bulk_create` names every value of every row, which PostgreSQL parses anew for
each number of rows, and makes an object of every row. Where thousands of rows a second
are written, arrays are sent instead, one a column, as Django itself does for tables
without binary columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, models
from psycopg import sql


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    unique: Sequence[str] = (),
    update: Sequence[str] = (),
) -> None:
    """Insert rows, each a tuple of the fields named in `columns`.

    With `unique`, a row that is there already stays, or takes on the fields named in
    `update`. Values are given as psycopg takes them: ids for keys, no expressions, no
    lists.
    """
    if not rows:
        return
    fields = [model._meta.get_field(name) for name in columns]
    statement = sql.SQL(
        "INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {conflict}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        names=_names(model, columns),
        arrays=sql.SQL(", ").join(map(_array_of, fields)),
        conflict=_conflict(model, unique, update),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def row_of(instance: models.Model) -> bytes:
    """Return an object as the JSON that `insert_new` sends.

    Raises TypeError for what JSON cannot carry, lone surrogates in a text among it.
    """
    fields = instance._meta.concrete_fields
    return orjson.dumps(
        {field.column: getattr(instance, field.attname) for field in fields},
        default=_as_text,
    )


def insert_new(model: type[models.Model], rows: Sequence[bytes]) -> set[UUID]:
    """Insert wide rows, each made by `row_of`; return the keys of those that are new.

    A row that is there already stays. Here lists and JSON can stand in columns: the
    rows travel as one text.
    """
    if not rows:
        return set()
    statement = sql.SQL(
        "INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s)"
        " ON CONFLICT DO NOTHING RETURNING {key}"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        key=_column(model, model._meta.pk.name),
    )
    text = b"[" + b",".join(rows) + b"]"
    with connection.cursor() as cursor:
        cursor.execute(statement, [text.decode()])
        return {key for (key,) in cursor.fetchall()}


def _as_text(value: object) -> str:
    """Return what JSON has no type for as PostgreSQL reads it."""
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"A row holds no {type(value).__name__}.")


def next_ids(model: type[models.Model], how_many: int) -> list[int]:
    """Take so many ids of a table whose rows others will refer to."""
    pk = model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s))"
            " FROM generate_series(1, %s)",
            [model._meta.db_table, pk.column, how_many],
        )
        return [row[0] for row in cursor.fetchall()]


def _names(model: type[models.Model], fields: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join([_column(model, name) for name in fields])


def _column(model: type[models.Model], name: str) -> sql.Identifier:
    # The stubs think of relations from elsewhere, which have no column.
    return sql.Identifier(getattr(model._meta.get_field(name), "column"))  # noqa: B009


# Any: a field of a model, or what Django's stubs say it might be instead.
def _array_of(field: Any) -> sql.Composable:
    target = field.target_field if field.is_relation else field
    kind = target.rel_db_type(connection) if field.is_relation else None
    return sql.SQL("%s::{}[]").format(sql.SQL(kind or field.db_type(connection)))


def _conflict(
    model: type[models.Model], unique: Sequence[str], update: Sequence[str]
) -> sql.Composable:
    if not unique:
        return sql.SQL("")
    if not update:
        return sql.SQL("ON CONFLICT ({}) DO NOTHING").format(_names(model, unique))
    columns = [_column(model, name) for name in update]
    changes = [sql.SQL("{0} = EXCLUDED.{0}").format(column) for column in columns]
    return sql.SQL("ON CONFLICT ({}) DO UPDATE SET {}").format(
        _names(model, unique), sql.SQL(", ").join(changes)
    )
