"""Edited arguments against the tool's own JSON Schema."""

from __future__ import annotations

import jsonschema_rs

from queues.submissions import Json

_SHOWN = 5


def check_arguments(schema: Json | None, arguments: Json) -> list[str]:
    """Return what is wrong, in words with the place; empty when all is well.

    References to other documents are not fetched: a schema is an agent's text.
    """
    if schema is None:
        return []
    validator = jsonschema_rs.validator_for(schema, retriever=_refuse)
    errors = list(validator.iter_errors(arguments))[:_SHOWN]
    return [_in_words(error) for error in errors]


def _refuse(uri: str) -> Json:
    raise ValueError(f"A schema may not refer to {uri}.")


def _in_words(error: jsonschema_rs.ValidationError) -> str:
    place = "/".join(str(step) for step in error.instance_path)
    return f"{place or 'arguments'}: {error.message}"
