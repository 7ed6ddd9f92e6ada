"""Of ordinary runs a share keeps its words; of the others all do."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from reviewapp.core.actors import Actor
from reviewapp.core.models import Event
from reviewapp.core.problems import Invalid
from tests.builders import actor_of_person, make_system
from tests.traces.builders import make_run
from tests.traces.keeping.runs import classes_of, has_key, store_aged
from traces.models import Keeping, KeepReason, Preservation, Trace
from traces.retention import Why, is_in_share
from traces.services.feedback import About, Opinion, receive_feedback
from traces.services.keeping import keep_words
from traces.services.preservations import Target, place_preservation
from traces.services.retention import set_keep_share
from traces.services.sampling import sweep_sampling

pytestmark = pytest.mark.django_db
IN_TWO_WEEKS = timedelta(days=14, minutes=10)


@pytest.fixture
def system(privacy_officer):
    """A system of which no ordinary run keeps its words."""
    system = make_system()
    keep(system, 0.0, privacy_officer)
    return system


def keep(system, share, person):
    set_keep_share(system, share, person=person, actor=actor_of_person(person))


def sweep(later=IN_TWO_WEEKS):
    with time_machine.travel(timezone.now() + later):
        return sweep_sampling(seconds=60)


def test_an_ordinary_run_loses_its_words_and_keeps_its_structure(system):
    trace = store_aged(0, system)
    assert sweep() == 1
    assert classes_of(trace) == set()
    assert not has_key(trace)
    assert Trace.objects.get(pk=trace.pk).spans == 4
    keeping = Keeping.objects.get(trace=trace)
    assert (keeping.share, keeping.why_gone) == (0.0, "sampling")


def test_nothing_goes_before_two_weeks_have_passed(system):
    trace = store_aged(0, system)
    assert sweep(timedelta(days=13, hours=23)) == 0
    assert has_key(trace)


def test_what_is_decided_is_not_decided_again(system):
    store_aged(0, system)
    sweep()
    events = Event.objects.count()
    assert sweep() == 0
    assert Event.objects.count() == events


@pytest.mark.parametrize("why", ["failed", "errors", "request", "finding", "feedback"])
def test_what_was_not_ordinary_is_kept_for_certain(system, why):
    trace = store_aged(0, system, conversation="conversation 8")
    ordinary = store_aged(0, system)
    give_reason(trace, why)
    sweep()
    assert classes_of(trace)
    assert Keeping.objects.get(trace=trace).share == 1.0
    assert classes_of(ordinary) == set()


def judge(system, about):
    actor = Actor.of_process("test")
    receive_feedback(system, about, Opinion(label="bad"), actor=actor)


def give_reason(trace, why):
    if why == "request":
        trace.calls_of_tools.update(request_id="00000000-0000-4000-8000-000000000001")
    elif why == "failed":
        Trace.objects.filter(pk=trace.pk).update(failed=True)
    elif why == "errors":
        Trace.objects.filter(pk=trace.pk).update(errors=1)
    elif why == "feedback":
        judge(trace.system, About(conversation="conversation 8"))
    else:
        keep_words(
            trace.pk, Why(why), system=trace.system_id, actor=Actor.of_process("test")
        )


def test_a_reason_may_come_before_the_trace(system):
    run = make_run("ab" * 16)
    key = Trace.key_of(system.pk, bytes.fromhex("ab" * 16))
    for _ in range(2):
        keep_words(key, Why.INCIDENT, system=system.pk, actor=Actor.of_process("test"))
    assert KeepReason.objects.count() == 1
    assert Event.objects.filter(verb="words.kept").count() == 1
    trace = store_aged(0, system, spans=run)
    sweep()
    assert has_key(trace)


def test_a_share_is_kept_with_its_probability(privacy_officer):
    system = make_system()
    keep(system, 0.5, privacy_officer)
    traces = [store_aged(0, system) for _ in range(12)]
    sweep()
    for trace in traces:
        assert bool(classes_of(trace)) is is_in_share(trace.trace_id, 0.5)
        assert Keeping.objects.get(trace=trace).share == 0.5
    facts = Event.objects.get(verb="words.sampled").facts
    assert facts["runs"] == 12
    assert facts["dropped"] == sum(not classes_of(trace) for trace in traces)


def test_a_system_that_says_nothing_keeps_all():
    trace = store_aged(0)
    assert sweep() == 0
    assert has_key(trace)


def test_a_share_holds_for_runs_that_begin_under_it(privacy_officer):
    system = make_system()
    before = store_aged(1, system)
    keep(system, 0.0, privacy_officer)
    during = store_aged(0, system)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        keep(system, 1.0, privacy_officer)
        after = store_aged(0, system)
    sweep(timedelta(days=20))
    assert [has_key(trace) for trace in (before, during, after)] == [True, False, True]


def test_a_hold_keeps_what_the_share_would_drop(system, privacy_officer):
    trace = store_aged(0, system)
    place_preservation(
        Target(trace=trace),
        person=privacy_officer,
        actor=actor_of_person(privacy_officer),
        reason=Preservation.Reason.AUDIT,
    )
    assert sweep() == 0
    assert has_key(trace)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_is_between_none_and_all(system, privacy_officer, share):
    with pytest.raises(Invalid):
        keep(system, share, privacy_officer)
