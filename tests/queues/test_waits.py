"""Percentiles of waits in which those that go on count too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.waits import Wait, quantiles


def answered(*seconds):
    return [Wait(one, True) for one in seconds]


def still_waiting(*seconds):
    return [Wait(one, False) for one in seconds]


def test_where_all_were_answered_it_is_the_share_answered_by_then():
    assert quantiles(answered(*range(1, 11)), [0.5, 0.9, 1.0]) == [5, 9, 10]


def test_what_still_waits_makes_the_figures_worse():
    quick = answered(1, 2, 3, 4)
    assert quantiles(quick, [0.5]) == [2]
    assert quantiles([*quick, *still_waiting(10, 10, 10, 10)], [0.5]) == [4]


def test_what_nobody_has_seen_is_not_made_up():
    waits = [*answered(1, 1), *still_waiting(*[60] * 6)]
    assert quantiles(waits, [0.25, 0.5]) == [1, None]


def test_the_last_one_that_is_answered_does_not_speak_for_those_that_wait():
    waits = [*answered(60, 70, 80, 90, 1_000), *still_waiting(600, 600, 600, 600)]
    assert quantiles(waits, [0.4, 0.9]) == [90, None]
    # Where all were answered, all is known.
    assert quantiles(answered(60, 70, 80, 90, 1_000), [0.9]) == [1_000]


def test_a_published_example():
    """Remission under 6-MP, in weeks: Freireich et al. (1963); the median is 23."""
    relapsed = answered(6, 6, 6, 7, 10, 13, 16, 22, 23)
    censored = still_waiting(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    assert quantiles([*relapsed, *censored], [0.5]) == [23]


def test_what_was_seen_late_tells_nothing_of_shorter_waits():
    """Six have waited for ages; of those that came in sight half were answered soon."""
    seen = [*answered(1, 2, 3), *still_waiting(*[5] * 3), *still_waiting(4, 4, 4)]
    old = [Wait(1_000, False, 990.0)] * 6
    assert quantiles([*seen, *old], [0.3]) == quantiles(seen, [0.3]) == [3]


def test_a_wait_seen_late_counts_from_then_on():
    waits = [*answered(*[10] * 5), *still_waiting(*[40] * 5)]
    waits += [Wait(20, True, 15.0)] * 5
    # At 10 five of ten; at 20 five of ten again, of whom five came in sight late.
    assert quantiles(waits, [0.5, 0.75, 0.8]) == [10, 20, None]


def test_of_nothing_there_is_nothing_to_say():
    assert quantiles([], [0.5, 0.9]) == [None, None]


@given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), min_size=1))
def test_longer_waits_never_make_it_look_better(drawn):
    waits = [Wait(*one) for one in drawn]
    half, most = (
        float("inf") if found is None else found
        for found in quantiles(waits, [0.5, 0.9])
    )
    assert half <= most
    (later,) = quantiles([*waits, Wait(1_000, False)], [0.5])
    # Where half was not known, one more in sight may make it so.
    assert later is None or half == float("inf") or later >= half


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_an_answer_counts_before_whoever_gives_up_at_the_same_moment(share):
    waits = [*answered(*[5] * 3), *still_waiting(*[5] * 3)]
    assert quantiles(waits, [share]) == [5 if share == 0.5 else None]
