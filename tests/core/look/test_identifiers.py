"""Which values of a call are looked for in its evidence."""

from __future__ import annotations

import pytest
from django.template import engines

from reviewapp.core.look.identifiers import MOST, identifiers_in, pattern_of


def drawn(text, marks):
    source = "{% marking text %}"
    return engines["django"].from_string(source).render({"text": text, "marks": marks})


@pytest.mark.parametrize(
    "text", ["HAT041", "mia_kim_4397", "2024-05-20", "XEWRDB", "a@b2.example", "R-77"]
)
def test_ids_numbers_and_codes_are_identifiers(text):
    assert identifiers_in({"deep": [{"x": text}]}) == {text}


@pytest.mark.parametrize("text", ["economy", "round_trip", "EWR", "no", "", "A 12 B"])
def test_plain_words_are_none(text):
    assert not identifiers_in([text, 1234, True, None])


def test_no_more_are_looked_for_than_can_be():
    assert len(identifiers_in([f"R-{n:03}" for n in range(500)])) == MOST


def test_an_identifier_is_marked_as_a_whole_word_only():
    marks = pattern_of(["R-77", "HAT041"])
    assert drawn("R-77, R-771 <b>", marks) == "<mark>R-77</mark>, R-771 &lt;b&gt;"


def test_hidden_characters_beside_a_mark_are_named():
    assert "U+202E" in drawn("R-77 \u202e", pattern_of(["R-77"]))


def test_nothing_is_marked_where_nothing_is_named():
    assert pattern_of({"cabin": "economy"}) is None
    assert drawn("economy", None) == "economy"
