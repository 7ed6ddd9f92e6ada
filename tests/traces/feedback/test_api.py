"""`POST /api/v1/feedback`: taken once, sealed, and about one thing."""

import pytest

from reviewapp.core.models import Event
from tests.builders import agent_client, make_key, make_system
from tests.traces.builders import TRACE_ID
from tests.traces.stored import store_run
from traces.models import Feedback

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/feedback"
GIVEN = {"trace_id": TRACE_ID, "label": "bad", "source": "customer"}


@pytest.fixture
def system():
    return make_system()


@pytest.fixture
def agent(system):
    return agent_client(make_key(system, ["traces"])[1])


def send(agent, **given):
    return agent.post(ADDRESS, given, format="json")


def test_feedback_on_a_run(agent, system):
    trace = store_run(system)
    answer = send(agent, **GIVEN, score=0.25, comment="Mara got no refund")
    assert answer.status_code == 201
    row = Feedback.objects.get(pk=answer.json()["id"])
    assert (row.trace_key, row.label, row.score) == (trace.pk, "bad", 0.25)
    assert list(Feedback.objects.on(trace)) == [row]
    assert b"Mara" not in bytes(row.comment_sealed)
    event = Event.objects.get(verb="feedback.given")
    assert event.facts["comment_length"] == len("Mara got no refund")
    assert "Mara" not in str(event.facts)


def test_the_same_again_is_taken_once(agent):
    first, again = send(agent, **GIVEN), send(agent, **GIVEN)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Event.objects.filter(verb="feedback.given").count() == 1
    assert send(agent, **GIVEN, comment="and now?").status_code == 201


def test_it_may_come_before_the_trace(agent, system):
    send(agent, **GIVEN)
    assert Feedback.objects.on(store_run(system)).count() == 1


@pytest.mark.parametrize(
    "about",
    [{"conversation_id": "Conversation 7"}, {"subject_ref": "mara@example.com"}],
)
def test_feedback_on_a_conversation_or_a_person(agent, system, about):
    send(agent, **about, label="good")
    row = Feedback.objects.get()
    assert "mara" not in f"{row.conversation_digest}{row.subject_digest}"
    assert Feedback.objects.on(store_run(system)).count() == 1


def test_another_system_s_conversations_are_its_own(agent):
    send(agent, conversation_id="conversation 7", label="good")
    assert not Feedback.objects.on(store_run(make_system())).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"label": "bad"}, "trace_id"),
        ({"trace_id": TRACE_ID, "subject_ref": "x", "label": "bad"}, "trace_id"),
        ({"trace_id": "0" * 32, "label": "bad"}, "trace_id"),
        ({"trace_id": "xyz", "label": "bad"}, "trace_id"),
        ({"trace_id": TRACE_ID}, "label"),
        ({"trace_id": TRACE_ID, "label": "It was bad."}, "label"),
        ({"trace_id": TRACE_ID, "label": "bad", "source": "a@b.de"}, "source"),
        ({"trace_id": TRACE_ID, "label": "bad", "comment": "x" * 4001}, "comment"),
        ({"trace_id": TRACE_ID, "label": "bad", "stars": 5}, "stars"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(agent, given, field):
    answer = send(agent, **given)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {field}
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("score", ["NaN", "Infinity", "1e999"])
def test_a_score_that_is_no_number_is_refused(agent, score):
    body = f'{{"trace_id": "{TRACE_ID}", "score": {score}}}'
    answer = agent.post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == 400
    assert not Feedback.objects.exists()


def test_a_key_without_the_scope_gives_none():
    agent = agent_client(make_key(scopes=["requests"])[1])
    assert send(agent, **GIVEN).status_code == 403
