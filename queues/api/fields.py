"""The fields that bodies are made of, each with its bound.

Free text is taken exactly as sent: what a person reads is shown with hostile signs made
visible, not mended on the way in, because a digest of it was taken.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reviewapp.core.digests import canonical_json
from systems.models.systems import check_printable

LONGEST_TEXT = 20_000
LONGEST_NAME = 200
VALUE_LIMIT = 16 * 1024
# A year: any longer clock is a mistake, and times must stay within what can be stored.
LONGEST_CLOCK_S = 366 * 24 * 3600
# Agents' clocks run ahead of ours by this much at most.
CLOCK_SKEW = timedelta(minutes=5)
_FIRST_TIME = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())
MOST_STORED = 2**31 - 1  # an integer column
_MOST = 2**53 - 1  # what JSON carries exactly; see reviewapp/core/strict_json.py


def check_without_blanks(name: str) -> None:
    if any(sign.isspace() for sign in name):
        raise ValidationError("Blanks cannot be part of this name.")


def check_clock(moment: datetime) -> None:
    """An observation of tomorrow is a clock gone wrong, and would never be stale."""
    if moment > timezone.now() + CLOCK_SKEW:
        raise ValidationError("This time lies in the future; check the agent's clock.")
    if moment < _FIRST_TIME:
        raise ValidationError("This time lies before the year 2000.")


class Text(serializers.CharField):
    """Free text, taken as it is. An optional one may be sent empty."""

    def __init__(self, max_length: int = LONGEST_TEXT, **kwargs: Any) -> None:
        kwargs.setdefault("allow_blank", "default" in kwargs)
        super().__init__(max_length=max_length, trim_whitespace=False, **kwargs)


class Label(Text):
    """A name people compare by eye: no control, direction or zero-width signs."""

    def __init__(self, max_length: int = LONGEST_NAME, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators.append(check_printable)


class Name(Label):
    """A label without blanks: tools and runs are named by programs."""

    def __init__(self, max_length: int = LONGEST_NAME, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.validators.append(check_without_blanks)


class Hex(Text):
    """An id of so many lower-case hexadecimal digits, as in W3C Trace Context."""

    def __init__(self, digits: int, **kwargs: Any) -> None:
        super().__init__(max_length=digits, **kwargs)
        self.validators.append(
            RegexValidator(
                rf"\A[0-9a-f]{{{digits}}}\Z",
                f"Must be {digits} lower-case hexadecimal digits.",
            )
        )


class HttpUrl(serializers.URLField):
    """An address that is called back; which hosts may be, the system says."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_blank", "default" in kwargs)
        super().__init__(max_length=2000, trim_whitespace=False, **kwargs)
        self.validators.append(RegexValidator(r"\Ahttps?://", "Must be http or https."))


class Count(serializers.IntegerField):
    """A number of things, from none to what JSON carries exactly."""

    def __init__(self, max_value: int = _MOST, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=max_value, **kwargs)


class Seconds(serializers.IntegerField):
    """A length of time for a clock to run."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LONGEST_CLOCK_S, **kwargs)


class Duration(serializers.FloatField):
    """A length of time, in seconds and parts of them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=LONGEST_CLOCK_S, **kwargs)


class Amount(serializers.DecimalField):
    """Money or the like as plain decimal text; never negative."""

    _PLAIN = re.compile(r"[0-9]{1,18}(\.[0-9]{1,4})?")

    def __init__(self, max_digits: int = 18, **kwargs: Any) -> None:
        super().__init__(
            max_digits=max_digits, decimal_places=4, normalize_output=True, **kwargs
        )

    def to_internal_value(self, data: Any) -> Decimal:
        """Python's own Decimal also reads "1e9", "1_0", "NaN" and other scripts."""
        if not self._PLAIN.fullmatch(data):
            self.fail("invalid")
        return super().to_internal_value(data)


class Currency(Text):
    """An ISO 4217 code, by its shape."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=3, **kwargs)
        self.validators.append(
            RegexValidator(r"\A[A-Z]{3}\Z", "Must be three capital letters, as EUR.")
        )


class Choice(serializers.ChoiceField):
    """One of a list. The refusal names the list, not what was sent."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        known = ", ".join(str(choice) for choice in self.choices)
        self.error_messages["invalid_choice"] = f"Must be one of {known}."


class Moment(serializers.DateTimeField):
    """A point in time, RFC 3339. Without a zone it would be another to every reader."""

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("invalid", format="RFC 3339 with its zone")
        return super().enforce_timezone(value)


class Observed(Moment):
    """When something was seen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(check_clock)


@extend_schema_field(OpenApiTypes.ANY)
class Json(serializers.JSONField):
    """Any JSON value of at most `limit` bytes in its canonical form."""

    def __init__(self, limit: int | None = VALUE_LIMIT, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    # Any: JSON has no narrower Python type.
    def to_internal_value(self, data: Any) -> Any:
        if self.limit is not None and len(canonical_json(data)) > self.limit:
            raise serializers.ValidationError(
                f"Takes at most {self.limit} bytes of canonical JSON."
            )
        return data


@extend_schema_field(OpenApiTypes.OBJECT)
class JsonObject(Json):
    """A JSON object of at most `limit` bytes in its canonical form."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Must be an object.")
        return super().to_internal_value(data)


def list_of(
    item: type[serializers.Serializer[Any]], most: int
) -> serializers.ListSerializer[Any]:
    """A list of so many objects at most; left out, it is empty."""
    # The stubs know neither what many=True makes of a serializer nor what it takes.
    made: Any = item(many=True, max_length=most, default=list)  # type: ignore[call-arg]
    return cast(serializers.ListSerializer[Any], made)
