"""Races with real threads and real transactions: the database is the arbiter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connections

from queues.first_policy import FIRST_POLICY
from queues.models import ActionRequest, Claim, Decision, Grant, Status
from queues.services.claims import claim_next
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.policies import publish_policy
from queues.services.requests import submit_request
from queues.services.sweeps import sweep_queues
from reviewapp.core.digests import body_digest
from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from reviewapp.core.problems import AlreadyHandled, Conflict
from tests.builders import actor_of_person, make_person
from tests.queues.builders import (
    agent_of,
    make_ask,
    make_asking_system,
    make_policy,
    make_queue,
    make_submission,
    ruling,
)

pytestmark = pytest.mark.django_db(transaction=True)


def race(runners: int, run: Callable[[int], object]) -> list[object]:
    """Start all at once, each with its own connection; return what each returned."""
    barrier = Barrier(runners)

    def one(number: int) -> object:
        barrier.wait()
        try:
            return run(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(runners) as pool:
        return list(pool.map(one, range(runners)))


def _approved() -> ActionRequest:
    person = make_person(Role.REVIEWER)
    make_queue(person)
    ask = make_ask()
    decide_request(ask.pk, ruling(ask), person=person, actor=actor_of_person(person))
    return ask


def _drain(person) -> list[str]:
    """Take the next and approve it, until nothing waits."""
    actor, mine = actor_of_person(person), []
    while (ask := claim_next(person, actor=actor)) is not None:
        decide_request(ask.pk, ruling(ask), person=person, actor=actor)
        mine.append(str(ask.pk))
    return mine


@pytest.mark.parametrize("waiting", [120, pytest.param(1000, marks=pytest.mark.slow)])
def test_eight_reviewers_share_a_queue_without_doubling_or_losing_one(waiting):
    people = [make_person(Role.REVIEWER, name=f"racer {n}") for n in range(8)]
    make_queue(*people)
    asks = {str(make_ask().pk) for _ in range(waiting)}
    done = Counter(ask for mine in race(8, lambda n: _drain(people[n])) for ask in mine)
    assert set(done) == asks
    assert set(done.values()) == {1}
    assert Decision.objects.count() == Claim.objects.count() == len(asks)
    assert Event.objects.filter(verb="request.approved").count() == len(asks)


def test_sixteen_attempts_to_redeem_get_one_grant():
    ask = _approved()
    agent = agent_of(ask.system)

    def attempt(number: int) -> object:
        try:
            return redeem_grant(
                ask.pk, system=ask.system, actor=agent, attempt=f"attempt-{number}"
            )
        except Conflict as refused:
            return refused.code

    answers = race(16, attempt)
    assert answers.count("already_redeemed") == 15
    assert Grant.objects.filter(redeemed_at__isnull=False).count() == 1
    assert Event.objects.filter(verb="request.redeemed").count() == 1


def test_the_same_attempt_raced_gets_the_same_grant_every_time():
    ask = _approved()
    agent = agent_of(ask.system)
    answers = race(
        8,
        lambda _: (
            redeem_grant(
                ask.pk, system=ask.system, actor=agent, attempt="the one"
            ).grant_id
        ),
    )
    assert len(set(answers)) == 1


def test_one_key_submitted_at_once_makes_one_request():
    make_policy()
    make_queue()
    system = make_asking_system()
    given = make_submission(key="the one intent")
    digest = body_digest({"same": True})

    def submit(_: int) -> object:
        done = submit_request(system, given, actor=agent_of(system), body_digest=digest)
        return done.ask.pk, done.made

    answers = race(8, submit)
    assert len({pk for pk, _ in answers}) == 1
    assert [made for _, made in answers].count(True) == 1


def test_a_decision_and_the_deadline_never_both_win(reviewer):
    make_queue(reviewer)
    for _ in range(10):
        ask = make_ask()
        ActionRequest.objects.filter(pk=ask.pk).update(expires_at=ask.expires_at)

        def act(number: int, ask=ask) -> object:
            if number:
                ActionRequest.objects.filter(pk=ask.pk).update(
                    expires_at=ask.created_at.replace(microsecond=999_999)
                )
                return sweep_queues()["expired"]
            try:
                decide_request(
                    ask.pk,
                    ruling(ask),
                    person=reviewer,
                    actor=actor_of_person(reviewer),
                )
            except (Conflict, AlreadyHandled):
                return 0
            return 1

        race(2, act)
        close_old_connections()
        ends = Event.objects.filter(
            subject_id=str(ask.pk), verb__in=["request.approved", "request.expired"]
        )
        assert ends.count() <= 1
        ask.refresh_from_db()
        granted = Grant.objects.filter(ask=ask).exists()
        assert granted == (ask.status == Status.APPROVED)


def test_of_twenty_at_the_same_moment_no_more_pass_than_one_by_one(lead):
    passing = FIRST_POLICY["classes"]["reversible_write"] | {"automatic": "approve"}
    rules = FIRST_POLICY | {
        "classes": FIRST_POLICY["classes"] | {"reversible_write": passing},
        "splits": [{"of": "calls", "at_most": 6, "becomes": "broadcast"}],
    }
    make_policy()
    make_queue(lead)
    publish_policy(rules, person=lead, actor=actor_of_person(lead))
    ask = {"tool": "set_label", "reversibility": "reversible"}
    system = make_ask(**ask).system
    race(20, lambda number: make_ask(system, **ask))
    assert ActionRequest.objects.filter(status=Status.APPROVED).count() == 5
    assert ActionRequest.objects.filter(status=Status.PENDING).count() == 16
