"""JSON Schemas of tools: is one sound, and which one is it?

Pure and offline: a schema comes from an agent, so it may neither make Reviewapp fetch
an address (`$ref`) nor keep it busy (a pattern that backtracks).
"""

from __future__ import annotations

import hashlib
from typing import Any

import jsonschema_rs
import rfc8785

from reviewapp.core.digests import canonical_json

SCHEMA_LIMIT_BYTES = 64 * 1024
# Patterns may look ahead, as generated schemas do, but give up instead of hanging.
_PATTERNS = jsonschema_rs.FancyRegexOptions(backtrack_limit=10_000)


def compile_schema(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """Return a validator for a schema. Any: JSON has no narrower Python type.

    Its messages show "value" in place of what was checked, so they hold no words.
    Raises ValueError for a schema that is unsound or refers outside itself.
    """
    return jsonschema_rs.validator_for(
        schema,
        mask="value",
        offline=True,
        pattern_options=_PATTERNS,
    )


def schema_fault(schema: object) -> str | None:
    """Say what is wrong with a schema in one sentence; None if it is sound."""
    if not isinstance(schema, dict):
        return "A schema is a JSON object."
    try:
        if len(canonical_json(schema)) > SCHEMA_LIMIT_BYTES:
            return f"A schema takes at most {SCHEMA_LIMIT_BYTES // 1024} KiB."
        compile_schema(schema)
    except RecursionError:
        return "This schema is nested too deeply."
    except (jsonschema_rs.ValidationError, rfc8785.CanonicalizationError) as problem:
        return f"This is no usable JSON Schema: {_first_line(problem)}"
    return None


def schema_fingerprint(schema: dict[str, Any] | None) -> str:
    """Return SHA-256 (hex) over the canonical JSON of a schema; "" for none."""
    if schema is None:
        return ""
    return hashlib.sha256(canonical_json(schema)).hexdigest()


def _first_line(problem: Exception) -> str:
    return str(problem).partition("\n")[0]
