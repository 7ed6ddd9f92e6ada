"""The chain of seals is whole while nobody meddles, and names what was changed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reviewapp.core import log_proof
from reviewapp.core.log_proof import prove_log
from reviewapp.core.models import Event, Seal
from reviewapp.core.services import seals
from reviewapp.core.services.seals import anchor, seal_events
from tests.core.logs import HeldTransaction, append, everything_settled, unguarded

pytestmark = pytest.mark.django_db(transaction=True)
GUARDS = ("core.Event:event_is_final", "core.Event:event_order")


def meddling():
    """What somebody with every right on the database can do: pass the triggers by."""
    return unguarded(*GUARDS, "core.Seal:seal_is_final")


@pytest.fixture
def sealed(monkeypatch) -> list[Event]:
    """Seven events under seals of three rows each, in log order."""
    monkeypatch.setattr(seals, "BATCH", 3)
    for n in range(7):
        append("thing.done", n=n, big=2**60, text="ü", half=0.5)
    everything_settled()
    assert seal_events() == 7
    return list(Event.objects.in_log_order())


def texts() -> list[str]:
    return [str(found) for found in prove_log().breaks]


def test_an_untouched_log_is_whole(sealed):
    append()
    proof = prove_log()
    assert proof.whole
    assert (proof.seals, proof.sealed, proof.unsealed) == (3, 7, 1)
    assert proof.head == Seal.objects.get(sequence=3).hash


def test_an_empty_log_is_whole():
    assert seal_events() == 0
    assert prove_log().whole


def test_sealing_twice_adds_nothing(sealed):
    assert seal_events() == 0


def test_what_is_not_settled_is_not_sealed():
    held = HeldTransaction()
    append()
    assert seal_events() == 0
    held.commit()
    everything_settled()
    assert seal_events() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "thing.undone"},
        {"actor_name": "somebody else"},
        {"person_id": 7},
        {"facts": {"n": 4}},
        {"on_behalf_of": "f" * 64},
        {"subject_id": "2"},
    ],
)
def test_a_changed_row_is_named(sealed, change):
    with meddling():
        Event.objects.filter(pk=sealed[4].pk).update(**change)
    assert texts() == [f"seal 2: event {sealed[4].pk}: was changed after sealing"]


def test_every_column_is_under_seal():
    covered = {"id", "epoch", "xact", "at", *log_proof._COLUMNS}
    assert covered == {field.name for field in Event._meta.concrete_fields}


def test_a_deleted_row_is_named(sealed):
    with meddling():
        Event.objects.filter(pk=sealed[0].pk)._raw_delete("default")
    assert texts() == [f"seal 1: event {sealed[0].pk}: was deleted"]


def test_a_row_slipped_in_is_named(sealed):
    with meddling():
        forged = Event.objects.create(
            epoch=1, xact=sealed[1].xact, verb="thing.forged", subject_type="x"
        )
    assert texts() == [f"seal 1: event {forged.pk}: was added after sealing"]


def test_a_row_slipped_in_before_the_first_is_named(sealed):
    with meddling():
        forged = Event.objects.create(epoch=-5, xact=-1, verb="thing.forged")
    assert texts() == [f"seal 1: event {forged.pk}: was added after sealing"]


def test_a_row_moved_to_the_end_is_named(sealed):
    with meddling():
        Event.objects.filter(pk=sealed[2].pk).update(xact=2**60)
    assert texts() == [
        f"seal 1: event {sealed[2].pk}: was moved in the log after sealing"
    ]


def test_a_forger_who_mends_the_seal_breaks_the_chain(sealed):
    """They changed the row and its digest; the hash of the seal still tells."""
    with meddling():
        Event.objects.filter(pk=sealed[4].pk).update(verb="thing.undone")
        rows = list(Event.objects.in_log_order())[3:6]
        mended = log_proof.packed((row.pk, log_proof.row_digest(row)) for row in rows)
        Seal.objects.filter(sequence=2).update(rows=mended)
    assert texts() == ["seal 2: the seal or its predecessor was changed"]


def test_a_forger_who_mends_the_hash_breaks_the_next_link(sealed):
    with meddling():
        Seal.objects.filter(sequence=2).update(hash="0" * 64)
    assert texts() == [
        "seal 2: the seal or its predecessor was changed",
        "seal 3: the seal or its predecessor was changed",
    ]


def test_a_missing_seal_is_found(sealed):
    with meddling():
        Seal.objects.filter(sequence=2)._raw_delete("default")
    assert "seal 3: seals from 2 on are missing" in texts()


def test_a_mangled_seal_is_found_and_no_error(sealed):
    with meddling():
        Seal.objects.filter(sequence=1).update(rows=b"short", hash="no hash")
    assert any(text.startswith("seal 1:") for text in texts())


def test_the_command_is_silent_about_nothing(sealed):
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert "whole: 7 events under 3 seals" in out.getvalue()
    assert Event.objects.get(verb="log.verified").facts["whole"] is True


def test_the_command_fails_and_names_the_row(sealed):
    with meddling():
        Event.objects.filter(pk=sealed[4].pk).update(verb="thing.undone")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_log", stdout=out)
    assert f"event {sealed[4].pk}: was changed" in out.getvalue()


def test_an_anchor_noted_elsewhere_holds(sealed):
    noted = anchor(Seal.objects.get(sequence=2))
    call_command("verify_log", "--anchor", noted, stdout=StringIO())


def test_a_chain_forged_from_end_to_end_misses_its_anchor(sealed):
    """Somebody with every right on the database rewrote log and seals alike."""
    noted = anchor(Seal.objects.get(sequence=2))
    with meddling():
        Event.objects.filter(pk=sealed[4].pk).update(verb="thing.undone")
        Seal.objects.all()._raw_delete("default")
    seal_events()
    assert prove_log().whole
    with pytest.raises(CommandError, match="anchor"):
        call_command("verify_log", "--anchor", noted, stdout=StringIO())


@pytest.mark.parametrize("noted", ["", "2", "x:y", "99:" + "0" * 64])
def test_an_anchor_that_matches_no_seal_fails(sealed, noted):
    with pytest.raises(CommandError):
        call_command("verify_log", "--anchor", noted, stdout=StringIO())
