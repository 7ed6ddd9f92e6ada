"""Arguments, as asked or as edited, against the tool's own JSON Schema."""

from __future__ import annotations

from itertools import islice

import jsonschema_rs

from queues.submissions import Json
from systems.schemas import compile_schema

_SHOWN = 5


def check_arguments(schema: Json | None, arguments: Json) -> list[str]:
    """Return what is wrong, in words with the place; empty when all is well."""
    if schema is None:
        return []
    errors = islice(compile_schema(schema).iter_errors(arguments), _SHOWN)
    return [_in_words(error) for error in errors]


def _in_words(error: jsonschema_rs.ValidationError) -> str:
    place = "/".join(str(step) for step in error.instance_path)
    return f"{place or 'arguments'}: {error.message}"
