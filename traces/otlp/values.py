"""AnyValue, the one type for everything that can be said, as Python knows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue


def attributes_of(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """Return attributes by key; of a key given twice the last one counts."""
    # Most values are text that is not empty: the quick way round `value_of`.
    return {pair.key: pair.value.string_value or value_of(pair.value) for pair in pairs}


# Any: text, number, bool, bytes, lists and maps of such.
def value_of(value: AnyValue) -> Any:
    """Return a value; None if there is none.

    An index into a dictionary of strings belongs to profiles: here it says nothing.
    """
    which = value.WhichOneof("value")
    if which == "array_value":
        return [value_of(one) for one in value.array_value.values]
    if which == "kvlist_value":
        return attributes_of(value.kvlist_value.values)
    if which is None or which == "string_value_strindex":
        return None
    return getattr(value, which)
