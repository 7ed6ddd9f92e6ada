"""Phone numbers, by their plans where their grouping does not tell. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import phonenumbers

from traces.masks.ranges import Mask, MaskKind
from traces.masks.scan import (
    Finder,
    hits_at_every_token,
    pattern,
    stands_alone,
    token_ends,
)
from traces.masks.texts import Text

# `+`, its form in an URL, or 00.
_INTERNATIONAL = (
    rb"(?:\+|%2[Bb]|\b00)[ (]{0,2}[1-9](?:(?:[ ./-]|\)[ -]?|[ -]?\()?\d){6,14}\b"
)
_INTERNATIONALS = pattern(_INTERNATIONAL)
_PREFIX = re.compile(rb"\+|%2[Bb]|00")


def find_international(text: Text) -> Iterator[Mask]:
    """Find the longest number that is given, else one whose length is right.

    Examples are made up: nobody has +1 555 123 4567, and it is masked. Behind 00, which
    begins other numbers too, only one that is given counts.
    """
    for hit in hits_at_every_token(_INTERNATIONALS, text.view):
        start, limit = hit.span()
        checks = [phonenumbers.is_valid_number, phonenumbers.is_possible_number]
        if text.view.startswith(b"00", start):
            checks.pop()
        end = _end(text.view, start, limit, checks)
        if end and stands_alone(text.view, start, end):
            yield text.mask(start, end, MaskKind.PHONE)


def _end(
    view: bytes,
    start: int,
    limit: int,
    checks: Sequence[Callable[[phonenumbers.PhoneNumber], bool]],
) -> int | None:
    numbers = [
        (parsed, end)
        for end in token_ends(view, start, limit)
        if (parsed := _parse(view[start:end]))
    ]
    for is_one in checks:
        for number, end in numbers:
            if is_one(number):
                return end
    return None


def _parse(number: bytes, region: str | None = None) -> phonenumbers.PhoneNumber | None:
    spelled = _PREFIX.sub(b"+", number, count=1) if region is None else number
    try:
        return phonenumbers.parse(spelled.decode("latin-1"), region)
    except phonenumbers.NumberParseException:
        return None


# A trunk 0 and an area that stands apart: a region's plan must know the number.
_NATIONAL = (
    rb"(?:\b0\d{1,5}|\(0\d{1,5}\))"
    rb"(?:(?:[ .]| ?[/-] ?)\d{3,}(?:[ /.-]\d{2,}){0,4}|(?:[ /.-]\d\d){3,4})\b"
)
_NATIONALS = pattern(_NATIONAL)
_TRUNK_REGIONS = "DE GB FR IT NL AT CH BE IN AU IL SE FI IE ZA NZ JP KR TR BR RO UA"
_DATE = re.compile(rb"\(?\d\d?[-./ ]\d\d?[-./ ](?:19|20)\d\d\b")
_FEWEST_DIGITS = 9
# Then the 0 is in the middle of a longer number.
_DIGIT_BEFORE = re.compile(rb"\d $")


def find_national(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_NATIONALS, text.view):
        start, limit = hit.span()
        if _DATE.match(text.view, start) or _DIGIT_BEFORE.match(
            text.view[max(0, start - 2) : start]
        ):
            continue
        for end in token_ends(text.view, start, limit):
            if _is_national(text.view[start:end]) and stands_alone(
                text.view, start, end
            ):
                yield text.mask(start, end, MaskKind.PHONE)
                break


def _is_national(number: bytes) -> bool:
    digits = sum(48 <= sign <= 57 for sign in number)
    return digits >= _FEWEST_DIGITS and any(
        (parsed := _parse(number, region)) and phonenumbers.is_valid_number(parsed)
        for region in _TRUNK_REGIONS.split()
    )


# North America's grouping tells, whatever the digits; apart by spaces or dots they must
# be such as are given. Brazil's area, the two halves of an Indian mobile.
_BY_SHAPE = (
    rb"(?:\b1[ .-])?\(\d{3}\)[ .-]?\d{3}[ .-]\d{4}\b"
    rb"|\b(?:1-)?\d{3}-\d{3}-\d{4}\b"
    rb"|\b(?:1[ .])?[2-9]\d\d[ .][2-9]\d\d[ .]\d{4}\b"
    rb"|\(\d\d\) ?9?\d{4}-\d{4}\b"
    rb"|\b[6-9]\d{4}[ -]\d{5}\b"
)
_SHAPES = pattern(_BY_SHAPE)


def find_by_shape(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_SHAPES, text.view):
        start, end = hit.span()
        if stands_alone(text.view, start, end):
            yield text.mask(start, end, MaskKind.PHONE)


FINDERS = (
    Finder(_INTERNATIONAL, find_international),
    Finder(_NATIONAL, find_national),
    Finder(_BY_SHAPE, find_by_shape),
)
