"""Canonical JSON, and what it refuses to carry."""

import hashlib
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from reviewapp_client import NotJson, arguments_digest
from reviewapp_client.digests import canonical, derived_intent, idempotency_key


class Colour(StrEnum):
    RED = "red"


def test_the_digest_is_of_the_canonical_form() -> None:
    text = '{"arguments":{"a":1,"b":"€"},"tool":"t"}'
    expected = hashlib.sha256(text.encode()).hexdigest()
    assert arguments_digest("t", {"b": "€", "a": 1.0}) == expected


# From RFC 8785 §3.2.2 and Appendix B.
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-7, "1e-7"),
        (4.50, "4.5"),
        (2e-3, "0.002"),
        (-0.0, "0"),
        (9007199254740991, "9007199254740991"),
        ({"\u20ac": 1, "\r": 2, "1": 3}, '{"\\r":2,"1":3,"€":1}'),
        ((1, None, True), "[1,null,true]"),
        (Colour.RED, '"red"'),
    ],
)
def test_canonical_forms(value: Any, text: str) -> None:
    assert canonical(value).decode() == text


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (2**53, r"arguments\.x is an integer beyond"),
        (10**400, r"arguments\.x is an integer beyond"),
        (1e16, r"arguments\.x is 1e\+16, beyond"),
        (float("nan"), r"arguments\.x is nan"),
        (float("inf"), r"arguments\.x is inf"),
        ([1, {"y": Decimal(1)}], r"arguments\.x\[1\]\.y is a Decimal"),
        (datetime(2026, 1, 1), "is a datetime; send it as a string"),  # noqa: DTZ001
        (b"bytes", "is a bytes"),
        ({1: 2}, "has the name 1, which is not a string"),
        ("\ud800", "half a surrogate pair"),
        ({"\ud800": 1}, "half a surrogate pair"),
        (LOOP, "contains itself"),
    ],
)
def test_what_json_cannot_carry_is_named_by_its_place(value: Any, why: str) -> None:
    with pytest.raises(NotJson, match=why):
        arguments_digest("t", {"x": value})


def test_an_intent_travels_as_it_is_where_a_header_can_carry_it() -> None:
    assert idempotency_key("refund:A-17") == "refund:A-17"
    assert idempotency_key("refund:A-17", 2) == "refund:A-17#2"


@pytest.mark.parametrize("intent", ["Rückzahlung", "a b", "x" * 129, "a\nb"])
def test_other_intents_travel_as_their_digest(intent: str) -> None:
    key = idempotency_key(intent)
    assert key == idempotency_key(intent)
    assert key.startswith("sha256:")
    assert len(key) == 71


def test_a_derived_intent_is_of_run_tool_and_arguments() -> None:
    one = derived_intent("t", {"a": 1, "b": 2}, "run")
    assert one == derived_intent("t", {"b": 2, "a": 1.0}, "run")
    others = [
        derived_intent("u", {"a": 1, "b": 2}, "run"),
        derived_intent("t", {"a": 1, "b": 3}, "run"),
        derived_intent("t", {"a": 1, "b": 2}, "run2"),
    ]
    assert len({one, *others}) == 4
