"""Phone numbers, by their countries' plans where grouping does not tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from traces.masks.patterns import pattern
from traces.masks.ranges import Mask, MaskKind
from traces.masks.scan import (
    Finder,
    count_digits,
    hits_at_every_token,
    stands_alone,
    token_ends,
)
from traces.masks.texts import Text

_REST = rb"(?:(?:[ ./-]|\)[ -]?|[ -]?\()?\d){6,14}\b"

# `+`, or its form in an URL.
_INTERNATIONAL = rb"(?:\+|%2[Bb])[./-]?\(?[1-9]" + _REST
_INTERNATIONALS = pattern(_INTERNATIONAL)
_ESCAPED_PLUS = re.compile(rb"%2[Bb]")


def find_international(text: Text) -> Iterator[Mask]:
    """Find the longest number that is given, else one whose length is right.

    Examples are made up: nobody has +1 555 123 4567, and it is masked.
    """
    for hit in hits_at_every_token(_INTERNATIONALS, text.view):
        start, limit = hit.span()
        end = _international_end(text.view, start, limit)
        if end and stands_alone(text.view, start, end):
            yield text.mask(start, end, MaskKind.PHONE)


def _international_end(view: bytes, start: int, limit: int) -> int | None:
    ends = token_ends(view, start, limit)
    for is_one in (phonenumbers.is_valid_number, _is_long_enough):
        for end in ends:
            number = _parse(_ESCAPED_PLUS.sub(b"+", view[start:end]))
            if number and is_one(number):
                return end
    return None


def _is_long_enough(number: phonenumbers.PhoneNumber) -> bool:
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == phonenumbers.ValidationResult.IS_POSSIBLE


def _parse(number: bytes, region: str | None = None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number.decode(), region)
    except phonenumbers.NumberParseException:
        return None


# As dialled: 00 and a country, or a trunk 0 and an area that stands apart.
_DIALLED = (
    rb"\b00 ?[1-9]" + _REST + rb"|(?:\b0\d{1,5}|\(0\d{1,5}\))"
    rb"(?:(?:[ .]| ?[/-] ?)\d{3,}(?:[ /.-]\d{2,}){0,4}|(?:[ /.-]\d\d){3,4})\b"
)
_DIALS = pattern(_DIALLED)
_TRUNK_REGIONS = "DE GB FR IT NL AT CH BE IN AU IL SE FI IE ZA NZ JP KR TR BR RO UA"
_DATE = re.compile(rb"\(?\d\d?[-./ ]\d\d?[-./ ](?:19|20)\d\d\b")
_FEWEST_DIGITS = 9
# Then the 0 is in the middle of a longer number.
_DIGIT_BEFORE = re.compile(rb"\d $")


def find_dialled(text: Text) -> Iterator[Mask]:
    """Find numbers that the plan of some region knows: much else begins with 0."""
    view = text.view
    for hit in hits_at_every_token(_DIALS, view):
        start, limit = hit.span()
        if _DIGIT_BEFORE.match(view[max(0, start - 2) : start]):
            continue
        for end in token_ends(view, start, limit):
            if stands_alone(view, start, end) and _is_given(view[start:end]):
                yield text.mask(start, end, MaskKind.PHONE)
                break


def _is_given(number: bytes) -> bool:
    if _DATE.match(number) or count_digits(number) < _FEWEST_DIGITS:
        return False
    return any(
        (parsed := _parse(number, region)) and phonenumbers.is_valid_number(parsed)
        for region in _TRUNK_REGIONS.split()
    )


# North America's grouping tells, whatever the digits; apart by spaces or dots they must
# be such as are given. Brazil's area, the two halves of an Indian mobile.
_GROUPED = (
    rb"(?:\b1[ .-])?\(\d{3}\)[ .-]?\d{3}[ .-]\d{4}\b"
    rb"|\b(?:1-)?\d{3}-\d{3}-\d{4}\b"
    rb"|\b(?:1[ .])?[2-9]\d\d[ .][2-9]\d\d[ .]\d{4}\b"
    rb"|\(\d\d\) ?9?\d{4}-\d{4}\b"
    rb"|\b[6-9]\d{4}[ -]\d{5}\b"
)
_GROUPS = pattern(_GROUPED)


def find_grouped(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_GROUPS, text.view):
        start, end = hit.span()
        if stands_alone(text.view, start, end):
            yield text.mask(start, end, MaskKind.PHONE)


FINDERS = (
    Finder(_INTERNATIONAL, find_international),
    Finder(_DIALLED, find_dialled),
    Finder(_GROUPED, find_grouped),
)
