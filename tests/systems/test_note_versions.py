"""What a system is made of is noted as its traces show it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviewapp.core.models import Event
from systems.manifests import Sighting
from systems.models import SystemVersion
from systems.services.versions import note_versions
from tests.builders import make_system
from tests.systems.versions import BASE, hourly, saw

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def system():
    return make_system("shop")


def stretches(system):
    rows = SystemVersion.objects.filter(system=system).order_by("first_seen_at", "id")
    return [
        (row.manifest["prompt"], row.first_seen_at, row.last_seen_at) for row in rows
    ]


def test_a_version_is_seen_from_its_first_trace_to_its_last(system):
    saw(system, NOON + HOUR, NOON + 5 * HOUR, NOON, prompt="p1")
    assert stretches(system) == [("p1", NOON, NOON + 5 * HOUR)]
    event = Event.objects.get(verb="version.seen")
    assert event.facts["model"] == "claude-sonnet-4-5-20250929"


def test_what_had_given_way_and_is_back_begins_anew(system):
    saw(system, *hourly(NOON, 5), prompt="p1")
    saw(system, *hourly(NOON + 6 * HOUR, 2), prompt="p2")
    saw(system, *hourly(NOON + 9 * HOUR, 3), prompt="p1")
    assert stretches(system) == [
        ("p1", NOON, NOON + 5 * HOUR),
        ("p2", NOON + 6 * HOUR, NOON + 8 * HOUR),
        ("p1", NOON + 9 * HOUR, NOON + 12 * HOUR),
    ]
    assert Event.objects.filter(verb="version.seen").count() == 3


def test_noting_the_same_twice_changes_nothing(system):
    for _ in (1, 2):
        saw(system, *hourly(NOON, 5), prompt="p1")
        saw(system, *hourly(NOON + 6 * HOUR, 2), prompt="p2")
        saw(system, *hourly(NOON + 9 * HOUR, 3), prompt="p1")
    assert len(stretches(system)) == 3


def test_a_late_trace_belongs_to_the_stretch_it_came_from(system):
    saw(system, *hourly(NOON, 5), prompt="p1")
    saw(system, *hourly(NOON + 6 * HOUR, 2), prompt="p2")
    saw(system, NOON + 10 * HOUR, prompt="p1")
    saw(system, NOON + 2 * HOUR, NOON - HOUR, NOON + 9 * HOUR, prompt="p1")
    assert stretches(system) == [
        ("p1", NOON - HOUR, NOON + 5 * HOUR),
        ("p2", NOON + 6 * HOUR, NOON + 8 * HOUR),
        ("p1", NOON + 9 * HOUR, NOON + 10 * HOUR),
    ]


def test_two_that_take_turns_are_one_stretch_each(system):
    for moment in hourly(NOON, 48)[::2]:
        saw(system, moment, prompt="plan")
        saw(system, moment + timedelta(minutes=2), prompt="write", tools={})
    assert len(stretches(system)) == 2


def test_a_rest_begins_nothing_anew(system):
    saw(system, NOON, NOON + timedelta(days=20), prompt="p1")
    assert len(stretches(system)) == 1


def test_a_prompt_that_is_new_with_each_call_is_noted_two_hundred_times_a_day(system):
    begin = timezone.now() - 5 * HOUR
    for number in range(205):
        saw(system, begin + timedelta(minutes=number), prompt=f"p{number}")
    assert len(stretches(system)) == 200
    # A day later there is room again, however many there were.
    day = timedelta(days=1)
    moved = {name: F(name) - day for name in ("first_seen_at", "last_seen_at")}
    SystemVersion.objects.update(**moved)
    saw(system, timezone.now(), prompt="next")
    assert len(stretches(system)) == 201


def test_a_clock_that_runs_ahead_shows_nothing_later_than_now(system):
    saw(system, timezone.now() + timedelta(days=80_000), prompt="p1")
    ((_, first, last),) = stretches(system)
    assert first <= last <= timezone.now()


def test_rows_are_widened_in_one_order_whatever_came_first(system):
    """Two digesters that lock them in another order wait for each other for ever."""

    def widened(at, *prompts):
        seen = [Sighting(BASE | {"prompt": prompt}, at) for prompt in prompts]
        with CaptureQueriesContext(connection) as queries:
            note_versions(system.pk, seen)
        told = [one["sql"] for one in queries if one["sql"].startswith("UPDATE")]
        return [re.findall(r'"id" = (\d+)', sql) for sql in told]

    widened(NOON, "p1", "p2", "p3")
    there = widened(NOON + HOUR, "p1", "p2", "p3")
    back = widened(NOON + 2 * HOUR, "p3", "p2", "p1")
    assert len(there) == 3
    assert there == back
