"""Retention and holds as settings: dated, recorded, never changed."""

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from reviewapp.core.models import Event
from reviewapp.core.problems import AlreadyHandled, Invalid
from reviewapp.core.words import Keyring
from tests.builders import actor_of_person, make_system
from tests.traces.keeping.runs import store_aged
from traces.models import KeepShare, Preservation, RetentionPolicy
from traces.retention import Kept
from traces.selectors.keeping import holds_on, is_preserved, retention_now
from traces.services.preservations import (
    Target,
    lift_preservation,
    place_preservation,
)
from traces.services.retention import set_keep_share, set_retention

pytestmark = pytest.mark.django_db


def set_days(person, kind, days, system=None):
    return set_retention(
        kind, days, person=person, actor=actor_of_person(person), system=system
    )


def test_a_new_value_is_a_new_dated_row(privacy_officer):
    set_days(privacy_officer, Kept.REASONING, 20)
    set_days(privacy_officer, Kept.REASONING, 25)
    assert RetentionPolicy.objects.count() == 2
    assert retention_now().days(Kept.REASONING) == 25
    facts = [event.facts for event in Event.objects.filter(verb="retention.set")]
    assert [(one["before"], one["after"]) for one in facts] == [(30, 20), (20, 25)]


def test_a_system_of_its_own_and_back(privacy_officer):
    system = make_system()
    set_days(privacy_officer, Kept.REASONING, 3, system)
    assert retention_now().days(Kept.REASONING, system.pk) == 3
    set_days(privacy_officer, Kept.REASONING, None, system)
    assert retention_now().days(Kept.REASONING, system.pk) == 30


@pytest.mark.parametrize("change", ["update", "delete"])
@pytest.mark.parametrize("model", [RetentionPolicy, KeepShare])
def test_a_dated_setting_is_never_changed(privacy_officer, model, change):
    set_days(privacy_officer, Kept.REASONING, 20)
    set_keep_share(
        make_system(),
        0.5,
        person=privacy_officer,
        actor=actor_of_person(privacy_officer),
    )
    rows = model.objects.all()
    with pytest.raises(ProgrammingError, match="never changed"), transaction.atomic():
        rows.delete() if change == "delete" else rows.update(from_at=timezone.now())


@pytest.mark.parametrize("days", [0, -1, 3651, None])
def test_days_that_cannot_be(privacy_officer, days):
    with pytest.raises(Invalid) as caught:
        set_days(privacy_officer, Kept.REASONING, days)
    assert set(caught.value.errors) == {"days"}


def test_words_do_not_outlive_their_structure_anywhere(privacy_officer):
    """Not in general, and not in a system with days of its own."""
    system = make_system()
    set_days(privacy_officer, Kept.TOOLS, 300, system)
    with pytest.raises(Invalid):
        set_days(privacy_officer, Kept.STRUCTURE, 200)
    set_days(privacy_officer, Kept.STRUCTURE, 300)
    with pytest.raises(Invalid):
        set_days(privacy_officer, Kept.DIALOGUE, 301, system)


# Holds ----------------------------------------------------------------------------


def hold(person, note="", **target):
    return place_preservation(
        Target(**target),
        person=person,
        actor=actor_of_person(person),
        reason=Preservation.Reason.COMPLAINT,
        note=note,
    )


def test_a_hold_says_why_and_seals_whom(privacy_officer):
    trace = store_aged()
    held = hold(privacy_officer, subject="mara@example.com", note="Complaint of Mara")
    assert is_preserved(trace)
    assert holds_on(trace) == [held]
    opened = Keyring.of([held.pk]).open(held.pk, "preservation", held.words_sealed)
    assert opened == {"reference": "mara@example.com", "note": "Complaint of Mara"}
    facts = Event.objects.get(verb="preservation.placed").facts
    assert "mara" not in str(facts).lower()
    assert (facts["scope"], facts["reason"]) == ("subject", "complaint")


def test_a_hold_covers_nothing_else(privacy_officer):
    trace, other = store_aged(), store_aged(subject="jo@example.com", conversation="c8")
    hold(privacy_officer, trace=other)
    hold(privacy_officer, subject="jo@example.com")
    hold(privacy_officer, conversation="c8")
    hold(privacy_officer, system=other.system)
    assert not is_preserved(trace)
    assert len(holds_on(other)) == 4


def test_a_trace_without_references_is_not_held_by_everybodys(privacy_officer):
    trace = store_aged(subject="", conversation="")
    hold(privacy_officer, subject="mara@example.com")
    assert not is_preserved(trace)


def test_lifting_is_for_once_and_leaves_the_row(privacy_officer):
    trace = store_aged()
    held = hold(privacy_officer, trace=trace)
    actor = actor_of_person(privacy_officer)
    lift_preservation(held, person=privacy_officer, actor=actor)
    assert not is_preserved(trace)
    assert Preservation.objects.get().lifted_by == privacy_officer
    with pytest.raises(AlreadyHandled):
        lift_preservation(held, person=privacy_officer, actor=actor)


@pytest.mark.parametrize(
    "target", [{}, {"subject": "a", "conversation": "b"}, {"subject": "x" * 301}]
)
def test_a_hold_names_one_thing(privacy_officer, target):
    with pytest.raises(Invalid):
        hold(privacy_officer, **target)
    assert not Preservation.objects.exists()
