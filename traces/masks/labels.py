"""Numbers that only the word before them tells: `passport no. 512345678`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from traces.masks.patterns import pattern
from traces.masks.ranges import Mask, MaskKind
from traces.masks.scan import Finder, count_digits, hits_at_every_token, stands_alone
from traces.masks.texts import SEPARATOR, Text

# Words by what they say of a number behind them. `.` stands for a space, `_`, `-` or
# nothing, so that `sort.code` is also a key of JSON. Other languages' are in UTF-8.
_WORDS = {
    MaskKind.ID: """
        ssn ssns social.security social.insurance sin itin taxpayer tax.id tax.file tin
        tfn acn bsn burgerservicenummer nhs nino national.insurance national.id
        identity.card identity.number id.card aadhaar uidai pesel medicare mbi nric
        personnummer hetu dni nif curp cpf nin nimc steuer.id umid rrn frn kvnr voter
        voter.id steueridentifikationsnummer ausweis personalausweis versichertennummer
        krankenversicherungsnummer passport passports passport.id pasaporte passaporto
        reisepass reisepassnummer travel.document carta.identità codice.fiscale driver
        drivers driving license licence license.id licence.id dls patente
        führerschein führerscheinnummer
    """,
    MaskKind.BANK: """
        account accounts acct bank iban routing aba debit sort.code bsb konto
        kontonummer
    """,
    MaskKind.PHONE: """
        phone phones telephone cellphone mobile call.me call.us call.back tel fax
        whatsapp sms telefon telefono téléphone
    """,
}
# Nearer to the number, these say that it is something else.
_OTHER_WORDS = """
    id ids uuid order orders booking bookings reservation reservations ticket tickets
    case cases invoice invoices tracking flight flights confirmation reference ref
    request requests item items product products sku zip zipcode postal version amount
    total price cost balance date time timestamp run trace span build commit issue
"""

# How far behind its word a number may stand, in bytes: about five words.
_REACH = 60


def _any_of(words: str) -> bytes:
    """`_` parts words too: `user_phone`, `passport_number`."""
    longest_first = sorted(words.split(), key=len, reverse=True)
    spelled = "|".join(word.replace(".", "[ _-]?") for word in longest_first)
    return rb"(?:\b|_)(?:" + spelled.encode() + rb")(?:\b|_)"


_TELLING = b"|".join(b"(%s)" % _any_of(words) for words in _WORDS.values())
_KINDS = tuple(_WORDS)
# Five digits, or a code of capitals and digits as on passports.
_NUMBER_LIKE = rb"[0-9](?:[ ./-]?[0-9]){4}|\b[A-Z]{0,3}[0-9][0-9A-Z]{6,16}\b"
_LABELLED = rb"(?i:%s)[^\xff]{0,%d}?(?:%s)" % (_TELLING, _REACH, _NUMBER_LIKE)
_LABELLED_NUMBERS = pattern(_LABELLED)
_ANY_WORD = pattern(b"(?i)" + _any_of(" ".join([*_WORDS.values(), _OTHER_WORDS])))

_NUMBER = re.compile(
    rb"(?<![0-9A-Za-z_])\+?\(?[A-Za-z]{0,5}"
    rb"[0-9](?:(?:[./()-]| (?=[(0-9]{2}))?[0-9]){4,16}"
    rb"[A-Za-z]{0,2}(?![0-9A-Za-z_])"
    rb"|\b[A-Z]{0,3}[0-9][0-9A-Z]{6,16}\b"
)
_DATE = re.compile(
    rb"(?:19|20)\d\d[-./]\d\d?[-./]\d\d?|\d\d?[-./]\d\d?[-./](?:19|20)\d\d"
)
# The fewest and most digits of a number of this kind.
_LENGTHS = {MaskKind.ID: (6, 17), MaskKind.BANK: (8, 17), MaskKind.PHONE: (7, 15)}


def find_labelled(text: Text) -> Iterator[Mask]:
    for hit in hits_at_every_token(_LABELLED_NUMBERS, text.view):
        group = hit.lastindex or 0
        kind = _KINDS[group - 1]
        for start, end in _numbers_behind(text.view, hit.span(group)[1]):
            alone = stands_alone(text.view, start, end)
            if alone and _may_be(kind, text.view[start:end]):
                yield text.mask(start, end, kind)


def _numbers_behind(view: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Yield the numbers between a word and the next one that says what follows it."""
    following = view[at : at + _REACH + 40].partition(SEPARATOR)[0]
    other = _ANY_WORD.search(following)
    reach = min(_REACH, other.span()[0] if other else _REACH)
    for number in _NUMBER.finditer(following):
        if number.start() <= reach:
            yield at + number.start(), at + number.end()


def _may_be(kind: MaskKind, number: bytes) -> bool:
    fewest, most = _LENGTHS[kind]
    return fewest <= count_digits(number) <= most and not _DATE.match(number)


FINDERS = (Finder(_LABELLED, find_labelled),)
