"""The log takes new rows and refuses everything else."""

import pytest
from django.db import ProgrammingError, connection, transaction

from reviewapp.core.events import NotInTransaction, record_event
from reviewapp.core.models import Epoch, Event
from tests.builders import actor_of_person
from tests.core.logs import append, append_inside

pytestmark = pytest.mark.django_db


def test_an_event_carries_the_whole_chain_of_who_acted(reviewer):
    event = append_inside("request.decided", actor_of_person(reviewer), queue="money")
    event.refresh_from_db()
    assert (event.actor_kind, event.actor_name) == ("person", reviewer.email)
    assert event.person_id == reviewer.pk
    assert event.facts == {"queue": "money"}


def test_the_place_in_the_log_is_set_by_the_database():
    event = append()
    Event.objects.create(epoch=99, xact=99, verb="forged", subject_type="x")
    event.refresh_from_db()
    forged = Event.objects.get(verb="forged")
    assert (forged.epoch, forged.xact) == (event.epoch, event.xact)
    assert event.epoch == Epoch.objects.get().number
    assert event.xact > 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_event SET verb = 'other'",
        "DELETE FROM core_event",
        "UPDATE core_epoch SET cluster = 1",
        "DELETE FROM core_epoch",
    ],
)
def test_a_row_is_never_changed_nor_deleted(change):
    append()
    with (
        pytest.raises(ProgrammingError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.parametrize("table", ["event", "epoch", "seal"])
def test_emptying_is_refused_outside_of_tests(table):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass"
            " AND tgname LIKE %s",
            [f"core_{table}", f"pgtrigger_{table}_stays_%"],
        )
        (name,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE core_{table} ENABLE TRIGGER {name}")
        with pytest.raises(ProgrammingError, match="only ever added"):
            cursor.execute(f"TRUNCATE core_{table}")
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused(reviewer):
    with pytest.raises(NotInTransaction):
        record_event("thing.done", reviewer, actor=actor_of_person(reviewer))
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_undone_leaves_no_event():
    with transaction.atomic():
        append_inside()
        transaction.set_rollback(True)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_emptied_database_has_an_epoch_again():
    """Django's test flush ran before this test or will after it: both are fine."""
    append()
    assert Event.objects.get().epoch == 1
