"""Erlang's formulas against published figures, each other and a simulation."""

import random
from dataclasses import replace
from heapq import heappop, heappush

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.staffing import (
    Load,
    arrivals_between,
    backlog_expected,
    drain_s,
    erlang_a,
    late_among,
    reviewers_needed,
)
from tests.queues.erlang_c import answered_within, erlang_c

# 30 an hour, five minutes each, nothing runs out.
HOURLY = Load(arrivals=30 / 3600, review_s=300, patience_s=1e12)
# One a minute, two minutes each, run out after a quarter of an hour.
IMPATIENT = Load(arrivals=1 / 60, review_s=120, patience_s=900)


@pytest.mark.parametrize(
    ("reviewers", "waiting", "wait_min"),
    [(3, 0.7022, 7.02), (4, 0.3199, 1.066), (5, 0.1304, 0.261), (6, 0.0474, 0.068)],
)
def test_without_patience_it_is_erlang_c(reviewers, waiting, wait_min):
    found = erlang_c(HOURLY, reviewers)
    assert found.waiting == pytest.approx(waiting, abs=5e-5)
    assert found.wait_s / 60 == pytest.approx(wait_min, abs=5e-3)


@pytest.mark.parametrize(
    ("reviewers", "waiting", "wait_min"), [(1, 0.5, 0.75), (2, 0.1, 0.05)]
)
def test_short_reviews(reviewers, waiting, wait_min):
    found = erlang_c(Load(40 / 3600, 45, 1e12), reviewers)
    assert found.waiting == pytest.approx(waiting)
    assert found.wait_s / 60 == pytest.approx(wait_min)


@pytest.mark.parametrize(
    ("reviewers", "waiting", "expiring", "wait_min"),
    [
        (2, 0.7767, 0.1489, 2.233),
        (3, 0.4032, 0.0371, 0.556),
        (4, 0.1661, 0.0095, 0.142),
    ],
)
def test_with_patience_it_is_erlang_a(reviewers, waiting, expiring, wait_min):
    found = erlang_a(IMPATIENT, reviewers)
    assert found.waiting == pytest.approx(waiting, abs=5e-5)
    assert found.expiring == pytest.approx(expiring, abs=5e-5)
    assert found.wait_s / 60 == pytest.approx(wait_min, abs=1e-3)


def test_where_more_comes_than_goes_nothing_stands_still():
    assert erlang_c(IMPATIENT, 2) is None
    assert answered_within(IMPATIENT, 2, 60) == 0


def test_who_waits_long_enough_is_taken_up():
    # P(W <= t) = 1 - P_w exp(-(c mu - lambda) t)
    assert answered_within(HOURLY, 3, 0) == pytest.approx(1 - 0.7022, abs=5e-5)
    assert answered_within(HOURLY, 3, 3600) == pytest.approx(0.9983, abs=1e-4)


@given(st.floats(0.001, 5), st.floats(1, 600), st.floats(60, 7200), st.integers(1, 60))
def test_the_forecast_is_a_forecast(arrivals, review_s, patience_s, reviewers):
    load = Load(arrivals, review_s, patience_s)
    found = erlang_a(load, reviewers)
    assert 0 <= found.waiting <= 1
    assert 0 <= found.expiring <= 1
    # What arrives is answered or runs out: nobody answers faster than they can.
    assert (1 - found.expiring) * load.offered <= reviewers * (1 + 1e-9)
    assert erlang_a(load, reviewers + 1).expiring <= found.expiring + 1e-12


@pytest.mark.parametrize("reviewers", [3, 5])
def test_endless_patience_is_erlang_c(reviewers):
    patient = erlang_a(replace(HOURLY, patience_s=1e9), reviewers)
    assert patient.waiting == pytest.approx(erlang_c(HOURLY, reviewers).waiting, 1e-4)


def test_a_simulated_queue_comes_to_the_same():
    found = erlang_a(IMPATIENT, 2)
    expired, arrived = simulate(IMPATIENT, reviewers=2, requests=60_000)
    assert expired / arrived == pytest.approx(found.expiring, abs=0.01)


def simulate(load, *, reviewers, requests):
    """Count what runs out when requests are taken first come, first served."""
    dice = random.Random(7)
    free, now, expired = [0.0] * reviewers, 0.0, 0
    for _ in range(requests):
        now += dice.expovariate(load.arrivals)
        taken_up = max(now, heappop(free))
        if taken_up - now > dice.expovariate(1 / load.patience_s):
            expired += 1
            heappush(free, taken_up)
        else:
            heappush(free, taken_up + dice.expovariate(1 / load.review_s))
    return expired, requests


def test_as_few_reviewers_as_do_it():
    needed = reviewers_needed(IMPATIENT, 0.05)
    assert needed.reviewers == 3
    assert needed.expiring <= 0.05 < erlang_a(IMPATIENT, 2).expiring


def test_where_nothing_comes_one_is_enough():
    assert reviewers_needed(Load(0, 60, 3600), 0.05).reviewers == 1


def test_more_than_anybody_staffs_is_said():
    assert reviewers_needed(Load(100, 600, 60), 0.01) is None


def test_little_says_how_many_there_are():
    assert backlog_expected(arrivals=1 / 60, stay_s=300) == 5


def test_the_most_pressing_are_taken_first():
    assert late_among([100, 60, 200], reviewers=1, review_s=60) == 1
    assert late_among([120, 60, 200], reviewers=1, review_s=60) == 0
    assert late_among([60, 60, 60], reviewers=2, review_s=60) == 1
    assert late_among([60, 6_000], reviewers=0, review_s=60) == 2
    assert late_among([], reviewers=0, review_s=60) == 0


def test_few_arrivals_tell_little_of_their_rate():
    low, high = arrivals_between(9, 3600)
    assert low * 3600 == pytest.approx(4.08, abs=0.01)
    assert high * 3600 == pytest.approx(15.84, abs=0.01)
    assert arrivals_between(0, 3600)[0] == 0


def test_a_backlog_drains_by_what_is_left_over():
    # Three answer 1.5 a minute, one a minute comes: 30 take an hour.
    assert drain_s(IMPATIENT, 3, 30) == pytest.approx(3600)
    assert drain_s(IMPATIENT, 2, 30) is None
