"""A queue played through: nothing is lost, and the order makes the difference."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from queues.models import Claim
from queues.selectors.arrivals import arrivals_of
from queues.services.claims import claim_request
from queues.services.decisions import decide_request
from queues.simulation import ORDERS, Arrival, invent, play
from queues.staffing import Load, erlang_a
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_queue, ruling

REVIEWERS = 3
OURS = "tardiness cost"
FIFO = "first come, first served"


def one(number, at_s, risk_class="reversible_write", review_s=60, patience_s=600):
    return Arrival(number, at_s, risk_class, review_s, patience_s)


@pytest.mark.parametrize("order", ORDERS)
def test_every_request_is_answered_or_runs_out(order):
    arrivals = invent(500, REVIEWERS, 1.1, seed=4)
    played = play(arrivals, REVIEWERS, order)
    assert played.answered + played.expired.total() == 500
    assert len(played.waits) == played.answered


def test_a_queue_that_nobody_stands_in_makes_nobody_wait():
    arrivals = [one(number, 1_000 * number) for number in range(5)]
    played = play(arrivals, 1, FIFO)
    assert played.waits == [0] * 5
    assert played.weighted_tardiness == 0


def test_what_nobody_takes_up_runs_out_and_is_tardy_to_the_end():
    arrivals = [one(0, 0, review_s=500, patience_s=600), one(1, 1, patience_s=100)]
    played = play(arrivals, 1, FIFO)
    assert played.expired == Counter(reversible_write=1)
    # Due at 101, and the play goes on until 600.
    assert played.weighted_tardiness == 2 * (600 - 101)


def test_a_review_that_ends_too_late_is_in_vain():
    arrivals = [one(0, 0, review_s=60, patience_s=30), one(1, 0, patience_s=600)]
    played = play(arrivals, 1, FIFO)
    assert played.expired.total() == 1
    assert played.waits == [30]


def test_what_waits_behind_something_milder_is_an_inversion():
    arrivals = [
        one(0, 0, review_s=60),
        one(1, 1, review_s=60),
        one(2, 2, "destructive", patience_s=400),
    ]
    played = play(arrivals, 1, FIFO)
    assert (played.inversions, played.inversion_s) == (1, 60)
    assert play(arrivals, 1, OURS).inversions == 0


def test_with_patience_at_random_it_comes_to_what_erlang_says():
    load = Load(arrivals=1 / 60, review_s=120, patience_s=900)
    dice, now, arrivals = random.Random(5), 0.0, []
    for number in range(40_000):
        now += dice.expovariate(load.arrivals)
        review, patience = dice.expovariate(1 / 120), dice.expovariate(1 / 900)
        arrivals.append(one(number, now, review_s=review, patience_s=patience))
    played = play(arrivals, 2, FIFO, late_counts=False)
    expiring = played.expired.total() / len(arrivals)
    assert expiring == pytest.approx(erlang_a(load, 2).expiring, abs=0.01)
    waited = sum(played.waits) / len(played.waits)
    assert waited < erlang_a(load, 2).wait_s * 1.3


def test_a_recorded_day_is_played_as_it_came(reviewer, db):
    queue = make_queue(reviewer, mean_review_s=45)
    actor = actor_of_person(reviewer)
    for tool in ("refund", "set_label"):
        ask = claim_request(make_ask(tool=tool).pk, person=reviewer, actor=actor)
        decide_request(ask.pk, ruling(ask), person=reviewer, actor=actor)
    Claim.objects.filter(ask__tool="refund").update(
        made_at=F("ended_at") - timedelta(seconds=90)
    )
    make_ask(synthetic=True)
    refund, label = arrivals_of(queue, timezone.now() - timedelta(days=1))
    assert (refund.risk_class, refund.review_s) == ("money", 90)
    assert refund.head_start_s == 45 * 60
    assert (refund.at_s, label.number) == (0, 1)


def test_the_command_tells_each_order_in_a_row(capsys):
    call_command("simulate_queue", arrivals=300, reviewers=2, seed=3)
    told = capsys.readouterr().out
    assert [order for order in ORDERS if order in told] == list(ORDERS)
    assert "300 requests" in told


def test_a_queue_that_is_none_is_named(db):
    with pytest.raises(CommandError, match="no queue nowhere"):
        call_command("simulate_queue", queue="nowhere")


def test_a_queue_where_nothing_came_has_nothing_to_play(reviewer, db):
    make_queue(reviewer)
    with pytest.raises(CommandError, match="Nothing came"):
        call_command("simulate_queue", queue="general")


@pytest.mark.parametrize("seed", range(5))
def test_at_95_per_cent_load_it_costs_half_of_first_come_first_served(seed):
    arrivals = invent(2_000, REVIEWERS, 0.95, seed)
    ours, fifo = (play(arrivals, REVIEWERS, order) for order in (OURS, FIFO))
    assert ours.weighted_tardiness <= fifo.weighted_tardiness / 2
    for risk_class, expired in ours.expired.items():
        assert expired <= fifo.expired[risk_class]
