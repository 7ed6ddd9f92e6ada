from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reviewapp.core.look import spans

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.25, "250 ms"),
        (59.9, "59 s"),
        (60, "1 min"),
        (200, "3 min 20 s"),
        (3_600, "1 h"),
        (3_605, "1 h"),
        (90_000, "1 d 1 h"),
        (-61, "\N{MINUS SIGN}1 min 1 s"),
    ],
)
def test_a_span_is_said_in_its_largest_units(seconds, words):
    assert spans.words_for(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-200, "3 min ago"), (7_300, "in 2 h"), (4, "just now"), (-4.9, "just now")],
)
def test_a_moment_is_said_by_its_distance(seconds, words):
    moment = NOW + timedelta(seconds=seconds)
    assert spans.relative_words(moment, now=NOW) == words


@pytest.mark.parametrize(
    ("left", "given", "step"),
    [
        (3_000, 4_000, "plenty"),
        (999, 4_000, "soon"),  # under a quarter
        (1_000, 4_000, "plenty"),
        (119, 130, "soon"),  # under two minutes, however short the time was
        (0, 4_000, "late"),
        (-1, 4_000, "late"),
    ],
)
def test_a_deadline_presses_by_the_share_that_is_left(left, given, step):
    until = NOW + timedelta(seconds=left)
    start = until - timedelta(seconds=given)
    assert spans.step_of(until, start=start, now=NOW) == step


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (7_030, "1 h 57 min left"),
        (3_599, "59 min left"),
        (95, "1 min 35 s left"),
        (-130, "2 min late"),
    ],
)
def test_a_deadline_says_how_much_is_left_as_finely_as_it_counts(left, words):
    assert spans.left_words(NOW + timedelta(seconds=left), now=NOW) == words
