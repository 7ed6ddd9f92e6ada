"""What lifts a person above their roles, for what, and until when."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from reviewapp.core.digests import reference_digest
from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from reviewapp.core.problems import Conflict, Invalid
from reviewapp.core.words import Keyring
from tests.builders import actor_of_person, make_person, make_system
from tests.traces.stored import forget_words, store_run
from traces.models import TierRaise
from traces.selectors.raises import raises_by_ticket, ticket_named, tickets_by_day
from traces.selectors.reach import reach_of, reaches_of
from traces.services.raises import (
    REFERENCE_RUNS,
    Cause,
    allow_for_hold,
    allow_for_incident,
    end_raises,
    keep_for_hold,
    name_reference,
)

HOUR = timedelta(hours=1)


def tier(person, trace, at=None):
    return reach_of(person, trace, at or timezone.now()).tier


def name(person, trace, reference="T-4711"):
    return name_reference(
        trace, reference, person=person, actor=actor_of_person(person)
    )


def cause_of(trace, about=None, until=None):
    return Cause(
        trace.system_id,
        trace.trace_id.hex,
        about or uuid4(),
        until or timezone.now() + HOUR,
    )


# References


def test_a_reference_raises_support_to_explanations(support):
    trace = store_run()
    raised = name(support, trace)
    reach = reach_of(support, trace, timezone.now())
    assert (reach.tier, reach.why, reach.opening) == (2, "reference", raised.pk)
    assert reach.until == raised.until


def test_it_ends_by_itself(support):
    trace = store_run()
    name(support, trace)
    assert tier(support, trace, timezone.now() + REFERENCE_RUNS) == 1


def test_it_is_an_event_that_does_not_say_the_reference(support):
    trace = store_run()
    name(support, trace, "T-4711")
    event = Event.objects.get(verb="tier.raised")
    assert (event.facts["why"], event.facts["tier"]) == ("reference", 2)
    assert event.facts["trace"] == str(trace.pk)
    assert "4711" not in str(event.facts)


def test_it_is_kept_sealed_for_whoever_reviews(support):
    trace = store_run()
    raised = name(support, trace)
    sealed = TierRaise.objects.get(pk=raised.pk).reference_sealed
    assert b"4711" not in bytes(sealed)
    keyring = Keyring.of([trace.pk])
    assert keyring.open(trace.pk, TierRaise.LABEL, sealed) == "T-4711"


def test_it_covers_all_runs_of_its_subject_and_no_others(support):
    system = make_system()
    first = store_run(system)
    later = store_run(system, "1" * 32, conversation="another")
    elsewhere = store_run(make_system(), "2" * 32, conversation="x")
    other = store_run(system, "3" * 32, subject="somebody else")
    name(support, first)
    reached = reaches_of(support, [first, later, elsewhere, other], timezone.now())
    assert [int(one.tier) for one in reached.values()] == [2, 2, 2, 1]


def test_without_a_subject_it_is_bound_to_the_conversation(support):
    system = make_system()
    first = store_run(system, subject="")
    same = store_run(system, "1" * 32, subject="")
    named_alike = store_run(make_system(), "2" * 32, subject="")
    name(support, first)
    assert tier(support, same) == 2
    assert tier(support, named_alike) == 1


def test_with_neither_it_is_bound_to_the_trace_alone(support):
    system = make_system()
    first = store_run(system, subject="", conversation="")
    other = store_run(system, "1" * 32, subject="", conversation="")
    name(support, first)
    assert (tier(support, first), tier(support, other)) == (2, 1)


def test_the_same_reference_for_somebody_else_is_refused(support):
    system = make_system()
    name(support, store_run(system))
    other = store_run(system, "1" * 32, subject="somebody else", conversation="9")
    with pytest.raises(Conflict) as refused:
        name(support, other, " t-4711 ")
    assert refused.value.code == "reference_bound"
    assert tier(support, other) == 1


def test_it_stays_bound_after_its_end(support):
    system = make_system()
    name(support, store_run(system))
    TierRaise.objects.update(until=timezone.now() - HOUR)
    other = store_run(system, "1" * 32, subject="somebody else", conversation="9")
    with pytest.raises(Conflict):
        name(support, other)


def test_another_person_may_work_on_the_same_ticket(support, support_lead):
    trace = store_run()
    name(support, trace)
    assert name(support_lead, trace).person_id == support_lead.pk


def test_naming_it_again_goes_on_with_the_same_raise(support):
    trace = store_run()
    first = name(support, trace)
    TierRaise.objects.update(until=timezone.now() - HOUR)
    again = name(support, trace)
    assert again.pk == first.pk
    assert tier(support, trace) == 2
    assert Event.objects.filter(verb="tier.raised").count() == 2


def test_it_gives_nothing_to_other_roles(reviewer, auditor, engineer):
    trace = store_run()
    assert [name(person, trace) for person in (reviewer, auditor, engineer)] == [
        None,
        None,
        None,
    ]
    assert not TierRaise.objects.exists()


def test_it_is_nobody_elses(support, make_support):
    trace = store_run()
    name(support, trace)
    assert tier(make_support(), trace) == 1


@pytest.mark.parametrize("reference", ["", " x ", "a\u202eb", "T\n1", "x" * 201])
def test_what_is_no_reference_is_refused(support, reference):
    with pytest.raises(Invalid) as refused:
        name(support, store_run(), reference)
    assert set(refused.value.errors) == {"support_ref"}


# Holds and incidents


def test_holding_its_request_raises_a_reviewer(reviewer, lead):
    trace = store_run()
    for person in (reviewer, lead):
        assert tier(person, trace) == 0
        allow_for_hold(cause_of(trace), person, actor=actor_of_person(person))
        reach = reach_of(person, trace, timezone.now())
        assert (reach.tier, reach.why) == (2, "hold")


def test_a_hold_covers_its_trace_alone(reviewer):
    system = make_system()
    trace, other = store_run(system), store_run(system, "1" * 32)
    allow_for_hold(cause_of(trace), reviewer, actor=actor_of_person(reviewer))
    assert tier(reviewer, other) == 0


def test_a_hold_may_come_before_its_trace(reviewer):
    system, trace_id = make_system(), "ab" * 16
    cause = Cause(system.pk, trace_id, uuid4(), timezone.now() + HOUR)
    allow_for_hold(cause, reviewer, actor=actor_of_person(reviewer))
    assert tier(reviewer, store_run(system, trace_id)) == 2


def test_another_systems_trace_of_the_same_id_is_not_raised(reviewer):
    system, trace_id = make_system(), "ab" * 16
    cause = Cause(system.pk, trace_id, uuid4(), timezone.now() + HOUR)
    allow_for_hold(cause, reviewer, actor=actor_of_person(reviewer))
    assert tier(reviewer, store_run(make_system(), trace_id)) == 0


def test_it_ends_with_the_hold(reviewer):
    trace = store_run()
    cause, actor = cause_of(trace), actor_of_person(reviewer)
    allow_for_hold(cause, reviewer, actor=actor)
    end_raises(cause.about, reviewer, actor=actor)
    assert tier(reviewer, trace) == 0
    assert Event.objects.get(verb="tier.lowered").facts["about"] == str(cause.about)


def test_ending_what_has_ended_is_no_event(reviewer):
    end_raises(uuid4(), reviewer, actor=actor_of_person(reviewer))
    assert not Event.objects.filter(verb="tier.lowered").exists()


def test_it_lapses_with_the_lease_and_is_kept_with_it(reviewer):
    trace, now = store_run(), timezone.now()
    cause = cause_of(trace, until=now + timedelta(minutes=5))
    allow_for_hold(cause, reviewer, actor=actor_of_person(reviewer))
    assert tier(reviewer, trace, now + timedelta(minutes=6)) == 0
    keep_for_hold(cause.about, reviewer, now + timedelta(minutes=10))
    assert tier(reviewer, trace, now + timedelta(minutes=6)) == 2
    assert Event.objects.filter(verb="tier.raised").count() == 1


def test_a_declared_incident_opens_all_to_a_commander_only(commander, engineer):
    trace = store_run()
    for person in (commander, engineer):
        allow_for_incident(cause_of(trace), person, actor=actor_of_person(person))
    assert (tier(commander, trace), tier(engineer, trace)) == (4, 3)


def test_a_cap_is_told(support):
    trace = store_run(make_system(words_tier=0))
    reach = reach_of(support, trace, timezone.now())
    assert (reach.tier, reach.cap, reach.is_capped) == (0, 0, True)
    assert not reach_of(support, store_run(), timezone.now()).is_capped


def test_any_number_of_traces_costs_the_same(support, django_assert_num_queries):
    system = make_system()
    traces = [store_run(system, f"{number:032x}") for number in range(1, 9)]
    name(support, traces[0])
    _ = support.roles
    for some in (traces[:1], traces):
        with django_assert_num_queries(2):
            reaches_of(support, some, timezone.now())


@pytest.fixture
def make_support():
    return lambda: make_person(Role.SUPPORT)


# Tickets of the house


@pytest.mark.parametrize("reference", ["x", "T-47", "see T-4711", "T-4711 ", "t-4711"])
def test_where_tickets_have_a_form_nothing_else_lifts(settings, support, db, reference):
    settings.SUPPORT_REFERENCE_PATTERN = r"T-\d{4}"
    trace = store_run()
    if reference.strip() == "T-4711":
        assert name(support, trace, reference)
        return
    with pytest.raises(Invalid):
        name(support, trace, reference)
    assert not TierRaise.objects.exists()


def test_who_named_it_is_told_their_ticket_and_nobody_else(support, db):
    trace, now = store_run(), timezone.now()
    name(support, trace)
    assert ticket_named(trace, support, now) == "T-4711"
    assert ticket_named(trace, make_person(Role.SUPPORT), now) == ""
    assert ticket_named(trace, support, now + REFERENCE_RUNS + HOUR) == ""
    other = store_run(make_system(), subject="somebody else", conversation="9")
    assert ticket_named(other, support, now) == ""
    forget_words(trace)
    assert ticket_named(trace, support, now) == ""


def test_tickets_are_counted_by_person_and_day(support, auditor, db):
    trace, now = store_run(), timezone.now()
    for number in range(3):
        name(support, trace, f"T-{number}")
    name(support, trace, "T-0")
    other = make_person(Role.SUPPORT)
    name(other, trace, "T-9")
    TierRaise.objects.filter(person=other).update(opened_at=now - timedelta(days=40))
    told = [(one.person, one.tickets) for one in tickets_by_day(auditor, now + HOUR)]
    assert told == [(str(support), 3)]
    assert tickets_by_day(support, now) == []


def test_a_ticket_is_checked_by_its_digest(support, auditor, db):
    name(support, store_run())
    digest = reference_digest("support", "t-4711 ")
    assert [one.person for one in raises_by_ticket(digest, auditor)] == [support]
    assert raises_by_ticket(reference_digest("support", "T-1"), auditor) == []
    assert raises_by_ticket(digest, support) == []
