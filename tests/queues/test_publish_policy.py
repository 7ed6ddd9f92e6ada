"""A policy is published by a lead, whole or not at all, and never changed."""

import copy

import pytest

from queues.first_policy import FIRST_POLICY
from queues.models import Policy
from queues.services.policies import publish_policy
from reviewapp.core.models import Event
from reviewapp.core.problems import Forbidden, Invalid
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_policy, make_queue

pytestmark = pytest.mark.django_db


def _publish(person, rules):
    return publish_policy(rules, person=person, actor=actor_of_person(person))


def test_the_next_version_classes_requests_from_then_on(lead):
    make_policy()
    make_queue(lead, slug="money")
    make_queue(lead)
    routes = [{"queue": "money", "risk_class": "money"}]
    policy = _publish(lead, FIRST_POLICY | {"routes": routes})
    ask = make_ask(tool="refund")
    assert (ask.queue.slug, ask.policy) == ("money", policy)
    published = Event.objects.get(verb="policy.published")
    assert published.facts["version"] == policy.version


def test_a_reviewer_publishes_none(reviewer):
    make_queue(reviewer)
    with pytest.raises(Forbidden):
        _publish(reviewer, FIRST_POLICY)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"default_queue": "nowhere"}, "no queue nowhere"),
        ({"routes": [{"risk_class": "money"}]}, "names a queue"),
        ({"overrides": [{"risk_class": "moeny"}]}, "no class is called"),
        ({"overrides": [{"approvals": 0}]}, "start at 1"),
        ({"overrides": [{"aprovals": 2}]}, "aprovals"),
        ({"overrides": [{"on_timeout": "approve"}]}, "a timeout rejects"),
        ({"classes": {}}, "No terms for"),
    ],
)
def test_rules_that_would_fail_later_are_refused_now(lead, changes, said):
    make_queue(lead)
    before = Policy.objects.count()
    with pytest.raises(Invalid) as refused:
        _publish(lead, copy.deepcopy(FIRST_POLICY) | changes)
    assert said in str(refused.value.errors)
    assert Policy.objects.count() == before
