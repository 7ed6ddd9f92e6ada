"""The log as a file: one line an event, with all its columns and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson

from reviewapp.core.models import Event

# Epoch, transaction and id are in it so that seals can be recomputed from a file.
_COLUMNS = (
    "epoch",
    "xact",
    "id",
    "at",
    "verb",
    "subject_type",
    "subject_id",
    "actor_kind",
    "actor_name",
    "person_id",
    "system_id",
    "key_id",
    "credential",
    "session",
    "on_behalf_of",
    "facts",
)
# A spreadsheet takes text that begins so for a formula, whoever wrote it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Lines = Callable[[AsyncIterator[Event]], AsyncIterator[bytes]]


async def as_json_lines(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    async for event in events:
        yield orjson.dumps(_row(event), option=orjson.OPT_APPEND_NEWLINE)


async def as_csv(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    yield _csv_line(list(_COLUMNS))
    async for event in events:
        yield _csv_line([_cell(value) for value in _row(event).values()])


# By file name extension: content type and writer.
FORMATS: dict[str, tuple[str, Lines]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "jsonl": ("application/jsonl", as_json_lines),
}


# Any: what columns hold.
def _row(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in _COLUMNS}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_line(cells: list[str]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().encode()
