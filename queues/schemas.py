"""Arguments, as asked or as edited: their size, and the tool's own JSON Schema."""

from __future__ import annotations

from itertools import islice

import jsonschema_rs

from queues.submissions import Json
from reviewapp.core.digests import canonical_json
from systems.models import System
from systems.schemas import compile_schema

# Bytes of canonical JSON, for systems without a limit of their own.
ARGUMENTS_LIMIT = 256 * 1024
_SHOWN = 5


def check_size(system: System, arguments: Json) -> list[str]:
    """Return what to say of arguments beyond the system's limit, else nothing."""
    limit = system.arguments_limit_bytes or ARGUMENTS_LIMIT
    if len(canonical_json(arguments)) <= limit:
        return []
    return [f"Takes at most {limit} bytes of canonical JSON."]


def check_arguments(schema: Json | None, arguments: Json) -> list[str]:
    """Return what is wrong, in words with the place; empty when all is well."""
    if schema is None:
        return []
    errors = islice(compile_schema(schema).iter_errors(arguments), _SHOWN)
    return [_in_words(error) for error in errors]


def _in_words(error: jsonschema_rs.ValidationError) -> str:
    place = "/".join(str(step) for step in error.instance_path)
    return f"{place or 'arguments'}: {error.message}"
