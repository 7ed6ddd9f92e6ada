"""What could not be digested is seen, replayed after a fix, or let go."""

from datetime import timedelta
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from reviewapp.core.models import DataKey, Event
from tests.builders import actor_of_person, make_system
from tests.queues.pages.costs import count_queries
from tests.traces.keeping.quarantine import set_one_aside
from traces.models import Batch, Quarantined
from traces.services import dead_letters as services
from traces.services.batches import open_batch
from traces.services.digesting import digest_batches
from traces.services.expiring import sweep_retention

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_for, engineer):
    return client_for(engineer)


def has_key(letter):
    return DataKey.objects.filter(pk=letter.pk, destroyed_at=None).exists()


def replay(client, **asked):
    return client.post(reverse("replay_dead_letters"), asked)


def drop(client, **asked):
    return client.post(reverse("drop_dead_letters"), asked)


def test_they_are_listed_by_reason_with_what_helps(client):
    for _ in range(2):
        set_one_aside(make_system(), reason="KeyError")
    set_one_aside(make_system("billing", name="Billing"), reason="WorkersDied")
    page = client.get(reverse("list_dead_letters"))
    assert [(one.code, one.count) for one in page.context["reasons"]] == [
        ("KeyError", 2),
        ("WorkersDied", 1),
    ]
    assert "after the next release" in page.text
    assert "Every worker that took it up died" in page.text
    one = client.get(reverse("list_dead_letters") + "?reason=WorkersDied")
    assert len(one.context["letters"]) == 1
    assert "Billing" in one.text


def test_an_empty_page_says_so(client):
    assert "Everything was digested" in client.get(reverse("list_dead_letters")).text


def test_a_replayed_letter_is_a_batch_again(client):
    letter = set_one_aside(make_system(environment="staging"))
    replay(client, letter=letter.pk)
    batch = Batch.objects.get()
    assert open_batch(batch) == b"a body nobody understood"
    assert (batch.system, batch.environment) == (letter.system, "staging")
    assert (batch.signal, batch.content_type) == (letter.signal, letter.content_type)
    letter.refresh_from_db()
    assert letter.replayed_at
    assert bytes(letter.sealed) == b""
    assert not has_key(letter)
    assert (
        Event.objects.get(verb="dead_letter.replayed").facts["reason"] == "ValueError"
    )


def test_what_breaks_again_comes_back(client):
    letter = set_one_aside()
    replay(client, letter=letter.pk)
    assert digest_batches(5) == 1
    again = Quarantined.objects.get(replayed_at=None)
    assert again.pk != letter.pk
    assert again.system == letter.system


def test_all_of_one_reason_are_replayed(client):
    mine = [set_one_aside(reason="KeyError") for _ in range(3)]
    other = set_one_aside(reason="ValueError")
    replay(client, reason="KeyError")
    assert Batch.objects.count() == 3
    assert not any(has_key(letter) for letter in mine)
    assert has_key(other)


def test_an_imported_line_cannot_be_replayed(client):
    letter = set_one_aside()
    Quarantined.objects.update(content_type="application/json", signal="import")
    page = client.get(reverse("list_dead_letters")).text
    assert f'value="{letter.pk}">Replay' not in page
    replay(client, letter=letter.pk)
    assert not Batch.objects.exists()
    assert has_key(letter)


def test_dropping_asks_once_more(client):
    letter = set_one_aside()
    address = reverse("drop_dead_letters")
    assert "never be digested" in client.get(f"{address}?letter={letter.pk}").text
    assert has_key(letter)
    drop(client, letter=letter.pk)
    letter.refresh_from_db()
    assert letter.dropped_at
    assert not has_key(letter)
    assert Event.objects.filter(verb="dead_letter.dropped").count() == 1
    assert client.get(f"{address}?letter={letter.pk}").status_code == 404


def test_both_happen_once(client, engineer):
    letter, actor = set_one_aside(), actor_of_person(engineer)
    assert services.drop_dead_letters([letter, letter], actor=actor) == 1
    assert services.replay_dead_letters([letter], actor=actor) == 0
    assert Event.objects.filter(verb__startswith="dead_letter.").count() == 1


@pytest.mark.parametrize("asked", [{}, {"letter": "junk"}, {"letter": ""}])
def test_who_names_nothing_is_told_so(client, asked):
    assert replay(client, **asked).status_code == 400
    assert drop(client, **asked).status_code == 400


class Killed(BaseException):
    """The process is gone."""


def test_killed_between_batch_and_key_the_sweep_goes_on(engineer):
    letter = set_one_aside()
    dying = mock.patch.object(services, "finish_dead_letters", side_effect=Killed)
    with dying, pytest.raises(Killed):
        services.replay_dead_letters([letter], actor=actor_of_person(engineer))
    assert has_key(letter)
    sweep_retention(60)
    letter.refresh_from_db()
    assert bytes(letter.sealed) == b""
    assert not has_key(letter)
    assert letter.dropped_at is None


def test_whose_words_were_erased_ends_without_a_batch(client):
    letter = set_one_aside()
    DataKey.objects.filter(pk=letter.pk).update(
        wrapped=b"", destroyed_at=timezone.now() - timedelta(days=1)
    )
    replay(client, letter=letter.pk)
    letter.refresh_from_db()
    assert not Batch.objects.exists()
    assert (letter.replayed_at, letter.dropped_at is not None) == (None, True)


def test_no_word_of_a_letter_is_on_the_page(client):
    set_one_aside()
    assert "nobody understood" not in client.get(reverse("list_dead_letters")).text


def test_it_costs_the_same_for_two_and_for_twenty(client):
    costs = []
    for number in range(20):
        set_one_aside()
        if number in (1, 19):
            with count_queries() as queries:
                client.get(reverse("list_dead_letters"))
            costs.append(queries())
    assert costs[0] == costs[1]
