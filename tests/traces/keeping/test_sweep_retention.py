"""What is past its time goes, what is held stays, and a killed sweep goes on."""

from unittest import mock

import pytest

from reviewapp.core.models import Event
from tests.builders import actor_of_person, make_system
from tests.traces.builders import make_run, make_span, text
from tests.traces.keeping.quarantine import set_one_aside
from tests.traces.keeping.runs import ago, classes_of, has_key, store_aged
from traces.models import (
    Keeping,
    Preservation,
    Quarantined,
    Segment,
    Tombstone,
    ToolCall,
    Trace,
    Words,
)
from traces.retention import DestroyReason, Kept
from traces.services import erasing, expiring_words
from traces.services.erasing import destroy_words
from traces.services.expiring import sweep_retention
from traces.services.preservations import (
    Target,
    lift_preservation,
    place_preservation,
)
from traces.services.retention import set_retention

pytestmark = pytest.mark.django_db


def sweep():
    return sweep_retention(seconds=60)


def hold(person, **target):
    return place_preservation(
        Target(**target),
        person=person,
        actor=actor_of_person(person),
        reason=Preservation.Reason.LITIGATION,
    )


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (29, {"dialogue", "tools", "reasoning"}),
        (31, {"dialogue", "tools"}),
        (91, set()),
    ],
)
def test_words_go_by_class_and_age(days, left):
    trace = store_aged(days)
    sweep()
    assert classes_of(trace) == left
    assert has_key(trace) is bool(left)
    assert Trace.objects.filter(pk=trace.pk).exists()


def test_the_event_has_the_figures():
    trace = store_aged(31)
    size = Words.objects.get(segment__trace=trace, words="reasoning").size
    sweep()
    event = Event.objects.get(verb="words.expired")
    assert event.facts == {
        "system": str(trace.system_id),
        "class": "reasoning",
        "days": 30,
        "rows": 1,
        "bytes": size,
        "traces": 1,
        "keys": 0,
    }


def test_with_the_last_words_go_the_key_and_whom_it_was_about():
    trace = store_aged(91)
    sweep()
    trace.refresh_from_db()
    assert trace.references_sealed is None
    assert trace.conversation_digest, "it can still be found"
    keeping = Keeping.objects.get(trace=trace)
    assert (keeping.why_gone, keeping.erasing) == ("retention", False)


def test_references_go_with_dialogue_though_there_was_no_dialogue():
    spans = [make_span(seconds=1, conversation="c-1", parts=[])]
    trace = store_aged(91, spans=spans)
    assert classes_of(trace) == set()
    assert sweep()["references"] == 1
    trace.refresh_from_db()
    assert trace.references_sealed is None
    assert not has_key(trace)


def test_a_run_that_still_goes_on_keeps_its_key(privacy_officer):
    """All it has said so far is past its time; what it says next is not."""
    set_days(privacy_officer, Kept.DIALOGUE, 3)
    spans = [make_span(seconds=None, parts=[text("Hello.")])]
    trace = store_aged(5, spans=spans)
    sweep()
    assert classes_of(trace) == set()
    assert has_key(trace)


def test_structure_leaves_a_tombstone():
    trace = store_aged(401)
    sweep()
    stone = Tombstone.objects.get(pk=trace.pk)
    assert (stone.trace_id, stone.spans, stone.why) == (
        trace.trace_id,
        4,
        "retention",
    )
    assert not Trace.objects.exists()
    assert not Segment.objects.exists()
    assert not ToolCall.objects.exists()
    assert not has_key(trace)
    assert Event.objects.get(verb="structure.expired").facts["spans"] == 4


def test_an_old_run_imported_today_is_kept_from_today():
    trace = store_aged()
    Trace.objects.update(started_at=ago(500))
    sweep()
    assert Trace.objects.filter(pk=trace.pk).exists()


def test_a_system_keeps_its_own_days(privacy_officer):
    short, other = store_aged(10), store_aged(10)
    set_days(privacy_officer, Kept.TOOLS, 5, short.system)
    sweep()
    assert "tools" not in classes_of(short)
    assert "tools" in classes_of(other)


def set_days(person, kind, days, system=None):
    set_retention(
        kind, days, person=person, actor=actor_of_person(person), system=system
    )


@pytest.mark.parametrize("scope", ["trace", "system", "conversation", "subject"])
def test_what_is_held_stays_until_it_is_lifted(privacy_officer, scope):
    trace, other = store_aged(401), store_aged(401, conversation="c-9", subject="s-9")
    targets = {
        "trace": trace,
        "system": trace.system,
        "conversation": "Conversation 7",
        "subject": "MARA@example.com",
    }
    held = hold(privacy_officer, **{scope: targets[scope]})
    sweep()
    assert classes_of(trace) == {"dialogue", "tools", "reasoning"}
    assert has_key(trace)
    assert not Trace.objects.filter(pk=other.pk).exists()
    lift_preservation(
        held, person=privacy_officer, actor=actor_of_person(privacy_officer)
    )
    sweep()
    assert not Trace.objects.filter(pk=trace.pk).exists()


