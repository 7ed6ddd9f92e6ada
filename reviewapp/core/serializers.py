"""Serializers that take exactly what the contract says, and name what they refuse.

DRF's own fields are generous: they ignore unknown fields, turn 1 into "1" and "yes"
into true. An agent that sends the wrong thing should hear of it, not be guessed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import Field, empty

# Any: a field's four types are its own business.
AnyField: TypeAlias = Field[Any, Any, Any, Any]

# Which JSON type each of DRF's fields takes; the first class that fits counts.
_JSON_TYPES: tuple[tuple[type[AnyField], tuple[type, ...], str], ...] = (
    (serializers.BooleanField, (bool,), "true or false"),
    (serializers.IntegerField, (int,), "an integer"),
    (serializers.FloatField, (int, float), "a number"),
    # Text, because a binary float cannot hold 0.10.
    (serializers.DecimalField, (str,), "a decimal number as text"),
    (serializers.ListField, (list,), "a list"),
    (serializers.ListSerializer, (list,), "a list"),
    (serializers.DictField, (dict,), "an object"),
    (serializers.BaseSerializer, (dict,), "an object"),
    (serializers.JSONField, (bool, int, float, str, list, dict), "JSON"),
    (serializers.Field, (str,), "text"),
)
_NAME_SHOWN = 100


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses unknown fields and wrong types; every text field has a length limit."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, text in _texts(vars(cls)["_declared_fields"]):
            if text.max_length is None:
                raise TypeError(f"{cls.__name__}.{name} has no max_length.")

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            errors = _unknown(data, self.fields) | self._mistyped(data)
            if errors:
                raise ValidationError(errors)
        return super().to_internal_value(data)

    def _mistyped(self, data: Mapping[str, Any]) -> dict[str, Any]:
        found = {
            name: mistype(field, data.get(name, empty))
            for name, field in self.fields.items()
        }
        return {name: errors for name, errors in found.items() if errors}


class QuerySerializer(serializers.Serializer[Any]):
    """Query parameters: text by nature, so DRF converts them; unknown ones refused."""

    def to_internal_value(self, data: Any) -> Any:
        if errors := _unknown(data, self.fields):
            raise ValidationError(errors)
        return super().to_internal_value(data)


def mistype(field: AnyField, value: Any) -> Any:
    """Return the errors of a value of the wrong JSON type, in DRF's shape, or None."""
    if value is empty or value is None:
        return None  # absence and null are the field's own business
    types, wanted = _json_type(field)
    # A bool is an int to Python, but not to JSON.
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        return [f"Must be {wanted}."]
    child = getattr(field, "child", None)
    if child is None or isinstance(child, serializers.BaseSerializer):
        return None  # a nested serializer checks itself
    found = {str(name): mistype(child, item) for name, item in _items(value)}
    return {name: errors for name, errors in found.items() if errors} or None


def _json_type(field: AnyField) -> tuple[tuple[type, ...], str]:
    return next(
        (types, wanted)
        for kind, types, wanted in _JSON_TYPES
        if isinstance(field, kind)
    )


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _unknown(data: Mapping[str, Any], fields: Mapping[str, AnyField]) -> dict[str, Any]:
    taken = {name for name, field in fields.items() if not field.read_only}
    return {
        name[:_NAME_SHOWN]: ["There is no such field."] for name in data.keys() - taken
    }


def _texts(
    fields: Mapping[str, AnyField],
) -> Iterator[tuple[str, serializers.CharField]]:
    """Yield the text fields of a class, those inside lists and objects too."""
    for name, field in fields.items():
        inner = getattr(field, "child", field)
        if isinstance(inner, serializers.CharField):
            yield name, inner
