"""Payment cards, bank accounts and crypto addresses, by their checks. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import bitcoin
from stdnum.iso7064 import mod_97_10

from traces.masks.patterns import pattern
from traces.masks.ranges import Mask, MaskKind
from traces.masks.scan import (
    Finder,
    begins_alone,
    hits_at_every_token,
    stands_alone,
    token_ends,
)
from traces.masks.texts import Text

_SEPARATORS = re.compile(rb"[ -]")


def bare(number: bytes) -> str:
    return _SEPARATORS.sub(b"", number).decode("latin-1").upper()


# 13 to 19 digits in a row or in groups. 1 is UATP's, of 15 digits: of 13 and 16 that
# begin with 1 are the clocks that count milliseconds and microseconds.
_CARD = (
    rb"\b(?:[2-6]\d{12,18}|1\d{14}|[2-6]\d{9,14}[ -]\d{3,5}"
    rb"|[2-6]\d{3}(?:\d{3,4})?[ -]\d{3,6}(?:[ -]?\d{3,6}){1,3}"
    rb"|1\d{3}[ -]\d{3,6}(?:[ -]?\d{3,6}){1,2})\b"
)
_CARDS = pattern(_CARD)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_card(number: str) -> bool:
    """Luhn (ISO/IEC 7812-1, annex B) over digits that begin as cards do.

    Of those that begin with 2, Mastercard has 2221 to 2720 of 16 digits.
    """
    if not 13 <= len(number) <= 19 or (number[0] == "1" and len(number) != 15):
        return False
    if number[0] == "2" and not (len(number) == 16 and "2221" <= number[:4] <= "2720"):
        return False
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(_DOUBLED[d] for d in digits[1::2])) % 10 == 0


def find_cards(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_CARDS, text.view):
        start, limit = hit.span()
        if not begins_alone(text.view, start):
            continue
        for end in token_ends(text.view, start, limit):
            number = bare(text.view[start:end])
            if is_card(number) and stands_alone(text.view, start, end):
                yield text.mask(start, end, MaskKind.CARD)
                break


_IBAN = rb"(?i)\b[a-z]{2}\d\d(?:[ -]?[a-z0-9]){11,30}"
_IBANS = pattern(_IBAN)

# Countries by the length of their IBAN: SWIFT's registry (ISO 13616), release 99.
_COUNTRIES = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_IBAN_LENGTHS = {
    country: length
    for length, countries in _COUNTRIES.items()
    for country in countries.split()
}


# As many letters and digits as a country's have, wherever they are grouped.
_OF_LENGTH = {
    length: re.compile(rb"[0-9A-Za-z](?:[ -]?[0-9A-Za-z]){%d}\b" % (length - 1))
    for length in _COUNTRIES
}


def is_iban(number: str) -> bool:
    """ISO 13616: the country's length, and ISO 7064 mod 97-10 over the moved number."""
    if len(number) != _IBAN_LENGTHS.get(number[:2]):
        return False
    return mod_97_10.is_valid(number[4:] + number[:4])


def find_ibans(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_IBANS, text.view):
        start, _ = hit.span()
        length = _IBAN_LENGTHS.get(text.view[start : start + 2].decode().upper())
        number = _OF_LENGTH[length].match(text.view, start) if length else None
        if number and is_iban(bare(number.group())):
            yield text.mask(*number.span(), MaskKind.IBAN)


_WALLET = (
    rb"\b(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}"
    rb"|bc1[ac-hj-np-z02-9]{22,71}|BC1[AC-HJ-NP-Z02-9]{22,71})\b"
)
_WALLETS = pattern(_WALLET)


def find_wallets(text: Text) -> Iterator[Mask]:
    """Find Bitcoin and Ethereum addresses; the oldest form by its checksum."""
    for hit in hits_at_every_token(_WALLETS, text.view):
        start, end = hit.span()
        address = text.view[start:end].decode()
        if address[0] not in "13" or bitcoin.is_valid(address):
            yield text.mask(start, end, MaskKind.CRYPTO)


FINDERS = (
    Finder(_CARD, find_cards),
    Finder(_IBAN, find_ibans),
    Finder(_WALLET, find_wallets),
)
