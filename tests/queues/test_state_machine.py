"""The invariants of the queue, held against every order of acts hypothesis can find.

The machine drives the services against PostgreSQL and keeps its own small model of
what must be true; after each step the invariants are read from the tables.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from queues.models import ActionRequest, Claim, Decision, Grant, Status
from queues.rules import MOVES
from queues.services.approvals import revoke_approval
from queues.services.claims import (
    claim_next,
    claim_request,
    defer_request,
    escalate_request,
    release_claim,
    take_over_claim,
)
from queues.services.decisions import decide_request
from queues.services.grants import redeem_grant
from queues.services.outcomes import report_outcome, settle_outcome
from queues.services.preconditions import refresh_preconditions
from queues.services.requests import merge_requests, withdraw_request
from queues.services.sweeps import sweep_queues
from queues.submissions import Fingerprint, Report
from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from reviewapp.core.problems import Problem
from tests.builders import actor_of_person, make_person
from tests.queues.builders import (
    agent_of,
    make_ask,
    make_asking_system,
    make_queue,
    ruling,
)

# Each example is a transaction of its own. One around them all would stay open for
# half a minute and hold back every reader of every log in the cluster, those of the
# tests beside it among them.
pytestmark = pytest.mark.django_db(transaction=True)

TOOLS = ("look_up", "set_label", "refund", "delete_records")
VERDICTS = ("approve", "edit", "reject", "answer")
NEVER_REDEEMED = (Status.EXPIRED, Status.VOIDED, Status.REJECTED, Status.WITHDRAWN)


class QueueMachine(RuleBasedStateMachine):
    """Agents ask, people answer, time passes, in any order."""

    asks = Bundle("asks")

    def __init__(self) -> None:
        super().__init__()
        # One example is one transaction, undone at its end.
        self.block = transaction.atomic()
        self.block.__enter__()
        self.clock = time_machine.travel(timezone.now(), tick=False)
        self.traveller = self.clock.start()
        self.people = [
            make_person(Role.LEAD, name=f"p{n} {id(self)}") for n in range(3)
        ]
        make_queue(*self.people)
        self.system = make_asking_system(f"machine-{id(self)}")
        self.spent: dict[object, str] = {}
        self.statuses: dict[object, str] = {}

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # -- agents

    @initialize(target=asks)
    def start_with_some(self):
        """One of each kind, and two that are look-alikes of each other."""
        tools = [*TOOLS, "set_label"]
        return multiple(*(self.submit(tool, -1, "", "") for tool in tools))

    @rule(
        target=asks,
        tool=st.sampled_from(TOOLS),
        own=st.integers(-1, 2),
        run=st.sampled_from(["", "run-1"]),
        state=st.sampled_from(["", "v1"]),
    )
    def submit(self, tool, own, run, state):
        """Some repeat each other, some are asked for by a reviewer."""
        return make_ask(
            self.system,
            tool=tool,
            arguments={"same": True},
            run_id=run,
            on_behalf_of=self.people[own].email if own >= 0 else "",
            preconditions=(Fingerprint("row", state),) if state else (),
        ).pk

    @rule(ask=asks, attempt=st.sampled_from(["a", "b"]), now=st.sampled_from("12"))
    def redeem(self, ask, attempt, now):
        row = ActionRequest.objects.get(pk=ask)
        states = (Fingerprint("row", f"v{now}"),)
        with suppress(Problem), transaction.atomic():
            got = redeem_grant(
                ask,
                system=self.system,
                actor=agent_of(self.system),
                attempt=attempt,
                preconditions=states if row.grant_holder.preconditions.exists() else (),
            )
            # The same grant only ever answers the attempt that spent it.
            assert self.spent.setdefault(got.grant_id, attempt) == attempt

    @rule(ask=asks, status=st.sampled_from(["succeeded", "failed", "uncertain"]))
    def report(self, ask, status):
        with suppress(Problem), transaction.atomic():
            report_outcome(
                ask, Report(status), system=self.system, actor=agent_of(self.system)
            )

    @rule(ask=asks)
    def withdraw(self, ask):
        with suppress(Problem), transaction.atomic():
            withdraw_request(ask, system=self.system, actor=agent_of(self.system))

    @rule(ask=asks, now=st.sampled_from("12"))
    def refresh(self, ask, now):
        with suppress(Problem), transaction.atomic():
            refresh_preconditions(
                ask,
                system=self.system,
                actor=agent_of(self.system),
                preconditions=(Fingerprint("row", f"v{now}"),),
            )

    @rule(ask=asks)
    def act(self, ask):
        """The way it should go: redeem with the world unchanged, then report."""
        self.redeem(ask, "a", "1")
        self.report(ask, "succeeded")

    # -- people

    @rule(person=st.integers(0, 2), verdict=st.sampled_from(VERDICTS))
    def work(self, person, verdict):
        """The way it should go: take the next and decide it."""
        who = self.people[person]
        ask = claim_next(who, actor=actor_of_person(who))
        if ask is not None:
            self.decide(ask.pk, person, verdict)

    @rule(person=st.integers(0, 2))
    def next_one(self, person):
        with suppress(Problem), transaction.atomic():
            who = self.people[person]
            claim_next(who, actor=actor_of_person(who))

    @rule(
        ask=asks,
        person=st.integers(0, 2),
        act=st.sampled_from(
            [
                claim_request,
                release_claim,
                take_over_claim,
                escalate_request,
                revoke_approval,
            ]
        ),
    )
    def handle(self, ask, person, act):
        with suppress(Problem), transaction.atomic():
            who = self.people[person]
            act(ask, person=who, actor=actor_of_person(who))

    @rule(ask=asks, person=st.integers(0, 2), verdict=st.sampled_from(VERDICTS))
    def decide(self, ask, person, verdict):
        row = ActionRequest.objects.get(pk=ask)
        who = self.people[person]
        fields = {"reason_code": "within_policy"} if verdict == "approve" else {}
        if verdict == "edit":
            fields = {
                "reason_code": "too_broad",
                "arguments": {"edit": Decision.objects.count()},
            }
        with suppress(Problem), transaction.atomic():
            decide_request(
                ask,
                ruling(row, verdict, **fields),
                person=who,
                actor=actor_of_person(who),
            )
            assert row.requester_id != who.pk

    @rule(ask=asks, person=st.integers(0, 2), minutes=st.integers(1, 90))
    def defer(self, ask, person, minutes):
        who = self.people[person]
        until = timezone.now() + timedelta(minutes=minutes)
        with suppress(Problem), transaction.atomic():
            defer_request(ask, person=who, actor=actor_of_person(who), until=until)

    @rule(ask=asks, person=st.integers(0, 2))
    def settle(self, ask, person):
        who = self.people[person]
        with suppress(Problem), transaction.atomic():
            settle_outcome(ask, "happened", person=who, actor=actor_of_person(who))

    @rule(first=asks, other=asks, person=st.integers(0, 2))
    def merge(self, first, other, person):
        who = self.people[person]
        with suppress(Problem), transaction.atomic():
            merge_requests(first, other, person=who, actor=actor_of_person(who))

    # -- time

    @rule(minutes=st.sampled_from([1, 6, 20, 61, 130]))
    def pass_time(self, minutes):
        self.traveller.shift(timedelta(minutes=minutes))

    @rule()
    def sweep(self):
        sweep_queues()

    # -- what must hold after every step

    @invariant()
    def one_open_claim_per_request(self):
        open_claims = Claim.objects.filter(ended_at=None).values("ask")
        assert not open_claims.annotate(n=Count("pk")).filter(n__gt=1)
        held = ActionRequest.objects.exclude(holder=None).values_list("pk", "holder")
        claimed = Claim.objects.filter(ended_at=None).values_list("ask", "person")
        assert sorted(map(str, held)) == sorted(map(str, claimed))

    @invariant()
    def only_pending_requests_are_held(self):
        held = ActionRequest.objects.exclude(holder=None)
        assert {ask.status for ask in held} <= {Status.PENDING}

    @invariant()
    def every_move_is_in_the_table(self):
        for ask in ActionRequest.objects.all():
            before = self.statuses.get(ask.pk, Status.PENDING)
            assert ask.status == before or _reachable(before, ask.status)
            self.statuses[ask.pk] = ask.status

    @invariant()
    def enough_people_approved_what_runs(self):
        approved = ActionRequest.objects.filter(
            grant__isnull=False, decided_by_policy=False
        )
        for ask in approved:
            words = ask.decisions.filter(
                round=ask.round, verdict__in=["approve", "edit"]
            )
            assert len({word.person_id for word in words}) >= ask.approvals_needed
            assert {word.arguments_digest for word in words} == {
                ask.grant.arguments_digest
            }
            assert ask.requester_id not in {word.person_id for word in words}

    @invariant()
    def nobody_approves_what_they_asked_for_not_even_as_a_look_alike(self):
        for ask in ActionRequest.objects.filter(merged_into__grant__isnull=False):
            first = ask.merged_into
            assert ask.requester_id == first.requester_id
            assert ask.approvals_needed == first.approvals_needed

    @invariant()
    def a_spent_grant_stands_behind_every_act_and_no_other(self):
        redeemed = ActionRequest.objects.filter(
            status__in=["redeemed", "succeeded", "failed", "uncertain", "settled"]
        )
        spent = Grant.objects.filter(redeemed_at__isnull=False)
        assert {ask.pk for ask in redeemed} == {g.redeemed_by_id for g in spent}
        assert not spent.filter(redeemed_by__status__in=NEVER_REDEEMED)

    @invariant()
    def nothing_is_approved_by_silence(self):
        for ask in ActionRequest.objects.filter(grant__isnull=False):
            closing = ask.decisions.filter(closes=True).exists()
            assert closing or ask.decided_by_policy

    @invariant()
    def every_request_has_its_events(self):
        told = Event.objects.filter(verb="request.submitted").values("subject_id")
        assert told.count() == ActionRequest.objects.count()


def _reachable(before: str, after: str) -> bool:
    """Several moves may happen in one step: a policy approves at submit."""
    seen, edge = {before}, {before}
    while edge:
        edge = {step for status in edge for step in MOVES[status]} - seen
        seen |= edge
    return after in seen


def test_the_invariants_hold_in_any_order():
    assert not connection.in_atomic_block
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_invariants_hold_for_long():
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(
            max_examples=150,
            stateful_step_count=60,
            suppress_health_check=list(HealthCheck),
        ),
    )