def test_run_twice_it_says_nothing_new():
    store_aged(91)
    sweep()
    before = Event.objects.count()
    assert set(sweep().values()) == {0}
    assert Event.objects.count() == before


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("before", ["destroy_keys", "empty_dead_letters"])
def test_killed_after_the_event_the_next_one_goes_on(before):
    """Before the key is destroyed, or between key and rows."""
    trace = store_aged(91)
    dying = mock.patch(f"traces.services.erasing.{before}", side_effect=Killed)
    with dying, pytest.raises(Killed):
        sweep()
    assert Event.objects.filter(verb="words.expired").exists()
    assert Keeping.objects.filter(erasing=True).exists()
    sweep()
    assert classes_of(trace) == set()
    assert not has_key(trace)
    assert not Keeping.objects.filter(erasing=True).exists()


def test_killed_before_the_event_nothing_has_gone():
    trace = store_aged(91)
    dying = mock.patch.object(expiring_words, "record_event", side_effect=Killed)
    with dying, pytest.raises(Killed):
        sweep()
    assert classes_of(trace) == {"dialogue", "tools", "reasoning"}
    assert has_key(trace)


def test_more_than_one_round_is_gone_through(monkeypatch):
    monkeypatch.setattr(expiring_words, "_WORDS", 2)
    system = make_system()
    traces = [store_aged(31, system) for _ in range(5)]
    assert sweep()["words"] == 5
    assert not any("reasoning" in classes_of(trace) for trace in traces)
    assert Event.objects.filter(verb="words.expired").count() == 3


# By hand --------------------------------------------------------------------------


def destroy(trace, person):
    destroy_words(trace, actor=actor_of_person(person), reason=DestroyReason.ERASURE)


def test_a_privacy_officer_destroys_words_at_once(privacy_officer):
    trace, other = store_aged(), store_aged()
    destroy(trace, privacy_officer)
    assert classes_of(trace) == set()
    assert not has_key(trace)
    assert has_key(other)
    assert Trace.objects.get(pk=trace.pk).spans == 4
    event = Event.objects.get(verb="words.destroyed")
    assert (event.facts["reason"], event.facts["rows"]) == ("erasure", 3)


def test_whom_it_was_about_is_forgotten_too(privacy_officer):
    trace = store_aged()
    assert trace.conversation_digest
    assert trace.subject_digest
    destroy(trace, privacy_officer)
    trace.refresh_from_db()
    assert (trace.conversation_digest, trace.subject_digest) == ("", "")
    assert trace.references_sealed is None


def test_whom_it_was_about_is_forgotten_where_age_took_its_words(privacy_officer):
    trace = store_aged(91)
    sweep()
    for _ in range(2):
        destroy(trace, privacy_officer)
    trace.refresh_from_db()
    assert (trace.conversation_digest, trace.subject_digest) == ("", "")
    event = Event.objects.get(verb="words.destroyed")
    assert event.facts["rows"] == 0


def test_destroying_twice_is_destroying_once(privacy_officer):
    trace = store_aged()
    destroy(trace, privacy_officer)
    destroy(trace, privacy_officer)
    assert Event.objects.filter(verb="words.destroyed").count() == 1


def test_a_hold_stands_before_a_hand_too(privacy_officer):
    trace = store_aged()
    hold(privacy_officer, trace=trace)
    with pytest.raises(erasing.Conflict) as caught:
        destroy(trace, privacy_officer)
    assert caught.value.code == "preserved"
    assert has_key(trace)


def test_what_comes_later_of_a_destroyed_trace_brings_no_words(privacy_officer):
    trace = store_aged()
    destroy(trace, privacy_officer)
    store_aged(0, trace.system, spans=make_run(trace.trace_id.hex))
    assert classes_of(trace) == set()
    assert Segment.objects.filter(trace=trace).count() == 2


def test_a_dead_letter_of_the_trace_goes_with_it(privacy_officer):
    trace = store_aged()
    letter = set_one_aside(trace.system, trace_id=trace.trace_id)
    other = set_one_aside(trace.system)
    destroy(trace, privacy_officer)
    letter.refresh_from_db()
    assert (bytes(letter.sealed), letter.dropped_at is not None) == (b"", True)
    assert not has_key(letter)
    assert has_key(other)


# Dead letters ---------------------------------------------------------------------


def test_dead_letters_go_after_their_time(privacy_officer):
    old, new = set_one_aside(at=ago(31)), set_one_aside(at=ago(29))
    held = set_one_aside(at=ago(31))
    hold(privacy_officer, system=held.system)
    assert sweep()["dead_letters"] == 1
    assert not has_key(old)
    assert has_key(new)
    assert has_key(held)
    assert Quarantined.objects.get(pk=old.pk).dropped_at
