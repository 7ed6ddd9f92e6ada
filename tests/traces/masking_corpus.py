"""Lines with values that pass their checks, among figures that are nobody's."""

import string
from datetime import date

import phonenumbers
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from stdnum import luhn
from stdnum.au import abn
from stdnum.fi import hetu
from stdnum.gb import nhs
from stdnum.in_ import aadhaar
from stdnum.iso7064 import mod_11_10, mod_97_10
from stdnum.it import codicefiscale
from stdnum.pl import pesel
from stdnum.se import personnummer
from stdnum.tr import tckimlik
from stdnum.za import idnr as za_idnr

from traces.masks.identities import is_medicare, is_nif

_SIGNS = {"9": string.digits, "A": string.ascii_uppercase}


def written(form):
    """Strategy of what has this form: 9 a digit, A a letter, other signs themselves."""
    return st.tuples(*(st.sampled_from(_SIGNS.get(sign, sign)) for sign in form)).map(
        "".join
    )


def checked(form, is_one, endings=string.digits, beginning=""):
    """Strategy of those whose last sign makes their check pass, where one does."""

    def complete(number):
        whole = (beginning + number + last for last in endings)
        return next(filter(is_one, whole), "")

    return written(form).map(complete).filter(bool)


def _luhn(number):
    return luhn.is_valid(number.replace(" ", "").replace("-", ""))


def _iban(country, account, spaced):
    bare = country + mod_97_10.calc_check_digits(account + country) + account
    groups = [bare[at : at + 4] for at in range(0, len(bare), 4)]
    return (" " if spaced else "").join(groups)


def _german_tax_id(digits):
    """Of its first ten digits one occurs twice."""
    number = "".join([*digits, digits[0]])
    return number + mod_11_10.calc_check_digit(number)


def _phone(region, kind, layout):
    number = phonenumbers.example_number_for_type(region, kind)
    return phonenumbers.format_number(number, layout)


def _told(words, *forms):
    """Strategy of numbers behind a word that tells what they are."""
    numbers = st.one_of(*map(written, forms))
    return st.tuples(st.sampled_from(words), numbers).map(" ".join)


BIRTHDAYS = st.dates(date(1950, 1, 1), date(1999, 12, 31))


def _dated(form, is_one, endings=string.digits, order="%y%m%d"):
    """Strategy of numbers that begin with a date of birth."""
    return BIRTHDAYS.flatmap(
        lambda day: checked(form, is_one, endings, beginning=day.strftime(order))
    )


LETTERS = string.ascii_uppercase
ADDRESSES = (
    st.tuples(
        st.from_regex(r"[A-Za-z0-9_%+-]{1,12}(\.[A-Za-z0-9]{1,6})?", fullmatch=True),
        st.sampled_from(["example.com", "mail.example.co.uk", "a-b.org", "köln.de"]),
    ).map("@".join),
    st.ip_addresses().map(str),
    st.binary(min_size=6, max_size=6).map(lambda mac: mac.hex(":")),
    st.builds(
        _phone,
        st.sampled_from(["US", "GB", "DE", "FR", "IL", "IN", "CA", "BR", "IT", "AU"]),
        st.sampled_from([PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE]),
        st.sampled_from(
            [
                PhoneNumberFormat.E164,
                PhoneNumberFormat.INTERNATIONAL,
                PhoneNumberFormat.NATIONAL,
            ]
        ),
    ),
)
ACCOUNTS = (
    checked("4999 9999 9999 999", _luhn),
    checked("5299-9999-9999-999", _luhn),
    checked("601199999999999", _luhn),
    checked("34999999999999", _luhn),
    checked("3799 999999 9999", _luhn),
    st.builds(_iban, st.just("DE"), written("9" * 18), st.booleans()),
    st.builds(_iban, st.just("NO"), written("9" * 11), st.booleans()),
    st.builds(_iban, st.just("GB"), written("AAAA" + "9" * 14), st.booleans()),
    st.just("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    st.just("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
)
IDENTITIES = (
    written("899-99-9999"),
    written("899.99.9999"),
    written("99-79-9999").map("9{}".format),
    checked("199-999-99", _luhn),
    checked("999 999 999", nhs.is_valid),
    written("AB 99 99 99 C"),
    written("CE999999D"),
    checked("99999999", is_nif, LETTERS),
    checked("X9999999", is_nif, LETTERS),
    checked("RSSMRA85T10A999", codicefiscale.is_valid, LETTERS),
    _dated("9999", pesel.is_valid),
    st.permutations("123456789").map(_german_tax_id),
    written("199999999").map(lambda n: n + tckimlik.calc_check_digits(n)),
    written("999999999").map(lambda n: abn.format(abn.calc_check_digits(n) + n)),
    checked("2999 9999", is_medicare).map(lambda number: f"{number} 1"),
    _dated("-999", hetu.is_valid, "0123456789ABCDEFHJKLMNPRSTUVWXY", "%d%m%y"),
    _dated("-999", personnummer.is_valid),
    written("AAAPA9999A"),
    checked("2999 9999 999", lambda n: aadhaar.is_valid(n.replace(" ", ""))),
    _dated("-199999", bool),
    written("S9999999A"),
    _dated("999908", za_idnr.is_valid),
    written("9999-9999999-9"),
    st.just("MORGA657054SM9IJ"),
    st.just("15070649C103"),
    st.just("1EG4-TE5-MK73"),
)
TOLD_BY_A_WORD = (
    _told(["account", "bank account number", '"account":', "debit acct"], "9" * 12),
    _told(["routing number", "aba"], "999999999"),
    _told(["phone", "telephone no.", "mobile number is"], "2125559999", "4155559999"),
    _told(["ssn", "my SSN is"], "856999999"),
    _told(["ITIN"], "912809999"),
    _told(["passport", "passport no."], "999999999", "A99999999"),
    _told(["passport", '"passport_number":'], "AA9999999"),
    _told(["passport", "pasaporte"], "AAA999999"),
    _told(["passport"], "A1199991"),
    _told(["driver license", "driving license no"], "A9999999", "99999999"),
    _told(["patente", "patente di guida"], "AA9999999A"),
    _told(["voter", "voter id"], "AAA9999999"),
)
VALUES = (*ADDRESSES, *ACCOUNTS, *IDENTITIES, *TOLD_BY_A_WORD)

NOBODYS = st.sampled_from(
    [
        "order SO-12345",
        "2026-11-20T10:45:30Z",
        "on 20.11.2026 at 09:15",
        "$1,234.50",
        "flight HAT169",
        "mia_li_3668",
        "123e4567-e89b-12d3-a456-426614174000",
        "version 1.2.3",
        "the quick brown fox",
        "Grüße, 木村。",
        '{"a": [1, 2.5, null]}',
    ]
)

LINES = st.lists(st.one_of(NOBODYS, *VALUES), min_size=1, max_size=4).map(", ".join)
