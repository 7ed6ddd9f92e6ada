"""Look-alikes share one decision and one grant, and are no way around either."""

import pytest

from queues.models import Status
from queues.services.claims import claim_request
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.requests import merge_requests, withdraw_request
from queues.submissions import Fingerprint
from reviewapp.core.problems import Conflict
from tests.builders import actor_of_person
from tests.queues.builders import agent_of, make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db

SAME = {"arguments": {"order": "A-17"}}


def _merge(person, first, other):
    return merge_requests(
        first.pk, other.pk, person=person, actor=actor_of_person(person)
    )


def _approve(person, ask):
    ask.refresh_from_db()
    decide_request(ask.pk, ruling(ask), person=person, actor=actor_of_person(person))


def _withdraw(ask):
    withdraw_request(ask.pk, system=ask.system, actor=agent_of(ask.system))


def _redeem(ask, attempt="a"):
    return redeem_grant(
        ask.pk, system=ask.system, actor=agent_of(ask.system), attempt=attempt
    )


def test_merged_requests_are_decided_once_and_run_once(reviewer):
    make_queue(reviewer)
    first, other = make_ask(**SAME), make_ask(**SAME)
    _merge(reviewer, first, other)
    _approve(reviewer, first)
    assert _redeem(other).arguments == SAME["arguments"]
    with pytest.raises(Conflict):
        _redeem(first, "b")


@pytest.mark.parametrize(
    "difference",
    [
        {"on_behalf_of": "reviewer"},
        {"credential": "unregistered"},
        {"allowed": ("approve",)},
        {"preconditions": (Fingerprint("row", "2"),)},
        {"environment": "staging"},
        {"arguments": {"order": "A-18"}},
    ],
    ids=lambda difference: next(iter(difference)),
)
@pytest.mark.parametrize("run_id", ["", "run-1"])
def test_nothing_is_merged_into_other_terms(reviewer, difference, run_id):
    """By hand, or by itself within one run: no way around an approval."""
    make_queue(reviewer)
    if "on_behalf_of" in difference:
        difference = {"on_behalf_of": reviewer.email}
    first = make_ask(run_id=run_id, **SAME)
    other = make_ask(run_id=run_id, **{**SAME, **difference})
    assert other.merged_into is None
    with pytest.raises(Conflict, match="run the same"):
        _merge(reviewer, first, other)


def test_withdrawing_the_first_hands_over_to_the_others(reviewer):
    make_queue(reviewer)
    first, second, third = (make_ask(**SAME) for _ in range(3))
    _merge(reviewer, first, second)
    _merge(reviewer, first, third)
    _withdraw(first)
    for ask in (first, second, third):
        ask.refresh_from_db()
    assert first.status == Status.WITHDRAWN
    assert (second.status, second.merged_into) == (Status.PENDING, None)
    assert third.merged_into == second
    _approve(reviewer, second)
    assert _redeem(third).arguments == SAME["arguments"]


@pytest.mark.parametrize("who", ["first", "other"])
def test_one_runs_withdrawal_leaves_the_others_their_leave(reviewer, who):
    make_queue(reviewer)
    first, other = make_ask(**SAME), make_ask(**SAME)
    _merge(reviewer, first, other)
    _approve(reviewer, first)
    gone, stays = (first, other) if who == "first" else (other, first)
    gone.refresh_from_db()
    _withdraw(gone)
    gone.refresh_from_db()
    assert gone.status == Status.VOIDED
    assert _redeem(stays).arguments == SAME["arguments"]
    with pytest.raises(Conflict):
        _redeem(gone, "b")


def test_a_claim_on_what_is_merged_ends(reviewer):
    make_queue(reviewer)
    first, other = make_ask(**SAME), make_ask(**SAME)
    claim_request(other.pk, person=reviewer, actor=actor_of_person(reviewer))
    _merge(reviewer, first, other)
    other.refresh_from_db()
    assert other.holder is None
    assert not other.claims.filter(ended_at=None).exists()
