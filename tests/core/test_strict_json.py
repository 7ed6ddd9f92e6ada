"""Hostile bytes become a problem with a code, and nothing else ever."""

import json
import math

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reviewapp.core.problems import Invalid, Problem
from reviewapp.core.strict_json import (
    MAX_DEPTH,
    MAX_INTEGER,
    MalformedJson,
    TooDeep,
    read_json,
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
)
names = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(names, inner)
)


@given(values)
def test_what_json_can_carry_arrives_unchanged(value):
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
@example(b'"' + b'\\"' * 50_000)
@example(b"[" * 500_000)
@example(b'{"a":' * 200_000)
@example(b"1" * 100_000)
@example(b"")
@example(b"\xef\xbb\xbf{}")
def test_no_bytes_do_worse_than_a_problem(body):
    refused = refusal_of(body)
    if refused is not None:
        assert refused.code in {"malformed_json", "too_deep", "invalid"}
        assert orjson.dumps(refused.as_json())


def refusal_of(body: bytes) -> Problem | None:
    try:
        read_json(body)
    except Problem as problem:
        return problem
    return None


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'a': 1}",
        b"NaN",
        b'{"a": Infinity}',
        b"-Infinity",
        b'{"a": 1, "a": 2}',
        b'[{"a": {"b": 1, "b": 1}}]',
        b'"\xff"',
        '{"a": 1}'.encode("utf-16"),
        b"1" * 5000,
        b"01",
        b"[1,]",
        b'"\n"',
    ],
)
def test_malformed(body):
    with pytest.raises(MalformedJson):
        read_json(body)


def test_depth_is_counted_in_containers():
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(TooDeep):
        read_json(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
    mixed = b'{"a":[' * 17 + b"]}" * 17
    with pytest.raises(TooDeep):
        read_json(mixed)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (rb'{"a": {"b": ["x\u0000"]}}', "a.b.0"),
        (rb'{"a": "\ud800"}', "a"),
        (rb'{"a\u0000": 1}', "body"),
        (rb'{"a": {"\udfff": 1}}', "a"),
        (b'{"a": 9007199254740992}', "a"),
        (b'{"a": -9007199254740992}', "a"),
        (b'{"a": 36893488147419103233}', "a"),
        (b'{"a": 1e999}', "a"),
        (rb'"\u0000"', "body"),
    ],
)
def test_what_cannot_be_kept_exactly_is_named_by_its_path(body, path):
    with pytest.raises(Invalid) as refused:
        read_json(body)
    assert list(refused.value.errors) == [path]


def test_a_pair_of_surrogates_is_a_character():
    assert read_json(rb'"\ud83d\ude00"') == "😀"


def test_the_largest_integers_pass():
    assert read_json(str(MAX_INTEGER).encode()) == MAX_INTEGER
    assert math.isclose(read_json(b"1e300"), 1e300)


def test_a_flood_of_errors_is_cut():
    body = json.dumps([f"{number}\x00" for number in range(1000)]).encode()
    with pytest.raises(Invalid) as refused:
        read_json(body)
    assert len(refused.value.errors) == 20
