"""Break-glass: asked with a reason, approved by another, over by itself, reviewed."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from reviewapp.core.problems import AlreadyHandled, Conflict, Forbidden, Invalid
from reviewapp.core.words import Keyring
from tests.builders import actor_of_person, make_person
from tests.traces.stored import store_run
from traces.glass import End, Reason, Verdict
from traces.models import BreakGlass, Keeping
from traces.services.break_glass import (
    approve_break_glass,
    ask_break_glass,
    end_break_glass,
    refuse_break_glass,
    review_break_glass,
    sweep_break_glass,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def trace():
    return store_run()


def ask(trace, person, *, reference="T-4711", minutes=30) -> BreakGlass:
    return ask_break_glass(
        trace,
        person=person,
        actor=actor_of_person(person),
        reason=Reason.CUSTOMER,
        reference=reference,
        minutes=minutes,
    )


def act(service, glass, person, **more):
    return service(glass, person=person, actor=actor_of_person(person), **more)


def verbs():
    return list(
        Event.objects.filter(verb__startswith="glass.")
        .order_by("id")
        .values_list("verb", flat=True)
    )


def test_an_opening_has_a_reason_a_reference_and_an_end(trace, support):
    glass = ask(trace, support, minutes=10)
    assert glass.until == glass.asked_at + timedelta(minutes=10)
    assert not glass.gives_reasoning
    event = Event.objects.get(verb="glass.broken")
    assert event.facts["trace"] == str(trace.pk)
    assert event.facts["reason"] == "customer"
    assert "T-4711" not in str(event.facts)


def test_the_reference_is_sealed_and_can_be_looked_up(trace, support):
    glass, other = ask(trace, support), ask(store_run(), support, reference=" t-4711 ")
    assert glass.reference_digest == other.reference_digest
    assert b"4711" not in bytes(glass.reference_sealed)
    opened = Keyring.of([glass.pk]).open(glass.pk, "reference", glass.reference_sealed)
    assert opened == "T-4711"


def test_reasoning_in_clear_takes_a_second_person(trace, support, support_lead):
    glass = act(approve_break_glass, ask(trace, support), support_lead)
    assert glass.gives_reasoning
    assert glass.approved_by == support_lead
    assert verbs() == ["glass.broken", "glass.approved"]
    assert Event.objects.get(verb="glass.approved").facts["reasoning"] is True


def test_approving_does_not_lengthen_it(trace, support, support_lead):
    glass = ask(trace, support)
    with time_machine.travel(glass.asked_at + timedelta(minutes=20)):
        approved = act(approve_break_glass, glass, support_lead)
    assert approved.until == glass.asked_at + timedelta(minutes=30)


def test_approving_twice_is_one_approval(trace, support, support_lead, privacy_officer):
    glass = act(approve_break_glass, ask(trace, support), support_lead)
    again = act(approve_break_glass, glass, privacy_officer)
    assert again.approved_by == support_lead
    assert verbs().count("glass.approved") == 1


@pytest.mark.parametrize(
    ("asker", "approver", "may"),
    [
        (Role.SUPPORT, Role.SUPPORT_LEAD, True),
        (Role.SUPPORT, Role.PRIVACY_OFFICER, True),
        (Role.SUPPORT_LEAD, Role.PRIVACY_OFFICER, True),
        (Role.ENGINEER, Role.PRIVACY_OFFICER, True),
        (Role.COMMANDER, Role.PRIVACY_OFFICER, True),
        (Role.SUPPORT_LEAD, Role.SUPPORT_LEAD, False),
        (Role.ENGINEER, Role.SUPPORT_LEAD, False),
        (Role.SUPPORT, Role.SUPPORT, False),
        (Role.SUPPORT, Role.ENGINEER, False),
        (Role.SUPPORT, Role.AUDITOR, False),
        (Role.SUPPORT, Role.ADMIN, False),
    ],
)
def test_who_approves_whose(trace, asker, approver, may):
    glass, second = ask(trace, make_person(asker)), make_person(approver)
    if may:
        assert act(approve_break_glass, glass, second).gives_reasoning
        return
    for service in (approve_break_glass, refuse_break_glass):
        with pytest.raises(Forbidden, match="do not approve"):
            act(service, glass, second)


def test_nobody_approves_or_reviews_their_own(trace):
    both = make_person(Role.SUPPORT, Role.SUPPORT_LEAD, Role.PRIVACY_OFFICER)
    glass = ask(trace, both)
    for service in (approve_break_glass, refuse_break_glass):
        with pytest.raises(Forbidden, match="Somebody else approves"):
            act(service, glass, both)
    glass = act(end_break_glass, glass, both)
    with pytest.raises(Forbidden, match="Somebody else reviews"):
        act(review_break_glass, glass, both, verdict=Verdict.JUSTIFIED)


@pytest.mark.parametrize(
    "claims",
    [
        {"approved": True},
        {"reviewed": True},
    ],
)
def test_the_database_holds_that_too(trace, support, claims):
    glass, now = act(end_break_glass, ask(trace, support), support), timezone.now()
    own = (
        {"approved_by": support, "approved_at": now}
        if "approved" in claims
        else {"reviewed_by": support, "reviewed_at": now, "verdict": "justified"}
    )
    with pytest.raises(IntegrityError, match=r"own_glass|by_another"):
        BreakGlass.objects.filter(pk=glass.pk).update(**own)


def test_the_database_holds_the_half_hour(trace, support):
    glass = ask(trace, support)
    with pytest.raises(IntegrityError, match="half_an_hour"):
        BreakGlass.objects.update(until=glass.asked_at + timedelta(minutes=31))


def test_a_refusal_ends_it_whole(trace, support, support_lead):
    glass = act(refuse_break_glass, ask(trace, support), support_lead)
    assert (glass.end, glass.ended_by) == (End.REFUSED, support_lead)
    assert glass.review_due_at > glass.ended_at
    assert verbs() == ["glass.broken", "glass.refused"]


def test_it_ends_by_itself_and_goes_to_review(trace, support):
    glass = ask(trace, support, minutes=5)
    assert sweep_break_glass() == 0
    with time_machine.travel(glass.until + timedelta(minutes=9), tick=False):
        assert not BreakGlass.objects.open_at(timezone.now()).exists()
        assert sweep_break_glass() == 1
        assert sweep_break_glass() == 0
    glass.refresh_from_db()
    assert (glass.end, glass.ended_at) == (End.LAPSED, glass.until)
    assert glass.review_due_at == glass.until + timedelta(days=3)
    assert list(BreakGlass.objects.to_review()) == [glass]
    assert verbs() == ["glass.broken", "glass.ended"]


def test_one_opening_at_a_time_of_one_trace(trace, support):
    glass = ask(trace, support, minutes=5)
    with pytest.raises(Conflict, match="already"):
        ask(trace, support)
    assert ask(store_run(), support).trace_key != trace.pk
    # What has lapsed and was not swept yet stands in nobody's way.
    with time_machine.travel(glass.until + timedelta(seconds=1)):
        assert ask(trace, support).pk != glass.pk


def test_what_has_ended_is_not_approved_ended_or_refused_again(
    trace, support, support_lead
):
    glass = act(end_break_glass, ask(trace, support), support)
    assert glass.end == End.CLOSED
    for service, person in (
        (approve_break_glass, support_lead),
        (refuse_break_glass, support_lead),
        (end_break_glass, support),
    ):
        with pytest.raises(AlreadyHandled):
            act(service, glass, person)


def test_a_privacy_officer_ends_anybodys_and_a_colleague_nobodys(
    trace, support, support_lead, privacy_officer
):
    glass = ask(trace, support)
    with pytest.raises(Forbidden):
        act(end_break_glass, glass, support_lead)
    assert act(end_break_glass, glass, privacy_officer).ended_by == privacy_officer


def test_the_review_says_what_it_found(trace, support, privacy_officer):
    glass = act(end_break_glass, ask(trace, support), support)
    too_wide = {"verdict": Verdict.TOO_WIDE, "note": "Mara Lind was not concerned."}
    glass = act(review_break_glass, glass, privacy_officer, **too_wide)
    assert (glass.verdict, glass.reviewed_by) == ("too_wide", privacy_officer)
    opened = Keyring.of([glass.pk]).open(glass.pk, "note", glass.note_sealed)
    assert opened == "Mara Lind was not concerned."
    event = Event.objects.get(verb="glass.reviewed")
    assert (event.facts["verdict"], event.facts["late"]) == ("too_wide", False)
    assert "Mara" not in str(event.facts)
    with pytest.raises(AlreadyHandled):
        act(review_break_glass, glass, privacy_officer, verdict=Verdict.JUSTIFIED)


def test_a_no_needs_a_note_and_an_end(trace, support, privacy_officer, support_lead):
    glass = ask(trace, support)
    with pytest.raises(Conflict, match="ended"):
        act(review_break_glass, glass, privacy_officer, verdict=Verdict.JUSTIFIED)
    glass = act(end_break_glass, glass, support)
    with pytest.raises(Invalid):
        act(review_break_glass, glass, privacy_officer, verdict=Verdict.UNJUSTIFIED)
    with pytest.raises(Forbidden):
        act(review_break_glass, glass, support_lead, verdict=Verdict.JUSTIFIED)


@pytest.mark.parametrize(
    "wrong", [{"reference": "  "}, {"reference": "x" * 121}, {"minutes": 0}]
)
def test_what_is_missing_is_said_at_its_field(trace, support, wrong):
    with pytest.raises(Invalid) as caught:
        ask(trace, support, **wrong)
    assert set(caught.value.errors) == set(wrong)
    assert not BreakGlass.objects.exists()


def test_more_than_half_an_hour_is_not_to_be_had(trace, support):
    with pytest.raises(Invalid):
        ask(trace, support, minutes=31)


@pytest.mark.parametrize(
    "role", [Role.REVIEWER, Role.LEAD, Role.AUDITOR, Role.ADMIN, Role.RISK_OWNER]
)
def test_other_roles_do_not_break_the_glass(trace, role):
    with pytest.raises(Forbidden):
        ask(trace, make_person(role))


def test_words_that_are_gone_cannot_be_opened(trace, support):
    Keeping.objects.create(
        trace=trace, words_gone_at=timezone.now(), why_gone="destroyed"
    )
    with pytest.raises(Conflict) as caught:
        ask(trace, support)
    assert caught.value.code == "words_gone"


def test_who_sees_which_openings(trace, support, support_lead, auditor, engineer):
    of_support = ask(trace, support)
    of_engineer = ask(trace, engineer)
    seen = {
        person: set(BreakGlass.objects.visible_to(person))
        for person in (support, support_lead, auditor, engineer)
    }
    assert seen == {
        support: {of_support},
        support_lead: {of_support},
        auditor: {of_support, of_engineer},
        engineer: {of_engineer},
    }


def test_a_failed_opening_leaves_no_event(trace, support):
    ask(trace, support)
    before = Event.objects.count()
    with pytest.raises(Conflict), transaction.atomic():
        ask(trace, support)
    assert Event.objects.count() == before
