"""What is told of a long value before it is opened."""

from __future__ import annotations

from hypothesis import given

from reviewapp.core.look.glances import glance_of
from tests.core.look.test_values import JSON


def told(value):
    glance = glance_of(value)
    return [(part.name, part.text) for part in glance.parts], glance.more


def test_an_object_is_told_by_its_first_short_fields():
    value = {"id": "R-1", "flights": [1, 2], "note": "x" * 70, "cabin": "economy"}
    assert told(value) == ([("id", "R-1"), ("cabin", "economy")], "2 more fields")


def test_a_list_of_objects_is_told_by_what_each_is():
    found = [{"flight": "HAT1", "seats": 3}, {"flight": "HAT2", "seats": 0}]
    assert told(found) == ([("flight", "HAT1"), ("flight", "HAT2")], "2 items")


def test_nothing_is_left_to_say_of_what_fits():
    assert told({"id": "R-1"}) == ([("id", "R-1")], "")
    assert told(["A", "B"]) == ([("", "A"), ("", "B")], "2 items")


def test_a_text_is_cut_between_words():
    [(_, text)], more = told("several words " * 30)
    assert text.endswith("words …") or text.endswith("several …")
    assert len(text) <= 110
    assert more == ""


@given(JSON)
def test_a_glance_is_short(value):
    glance = glance_of(value)
    assert sum(len(part.name) + len(part.text) for part in glance.parts) <= 110
