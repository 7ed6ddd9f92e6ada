"""Arguments and results in plain words, and masks that are still in a text."""

import orjson
import pytest

from traces.explaining import cut, masks_in, places_of_masks, plainly

INVOICES = [
    {"date": "2026-08-31", "amount": "14.90"},
    {"date": "2026-11-03", "amount": "143.04"},
]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"order_id": 7, "paid": true}', "order id 7, paid yes"),
        ('{"a": null, "b": false, "c": 1, "d": 0}', "a none, b no, c 1, d 0"),
        ('{"items": [1, 2], "one": [1]}', "items (1; 2), one (1)"),
        ('{"items": [], "to": {}}', "items none, to none"),
        ('{"to": {"city": "Oslo", "zip": "0150"}}', "to (city Oslo, zip 0150)"),
        ("[1, 2, 3]", "1; 2; 3"),
        ("[]", "no entries"),
        ('"shipped"', "shipped"),
        ("no  JSON\nat all", "no JSON at all"),
        ('{"card": [CARD-1]}', '{"card": [CARD-1]}'),
        ("", ""),
    ],
)
def test_json_is_told_as_names_and_values(text, words):
    assert plainly(text) == words


def test_each_entry_of_a_list_is_told_for_any_may_be_the_one_that_matters():
    assert plainly(orjson.dumps(INVOICES).decode()) == (
        "date 2026-08-31, amount 14.90; date 2026-11-03, amount 143.04"
    )


def test_of_a_long_list_both_ends_are_told_and_the_middle_is_counted():
    rows = [
        {"day": f"2026-{n:03}", "text": "SUB-8841 Team, monthly"} for n in range(60)
    ]
    words = plainly(orjson.dumps(rows).decode())
    assert words.startswith("day 2026-000, ")
    assert words.endswith("day 2026-059, text SUB-8841 Team, monthly")
    assert "52 left out" in words


def test_what_is_deep_or_long_ends():
    deep = orjson.dumps({"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}).decode()
    assert plainly(deep) == "a (b (c (d (e …))))"
    assert plainly("x" * 1_000) == "x" * 900 + "…"
    wide = orjson.dumps({f"name_{n}": "y" * 40 for n in range(60)}).decode()
    assert plainly(wide).endswith("more fields")


@pytest.mark.parametrize("most", range(7, 14))
def test_no_cut_leaves_half_a_mask(most):
    text = "Write [EMAIL-1] soon, or [later]"
    assert cut(text, most) == "Write…"
    assert cut(text, 15) == "Write [EMAIL-1]…"
    assert cut(text, len(text)) == text


def test_masks_are_told_with_their_lines():
    text = "Dear [EMAIL-1],\nyour card [CARD-2]\nand [EMAIL-1]."
    assert masks_in(text) == ["[EMAIL-1]", "[CARD-2]"]
    assert places_of_masks(text) == (
        "[EMAIL-1] in line 1, [CARD-2] in line 2, [EMAIL-1] in line 3"
    )


def test_many_masks_are_counted():
    told = places_of_masks("[IP-1] " * 9)
    assert told.endswith("[IP-1] in line 1 and 3 more")


@pytest.mark.parametrize(
    "text", ["", "[T-4711]", "[EMAIL]", "[1]", "[email-1]", "EMAIL-1"]
)
def test_other_brackets_are_no_masks(text):
    assert places_of_masks(text) == ""
