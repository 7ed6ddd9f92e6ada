"""Numbers that states give to people, by their forms and checks. Pure.

Here stand those that can be told from other numbers: by a form of their own, or by
checks that a number rarely passes by accident. Others (a row of nine digits may be a
passport or an order) are found beside a word that names them: `traces/masks/labels.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum import luhn
from stdnum.au import abn
from stdnum.be import nn
from stdnum.br import cpf
from stdnum.ch import ssn as ahv
from stdnum.cn import ric
from stdnum.de import idnr
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.za import idnr as za_idnr

from traces.masks.patterns import pattern
from traces.masks.ranges import Mask, MaskKind
from traces.masks.scan import Finder, hits_at_every_token, stands_alone
from traces.masks.texts import Text


@dataclass(frozen=True, slots=True)
class Form:
    """How a number is written, in RE2 without groups, and what tells that it is one."""

    pattern: bytes
    is_one: Callable[[str], bool]


def _always(_: str) -> bool:
    return True


def _any_of(*checks: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda number: any(check(number) for check in checks)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def is_ssn(number: str) -> bool:
    """SSA, since 2011: neither area 000 or 666, nor a group or serial of zeros.

    Areas from 900 are taxpayers' numbers (ITIN), whose serials begin at zero.
    """
    digits = _digits(number)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if area >= "900":
        return group != "00"
    return area not in {"000", "666"} and group != "00" and serial != "0000"


_NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def is_nif(number: str) -> bool:
    """Spanish DNI or NIE: a letter for the number modulo 23; X, Y, Z are 0, 1, 2."""
    bare = number.upper().replace("-", "")
    digits = bare[:-1].translate(str.maketrans("XYZ", "012"))
    return digits.isdecimal() and bare[-1] == _NIF_LETTERS[int(digits) % 23]


def is_nino(number: str) -> bool:
    """HMRC's National Insurance Manual, NIM39110: prefixes never given."""
    prefix = number[:2].upper()
    never = {"BG", "GB", "NK", "KN", "NT", "TN", "ZZ"}
    return not set(prefix) & set("DFIQUV") and prefix[1] != "O" and prefix not in never


def is_medicare(number: str) -> bool:
    """Australian Medicare card: weights 1, 3, 7, 9 over eight digits, modulo 10."""
    digits = [int(digit) for digit in _digits(number)]
    weighted = sum(d * w for d, w in zip(digits, (1, 3, 7, 9) * 2, strict=False))
    return weighted % 10 == digits[8]


# CMS: no letter that looks like a digit.
_MBI_SIGN = rb"[ac-hj-np-rt-y\d]"
_MBI = rb"[1-9][a-y]S\d-[a-y]S\d-[a-y]{2}\d\d".replace(b"S", _MBI_SIGN)
_OMOCODIA = rb"[\dlmnp-v]"

# No number has two of these forms: those that share one share its line.
FORMS = (
    # United States: SSN and ITIN, Medicare beneficiary.
    Form(rb"\d{3}-\d\d-\d{4}|\d{3} \d\d \d{4}|\d{3}\.\d\d\.\d{4}", is_ssn),
    Form(_MBI, _always),
    # Canada: social insurance. With spaces it is written as any large number is.
    Form(rb"[1-79]\d\d-\d{3}-\d{3}", lambda sin: luhn.is_valid(_digits(sin))),
    # United Kingdom: NHS (with hyphens it is found as a phone), NINO, driving licence.
    Form(rb"\d{3} \d{3} \d{4}", nhs.is_valid),
    Form(rb"[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d]", is_nino),
    Form(rb"[a-z][a-z9]{4}\d[0156]\d[0-3]\d\d[a-z9]{2}[a-z\d][a-z]{2}", _always),
    # Spain: DNI, NIE. Singapore: NRIC, FIN.
    Form(rb"(?:[xyz]?\d{7}|\d{8})-?[a-z]", is_nif),
    Form(rb"[stfgm]\d{7}[a-z]", _always),
    # Italy: codice fiscale, letters for digits where two people would share one.
    Form(
        rb"[a-z]{6}DD[a-z]DD[a-z]DDD[a-z]".replace(b"D", _OMOCODIA),
        codicefiscale.is_valid,
    ),
    # Poland: PESEL. Germany: tax id. Turkey. Australia: ABN.
    Form(
        rb"\d{11}",
        _any_of(pesel.is_valid, idnr.is_valid, tckimlik.is_valid, abn.is_valid),
    ),
    Form(rb"\d\d \d{3} \d{3} \d{3}", _any_of(abn.is_valid, idnr.is_valid)),
    # Germany: social insurance, with the date of birth inside.
    Form(rb"\d\d[0-35-8]\d[01]\d{3}[a-z]\d{3}", _always),
    # Australia: Medicare.
    Form(rb"[2-6]\d{3} \d{5} \d", is_medicare),
    # Finland, Sweden.
    Form(
        rb"\d{6}[-+a-fu-y]\d{3}[0-9a-y]|\d{8}[-+]\d{4}",
        _any_of(hetu.is_valid, personnummer.is_valid),
    ),
    # India: PAN, Aadhaar.
    Form(rb"[a-z]{3}[abcfghjlpt][a-z]\d{4}[a-z]", _always),
    Form(
        rb"[2-9]\d{3}[- :]\d{4}[- :]\d{4}",
        lambda number: aadhaar.is_valid(_digits(number)),
    ),
    # Korea: resident and foreigner, whose check digit ended in 2020. South Africa.
    Form(rb"\d\d[01]\d[0-3]\d-[1-8]\d{6}", _always),
    Form(rb"\d\d[01]\d[0-3]\d{5}[0-2][89]\d", za_idnr.is_valid),
    # Philippines: UMID.
    Form(rb"\d{4}-\d{7}-\d", _always),
    # Brazil, France, Belgium, Switzerland, China.
    Form(rb"\d{3}\.\d{3}\.\d{3}-\d\d", cpf.is_valid),
    Form(rb"[12] ?\d\d ?\d\d ?\d[\dab] ?\d{3} ?\d{3} ?\d\d", nir.is_valid),
    Form(rb"\d\d\.\d\d\.\d\d-\d{3}\.\d\d", nn.is_valid),
    Form(rb"756\.\d{4}\.\d{4}\.\d\d", ahv.is_valid),
    Form(rb"[1-9]\d{5}(?:19|20)\d\d[01]\d[0-3]\d{4}[\dx]", ric.is_valid),
)

_FORM = rb"(?i)\b(?:" + b"|".join(b"(%s)" % form.pattern for form in FORMS) + rb")\b"
_FORMS = pattern(_FORM)


def find_identities(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_FORMS, text.view):
        start, end = hit.span()
        if stands_alone(text.view, start, end):
            form = FORMS[(hit.lastindex or 0) - 1]
            if form.is_one(text.view[start:end].decode()):
                yield text.mask(start, end, MaskKind.ID)


FINDERS = (Finder(_FORM, find_identities),)
