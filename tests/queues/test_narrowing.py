"""The filter that goes along from the list to the next request."""

import pytest

from queues.narrowing import ANYTHING, Narrowing
from queues.services.claims import claim_next
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_asking_system, make_queue


def test_an_address_and_back():
    given = {"queue": "money", "environment": "production", "show": "mine"}
    narrowing = Narrowing.of(given)
    assert narrowing.query == "?queue=money&environment=production"
    assert narrowing.words == "money, production"
    assert narrowing.is_narrow


@pytest.mark.parametrize("junk", ["", "a b", "../x", "<b>", "x" * 101, "a&b=c"])
def test_what_cannot_be_a_value_is_ignored(junk):
    assert Narrowing.of({"queue": junk}) == ANYTHING
    assert ANYTHING.query == ""


@pytest.fixture
def take(reviewer):
    make_queue(reviewer)
    make_queue(reviewer, slug="money")

    def take_next(**fields):
        actor = actor_of_person(reviewer)
        return claim_next(reviewer, actor=actor, within=Narrowing(**fields))

    return take_next


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("queue", "money"),
        ("environment", "staging"),
        ("risk_class", "reversible_write"),
        ("system", "ops-agent"),
    ],
)
def test_next_stays_within_what_was_asked_for(take, name, value):
    make_ask()
    fitting = {
        "queue": {"queue": "money"},
        "environment": {"environment": "staging"},
        "risk_class": {"tool": "set_label", "reversibility": "reversible"},
        "system": {"system": make_asking_system("ops-agent")},
    }
    fits = make_ask(**fitting[name])
    assert take(**{name: value}) == fits


@pytest.mark.django_db
def test_nothing_outside_is_taken_even_if_it_is_held(take):
    first = make_ask()
    assert take() == first
    assert take(queue="money") is None
    assert take() == first
