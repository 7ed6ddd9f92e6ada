"""What a person reads of their notices, and how they say how to be called."""

import pytest

from queues.models import ActionRequest
from reviewapp.core.models import Event
from reviewapp.core.words import Keyring
from reviewapp.notifications.models import Notice, Reach, Wish
from reviewapp.notifications.rules import OF_REQUESTS
from reviewapp.notifications.services.notices import call_people
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


def _told(*people) -> ActionRequest:
    make_queue(*people)
    ask = make_ask(tool="delete_records", summary="Delete the old rows")
    call_people(list(Event.objects.all()))
    return ask


def test_the_page_says_what_needs_them(reviewer, client_for):
    _told(reviewer)
    page = client_for(reviewer).get("/notices/")
    assert "Delete the old rows" in page.content.decode()
    assert "1 not seen yet" in page.content.decode()


def test_nobody_sees_notices_of_others(reviewer, reviewer2, client_for):
    _told(reviewer)
    assert "Delete" not in client_for(reviewer2).get("/notices/").content.decode()
    notice = Notice.objects.get()
    assert client_for(reviewer2).get(f"/notices/{notice.pk}/").status_code == 404


def test_a_person_who_left_the_queue_no_longer_reads_the_words(reviewer, client_for):
    ask = _told(reviewer)
    ask.queue.memberships.all().delete()
    page = client_for(reviewer).get("/notices/").content.decode()
    assert "Delete the old rows" not in page
    assert "delete_records" in page


def test_following_a_call_opens_the_request_and_marks_it_seen(reviewer, client_for):
    ask = _told(reviewer)
    answer = client_for(reviewer).get(f"/notices/{Notice.objects.get().pk}/")
    assert answer.url == f"/requests/{ask.pk}/"
    assert Notice.objects.get().seen_at is not None


def test_all_can_be_marked_as_seen(reviewer, client_for):
    _told(reviewer)
    client_for(reviewer).post("/notices/seen/")
    assert not Notice.objects.unseen().exists()
    assert client_for(reviewer).get("/notices/unseen/").content == b""


def test_the_page_costs_the_same_with_many(
    reviewer, client_for, django_assert_num_queries
):
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    client = client_for(reviewer)
    counts = []
    for _ in range(2):
        for _ in range(8):
            _told(reviewer)
        with (
            CaptureQueriesContext(connections["default"]) as main,
            CaptureQueriesContext(connections["keys"]) as keys,
        ):
            client.get("/notices/")
        counts.append((len(main), len(keys)))
    assert counts[0] == counts[1]
    assert counts[0][1] == 1


def test_a_messenger_address_is_sealed(reviewer, client_for):
    client_for(reviewer).post(
        "/profile/calls/", {"apprise_url": "ntfys://secret-topic"}
    )
    reach = Reach.objects.get()
    assert b"secret-topic" not in bytes(reach.apprise_sealed)
    opened = Keyring.of([reach.pk]).open(reach.pk, "apprise", reach.apprise_sealed)
    assert opened == "ntfys://secret-topic"
    assert (
        "secret-topic"
        not in client_for(reviewer).get("/profile/calls/").content.decode()
    )


def test_an_address_that_cannot_be_used_is_refused_with_the_reason(
    reviewer, client_for
):
    url = "json://127.0.0.1:6379/"
    answer = client_for(reviewer).post("/profile/calls/", {"apprise_url": url})
    assert answer.status_code == 422
    assert "Messengers of this kind may not be used here." in answer.content.decode()
    assert not Reach.objects.filter(apprise_sealed__isnull=False).exists()


def test_half_of_a_quiet_time_is_refused(reviewer, client_for):
    answer = client_for(reviewer).post("/profile/calls/", {"quiet_from": "22:00"})
    assert answer.status_code == 422


def test_wishes_are_chosen_per_queue(reviewer, client_for):
    make_queue(reviewer)
    client_for(reviewer).post(
        "/profile/calls/general/",
        {"arrival-channels": ["email"], "arrival-risk_classes": ["money"]},
    )
    wish = Wish.objects.get(occasion="arrival")
    assert (wish.channels, wish.risk_classes) == (["email"], ["money"])
    assert Wish.objects.get(occasion="half_time").channels == []


def test_wishes_for_a_queue_of_others_are_not_found(reviewer, client_for):
    make_queue(slug="elsewhere")
    assert client_for(reviewer).get("/profile/calls/elsewhere/").status_code == 404


def test_a_form_with_nothing_ticked_is_a_form_too(reviewer, client_for):
    make_queue(reviewer)
    answer = client_for(reviewer).post("/profile/calls/general/")
    assert answer.status_code == 302
    assert set(Wish.objects.values_list("occasion", flat=True)) == set(OF_REQUESTS)
    assert not Wish.objects.exclude(channels=[]).exists()
