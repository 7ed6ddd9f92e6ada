"""What stands in OTLP/JSON, put into messages. Raises Odd for what does not belong."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, cast

from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from traces.otlp.checks import MOST_DEPTH

# Any: JSON as it came, and generated messages.
Object = dict[str, Any]
Put = Callable[[Any, Any], None]


class Odd(ValueError):
    """Something is not what its place asks for; the text quotes nothing."""


def put_all(message: Any, source: Any, puts: Mapping[str, Put]) -> None:
    """Fill a message from an object. Unknown names are ignored, null is as absent."""
    for name, value in object_of(source).items():
        put = puts.get(name)
        if put is not None and value is not None:
            put(message, value)


def text(field: str) -> Put:
    def put(message: Any, value: Any) -> None:
        if not isinstance(value, str):
            raise Odd(f"{field} is not text")
        put_text(message, field, value)

    return put


def put_text(message: Any, field: str, value: str) -> None:
    """Set text; half characters, as of one cut at some length, become U+FFFD."""
    try:
        setattr(message, field, value)
    except UnicodeEncodeError:
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        setattr(message, field, whole)


def identifier(field: str) -> Put:
    """Ids are hexadecimal in any case, not base64 as in protobuf's own JSON."""

    def put(message: Any, value: Any) -> None:
        setattr(message, field, id_of(value, field))

    return put


def id_of(value: Any, field: str) -> bytes:
    if isinstance(value, str):
        try:
            return bytes.fromhex(value)
        except ValueError:
            pass  # told below, as for what is no text at all
    raise Odd(f"{field} is not hexadecimal")


def whole(field: str, bits: int) -> Put:
    """An unsigned number, as text or as a number."""

    def put(message: Any, value: Any) -> None:
        setattr(message, field, whole_of(value, field, 0, 2**bits))

    return put


def whole_of(value: Any, field: str, low: int, high: int) -> int:
    """Return an integer of low ≤ n < high. 1e3 is one, true is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Odd(f"{field} is not a whole number")
    try:
        number = int(value)
    except (ValueError, OverflowError) as problem:
        raise Odd(f"{field} is not a whole number") from problem
    if isinstance(value, float) and number != value:
        raise Odd(f"{field} is not a whole number")
    if not low <= number < high:
        raise Odd(f"{field} is out of range")
    return number


def enum(field: str) -> Put:
    """Enums are numbers; their names are not allowed in OTLP. Unknown ones are kept."""

    def put(message: Any, value: Any) -> None:
        if isinstance(value, str):
            raise Odd(f"{field} is a name where OTLP wants the number")
        setattr(message, field, whole_of(value, field, -(2**31), 2**31))

    return put


def one(field: str, puts: Mapping[str, Put]) -> Put:
    def put(message: Any, value: Any) -> None:
        inner = getattr(message, field)
        inner.SetInParent()
        put_all(inner, value, puts)

    return put


def many(field: str, puts: Mapping[str, Put]) -> Put:
    def put(message: Any, value: Any) -> None:
        into = getattr(message, field)
        for item in list_of(value):
            put_all(into.add(), item, puts)

    return put


def attributes(field: str) -> Put:
    def put(message: Any, value: Any) -> None:
        put_pairs(getattr(message, field), value, MOST_DEPTH)

    return put


def any_value(field: str) -> Put:
    def put(message: Any, value: Any) -> None:
        put_value(getattr(message, field), value, MOST_DEPTH)

    return put


def put_pairs(into: Any, pairs: Any, levels: int) -> None:
    for pair in list_of(pairs):
        message, pair = into.add(), object_of(pair)
        key = pair.get("key", "")
        if not isinstance(key, str):
            raise Odd("an attribute's key is not text")
        put_text(message, "key", key)
        if (value := pair.get("value")) is not None:
            put_value(message.value, value, levels)


def put_value(into: AnyValue, value: Any, levels: int) -> None:
    """Set an AnyValue by the first field that is known; without one it stays unset."""
    if levels == 0:
        raise Odd(f"a value is over {MOST_DEPTH} deep")
    for name, inner in object_of(value).items():
        put = _VALUES.get(name)
        if put is not None and inner is not None:
            put(into, inner, levels)
            return


def _put_string(into: AnyValue, value: Any, levels: int) -> None:
    if not isinstance(value, str):
        raise Odd("a stringValue is not text")
    put_text(into, "string_value", value)


def _put_bool(into: AnyValue, value: Any, levels: int) -> None:
    if not isinstance(value, bool):
        raise Odd("a boolValue is neither true nor false")
    into.bool_value = value


def _put_int(into: AnyValue, value: Any, levels: int) -> None:
    into.int_value = whole_of(value, "an intValue", -(2**63), 2**63)


def _put_double(into: AnyValue, value: Any, levels: int) -> None:
    """NaN and the infinities have no number in JSON and come as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Odd("a doubleValue is not a number")
    try:
        into.double_value = float(value)
    except (ValueError, OverflowError) as problem:
        raise Odd("a doubleValue is not a number") from problem


def _put_bytes(into: AnyValue, value: Any, levels: int) -> None:
    try:
        into.bytes_value = base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as problem:
        raise Odd("a bytesValue is not base64") from problem


def _put_array(into: AnyValue, value: Any, levels: int) -> None:
    into.array_value.SetInParent()
    for inner in list_of(object_of(value).get("values") or []):
        put_value(into.array_value.values.add(), inner, levels - 1)


def _put_map(into: AnyValue, value: Any, levels: int) -> None:
    into.kvlist_value.SetInParent()
    pairs = object_of(value).get("values") or []
    put_pairs(into.kvlist_value.values, pairs, levels - 1)


_VALUES: Mapping[str, Callable[[AnyValue, Any, int], None]] = {
    "stringValue": _put_string,
    "boolValue": _put_bool,
    "intValue": _put_int,
    "doubleValue": _put_double,
    "arrayValue": _put_array,
    "kvlistValue": _put_map,
    "bytesValue": _put_bytes,
}


def object_of(value: Any) -> Object:
    if not isinstance(value, dict):
        raise Odd("something is no object where one belongs")
    return cast(Object, value)


def list_of(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Odd("something is no list where one belongs")
    return value
