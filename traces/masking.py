"""Masking: personal data and secrets become typed tokens, stable within a text. Pure.

What it finds: e-mail addresses, URLs that carry tokens, bank accounts (IBAN, checked by
ISO 7064 mod 97-10), payment cards (checked by Luhn), keys and passwords by their usual
shapes, IP addresses, phone numbers. What it does not find: names and street addresses,
which need a language model; whoever shows masked text says so.
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

NOT_FOUND = "Names and street addresses are not masked."


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing to hide; `is_one` tells a hit from what only looks like one."""

    name: str
    pattern: re.Pattern[str]
    is_one: Callable[[str], bool]


def mask(text: str) -> str:
    """Return the text with each find as `[KIND-n]`; the same find has the same n."""
    numbers: defaultdict[str, dict[str, int]] = defaultdict(dict)
    parts, end = [], 0
    for start, stop, kind in _finds(text):
        of_kind = numbers[kind]
        number = of_kind.setdefault(text[start:stop], len(of_kind) + 1)
        parts += [text[end:start], f"[{kind}-{number}]"]
        end = stop
    return "".join([*parts, text[end:]])


def _finds(text: str) -> list[tuple[int, int, str]]:
    """Return finds left to right; of two that overlap the earlier kind wins."""
    taken = bytearray(len(text))
    finds = []
    for kind in _KINDS:
        for hit in kind.pattern.finditer(text):
            start, stop = hit.span()
            if not any(taken[start:stop]) and kind.is_one(hit.group()):
                taken[start:stop] = b"\x01" * (stop - start)
                finds.append((start, stop, kind.name))
    return sorted(finds)


def _always(_: str) -> bool:
    return True


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def is_card(text: str) -> bool:
    """Luhn (ISO/IEC 7812-1, annex B) over 13 to 19 digits."""
    digits = [int(sign) for sign in reversed(_digits(text))]
    doubled = (d * 2 - 9 if d > 4 else d * 2 for d in digits[1::2])
    return 13 <= len(digits) <= 19 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def is_iban(text: str) -> bool:
    """ISO 13616: the rearranged number leaves 1 when divided by 97."""
    bare = re.sub(r"\s", "", text).upper()
    if not 15 <= len(bare) <= 34:
        return False
    moved = bare[4:] + bare[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_phone(text: str) -> bool:
    return 7 <= len(_digits(text)) <= 15


# Every pattern is linear: no quantifier stands inside another over the same signs.
_KINDS = (
    Kind(
        "URL",
        re.compile(
            r"(?i)\bhttps?://[^\s<>\"']{1,500}[?&#][^\s<>\"']{0,500}"
            r"|\b[a-z]{2,10}://[^\s/@:]{1,100}:[^\s/@]{1,200}@[^\s<>\"']{1,500}"
        ),
        _always,
    ),
    Kind(
        "SECRET",
        re.compile(
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,8000}(?:-----END|$)"
            r"|\b(?:sk|pk|rk|ghp|gho|xox[abp]|rva|rvp|whsec|AKIA)[-_]?[A-Za-z0-9_\-]{16,200}"
            r"|\beyJ[A-Za-z0-9_\-]{8,2000}\.[A-Za-z0-9_\-]{8,2000}\.[A-Za-z0-9_\-]{0,2000}"
            r"|(?i:\b(?:password|passwd|pwd|secret|token|api[_-]?key)\b\s{0,3}[:=]\s{0,3}\S{1,200})"
        ),
        _always,
    ),
    Kind(
        "EMAIL",
        re.compile(
            r"\b[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9.\-]{1,253}\.[A-Za-z]{2,24}\b"
        ),
        _always,
    ),
    Kind(
        "IBAN",
        re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
        is_iban,
    ),
    Kind("CARD", re.compile(r"\b\d(?:[ \-]?\d){12,18}\b"), is_card),
    Kind(
        "IP",
        re.compile(
            r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])[0-9A-Fa-f:]{3,39}(?![\w:])"
        ),
        is_address,
    ),
    Kind(
        "PHONE",
        re.compile(r"(?<![\w.])(?<!\d )(?:\+|00)\d(?:[ ()/.\-]{0,2}\d){6,14}(?!\w)"),
        _is_phone,
    ),
)
