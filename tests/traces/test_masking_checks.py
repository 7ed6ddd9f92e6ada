"""The checks of the standards, by numbers that pass and neighbours that do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as registry

from traces.masks.accounts import is_card, is_iban
from traces.masks.identities import is_medicare, is_nif, is_nino, is_ssn

CARDS = ["4111111111111111", "378282246310005", "5500005555555559", "4222222222222"]
IBANS = ["DE89370400440532013000", "GB82WEST12345698765432", "NO9386011117947"]


@pytest.mark.parametrize("number", CARDS)
def test_a_card_with_one_digit_changed_is_none(number):
    assert is_card(number)
    for place, digit in enumerate(number[1:], start=1):
        changed = number[:place] + str((int(digit) + 1) % 10) + number[place + 1 :]
        assert not is_card(changed)


@pytest.mark.parametrize("number", IBANS)
def test_an_iban_with_one_sign_changed_is_none(number):
    assert is_iban(number)
    for place in range(2, len(number)):
        if number[place].isdigit():
            changed = str((int(number[place]) + 1) % 10)
            assert not is_iban(number[:place] + changed + number[place + 1 :])


@given(st.from_regex(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", fullmatch=True))
def test_an_iban_is_nothing_the_registry_refuses_for_its_length(number):
    country = number[:2]
    if registry.is_valid(number):
        assert is_iban(number), country


def test_what_was_never_given_is_none():
    assert is_ssn("856-45-6789")
    assert not any(map(is_ssn, ["000-12-3456", "666-12-3456", "123-00-4567"]))
    assert is_nino("AB123456C")
    assert not any(map(is_nino, ["BG123456C", "DA123456C", "AO123456C"]))


def test_letters_and_digits_of_checks():
    assert is_nif("12345678Z")
    assert not is_nif("12345678A")
    assert is_nif("X1234567L")
    assert not is_nif("Y1234567L")
    assert is_medicare("2123 45670 1")
    assert not is_medicare("2123 45671 1")
