"""The finished runs of the demo: whole, found by their reference, and wrong inside."""

import pytest
from django.utils import timezone

from reviewapp.demo.cases import ALL
from reviewapp.demo.past import seed_cases
from reviewapp.demo.runs.agents import Shows
from reviewapp.demo.seeding import make_password, seed_demo
from tests.queues.builders import make_policy
from traces.models import Batch, State, Trace
from traces.selectors.reading import read_shape, read_words
from traces.services import ingest_keys
from traces.services.digesting import digest_batches
from traces.spans import Fidelity
from traces.steps import answer_of, steps_of
from traces.tiers import Clarity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house():
    ingest_keys.current.drop()
    make_policy()
    seed_demo(make_password())


def seeded() -> int:
    kept = seed_cases(timezone.now())
    digest_batches(60)
    assert not Batch.objects.exists()
    return kept


def everything_said(trace: Trace) -> str:
    shape = read_shape(trace)
    parts = [part for span in shape.spans for part in span.parts]
    return "\n".join(read_words(trace, shape, parts, lambda _: Clarity.CLEAR).values())


def test_each_case_is_a_whole_run_about_its_reference():
    assert seeded() == len(ALL)
    for make in ALL:
        case = make(timezone.now())
        trace = Trace.objects.of_subject(case.reference).get()
        assert trace.state_at(trace.quiet_at) is State.COMPLETE, case.slug
        assert trace.stop_class == "completed"
        assert Trace.objects.of_conversation(case.conversation).get() == trace
        steps = steps_of(read_shape(trace))
        assert len(steps) == len(case.turns)
        assert answer_of(read_shape(trace), steps).said
        assert case.turns[-1].said in everything_said(trace)


def test_reasoning_is_there_but_where_the_provider_keeps_it():
    seeded()
    for make in ALL:
        case = make(timezone.now())
        trace = Trace.objects.of_subject(case.reference).get()
        shows = case.agent.shows is Shows.TEXT
        for turn in case.turns:
            assert (turn.thought in everything_said(trace)) is shows
        told = {step.fidelity for step in steps_of(read_shape(trace))}
        assert (told == {Fidelity.OMITTED}) is not shows


def test_one_case_hides_its_reasoning():
    agents = [make(timezone.now()).agent for make in ALL]
    assert [agent.shows for agent in agents].count(Shows.SIGNATURE) == 1


def test_what_is_there_is_not_made_again():
    seeded()
    before = list(Trace.objects.order_by("pk").values())
    assert seeded() == 0
    assert list(Trace.objects.order_by("pk").values()) == before


def test_what_waits_to_be_digested_is_there_once():
    seed_cases(timezone.now())
    assert seeded() == len(ALL)
    spans = {trace.spans for trace in Trace.objects.all()}
    assert Trace.objects.count() == len(ALL)
    assert max(spans) < 10
