"""What of feedback may stand in clear: codes and numbers, never words."""

import math

import pytest

from traces.judging import code_of, is_code, score_of


@pytest.mark.parametrize("text", ["good", "answer_relevance", "v1.2", "a/b:c", "5"])
def test_codes(text):
    assert is_code(text)
    assert code_of(f" {text.upper()} ") == text


@pytest.mark.parametrize(
    "text",
    ["Good", "so so", "mara@example.com", "ä", "a" * 61, "_x", "", "good\n", "a b"],
)
def test_no_codes(text):
    assert not is_code(text)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Answer Relevance", "answer_relevance"),
        ("", ""),
        ("  ", ""),
        ("mara@example.com", "other"),
        ("The answer was wrong because Mara never ordered it, so it " * 2, "other"),
    ],
)
def test_what_might_be_words_is_other(told, kept):
    assert code_of(told) == kept


@pytest.mark.parametrize(
    ("score", "kept"), [(None, None), (0.5, 0.5), (math.nan, None), (-math.inf, None)]
)
def test_a_score_is_a_number(score, kept):
    assert score_of(score) == kept
