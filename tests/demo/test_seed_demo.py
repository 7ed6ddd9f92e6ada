"""The demo's seed: whole after the first time, and untouched by the second."""

import pytest
from django.apps import apps

from queues.models import DutyShift, Membership, Policy, Queue
from reviewapp.core.models import User
from reviewapp.demo.cast import PEOPLE, QUEUES, SYSTEMS
from reviewapp.demo.seeding import make_password, seed_demo
from systems.models import System, Tool
from tests.queues.builders import make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_new_house():
    """As after migrate: the first policy, which tests with real transactions empty."""
    make_policy()


def everything():
    """Every row of our apps in the main database."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values())
        for label in ("core", "systems", "queues", "notifications")
        for model in apps.get_app_config(label).get_models()
        if model._meta.label != "core.DataKey"
    }


def test_the_seed_makes_who_and_what_the_demo_names():
    password = make_password()
    seed_demo(password)
    assert User.objects.count() == len(PEOPLE)
    assert all(person.check_password(password) for person in User.objects.all())
    assert set(QUEUES) <= set(Queue.objects.values_list("slug", flat=True))
    assert System.objects.count() == len(SYSTEMS)
    assert Tool.objects.count() == sum(len(system.tools) for system in SYSTEMS)
    assert Policy.objects.current().rules["routes"]


def test_nobody_waits_in_a_queue_without_people():
    seed_demo(make_password())
    for queue in Queue.objects.all():
        assert Membership.objects.filter(queue=queue).exists(), queue
        assert DutyShift.objects.filter(queue=queue).exists(), queue


def test_a_second_run_changes_nothing():
    password = make_password()
    seed_demo(password)
    before = everything()
    seed_demo(password)
    assert everything() == before
