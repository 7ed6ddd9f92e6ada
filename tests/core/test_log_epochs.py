"""A log restored into another cluster keeps its order."""

import pytest

from reviewapp.core.log_reading import read_after
from reviewapp.core.models import Epoch, Event
from reviewapp.core.positions import BEGINNING
from reviewapp.core.services import epochs
from reviewapp.core.services.epochs import start_epoch
from tests.core.logs import append, everything_settled, unguarded

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def restored() -> Event:
    """An event as a restored dump holds it: far ahead of this cluster's counter."""
    with unguarded("core.Event:event_order"):
        return Event.objects.create(epoch=1, xact=2**60, verb="thing.old")


def test_the_same_cluster_stays_in_its_epoch():
    append()
    assert start_epoch().number == 1
    assert start_epoch().number == 1
    assert Epoch.objects.count() == 1


def test_another_cluster_begins_an_epoch_and_says_so(monkeypatch):
    monkeypatch.setattr(epochs, "_cluster", lambda: 42)
    assert start_epoch().number == 2
    assert start_epoch().number == 2
    begun = Event.objects.get(verb="epoch.begun")
    assert begun.epoch == 2
    assert begun.facts == {"before": 1, "cluster_changed": True}


def test_a_log_ahead_of_its_cluster_gives_a_restore_away(restored):
    assert start_epoch().number == 2
    assert start_epoch().number == 2


def test_a_role_that_may_not_ask_for_the_cluster_is_no_error(monkeypatch):
    monkeypatch.setattr(epochs, "_CLUSTER", "SELECT pg_read_file('PG_VERSION')")
    assert epochs._cluster() is None


def test_events_of_before_are_read_first_though_their_numbers_are_higher(restored):
    assert read_after(BEGINNING, 10) == []
    start_epoch()
    append("thing.new")
    everything_settled()
    verbs = [event.verb for event in read_after(BEGINNING, 10)]
    assert verbs == ["thing.old", "epoch.begun", "thing.new"]
