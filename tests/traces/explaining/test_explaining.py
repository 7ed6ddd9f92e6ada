"""Arguments and results in plain words."""

import pytest

from traces.explaining import plainly


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"order_id": 7, "paid": true}', "order_id 7, paid yes"),
        ('{"a": null, "b": false, "c": 1, "d": 0}', "a none, b no, c 1, d 0"),
        ('{"items": [1, 2], "one": [1]}', "items 2 entries, one 1 entry"),
        ('{"to": {"city": "Oslo", "zip": "0150"}}', "to (city Oslo, zip 0150)"),
        ('{"all": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}}', "all 5 fields"),
        ("[1, 2, 3]", "3 entries"),
        ('"shipped"', "shipped"),
        ("no  JSON\nat all", "no JSON at all"),
        ('{"card": [CARD-1]}', '{"card": [CARD-1]}'),
        ("", ""),
    ],
)
def test_json_is_told_as_names_and_values(text, words):
    assert plainly(text) == words


def test_what_is_long_is_cut():
    assert plainly("x" * 400) == "x" * 300 + "…"
