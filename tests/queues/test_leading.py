"""A lead looks after a queue: limits, members, roster."""

from datetime import timedelta

import pytest
from django.utils import timezone

from queues.models import DutyShift, Membership, Queue
from queues.selectors.loads import with_load
from reviewapp.core.models import Event
from reviewapp.core.permissions import Role
from tests.builders import make_person
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


def test_a_lead_opens_a_queue_and_reviews_in_it(lead, client_for):
    answer = client_for(lead).post("/queues/new", {"name": "Night", "slug": "night"})
    assert answer.url == "/queues/night/"
    assert Queue.objects.get(slug="night").members.get() == lead


def test_a_name_in_use_is_refused_beside_its_field(lead, client_for):
    make_queue(lead)
    answer = client_for(lead).post("/queues/new", {"name": "G", "slug": "general"})
    assert answer.status_code == 422
    assert "There is a queue of this name" in answer.content.decode()


def test_a_lead_adds_and_removes_reviewers(lead, reviewer, client_for):
    queue = make_queue(lead)
    client = client_for(lead)
    client.post("/queues/general/members/new", {"person": reviewer.pk})
    assert queue.members.filter(pk=reviewer.pk).exists()
    client.post(f"/queues/general/members/{reviewer.pk}/remove")
    assert not queue.members.filter(pk=reviewer.pk).exists()
    verbs = Event.objects.filter(verb__startswith="queue.").values_list(
        "verb", flat=True
    )
    assert list(verbs) == ["queue.joined", "queue.left"]


def test_only_people_who_may_decide_can_be_added(lead, client_for):
    make_queue(lead)
    auditor = make_person(Role.AUDITOR)
    answer = client_for(lead).post(
        "/queues/general/members/new", {"person": auditor.pk}
    )
    assert answer.status_code == 422
    assert Membership.objects.count() == 1


def test_the_last_reviewer_stays(lead, client_for):
    make_queue(lead)
    answer = client_for(lead).post(f"/queues/general/members/{lead.pk}/remove")
    assert answer.status_code == 409
    assert Membership.objects.count() == 1


def test_a_shift_is_planned_shown_and_cancelled(lead, client_for):
    make_queue(lead)
    client, now = client_for(lead), timezone.now()
    client.post(
        "/queues/general/shifts/new",
        {
            "person": lead.pk,
            "level": 1,
            "starts_at": now - timedelta(hours=1),
            "ends_at": now + timedelta(hours=1),
        },
    )
    shift = DutyShift.objects.get()
    assert "On duty" in client.get("/queues/general/").content.decode()
    assert "On duty" in client.get("/queues/").content.decode()
    client.post(f"/queues/general/shifts/{shift.pk}/cancel")
    assert not DutyShift.objects.exists()


def test_a_shift_that_ends_before_it_starts_is_refused(lead, client_for):
    make_queue(lead)
    answer = client_for(lead).post(
        "/queues/general/shifts/new",
        {
            "person": lead.pk,
            "level": 1,
            "starts_at": "2026-01-02 10:00",
            "ends_at": "2026-01-02 09:00",
        },
    )
    assert answer.status_code == 422


def test_limits_are_changed(lead, client_for):
    make_queue(lead)
    client_for(lead).post(
        "/queues/general/change",
        {"name": "General", "max_pending": 7, "mean_review_s": 45, "objective": 90},
    )
    queue = Queue.objects.get(slug="general")
    assert (queue.max_pending, queue.mean_review_s) == (7, 45)
    assert queue.objective == 90


def test_a_lead_finds_the_queue_that_has_nobody_and_joins_it(lead, client_for):
    queue = make_queue()  # "general" and nobody in it, as in every new house
    client = client_for(lead)
    assert "No reviewers" in client.get("/queues/").content.decode()
    client.post("/queues/general/members/new", {"person": lead.pk})
    assert queue.members.get() == lead
    assert "No reviewers" not in client.get("/queues/").content.decode()


def test_a_queue_without_people_is_no_door_for_reviewers(reviewer):
    make_queue(slug="unmanned")
    assert not Queue.objects.led_by(reviewer).exists()


def test_the_load_counts_live_requests_and_people_apart(lead, reviewer, reviewer2):
    queue, now = make_queue(lead, reviewer, reviewer2), timezone.now()
    make_ask(), make_ask(), make_ask(synthetic=True)
    for person in (lead, reviewer):
        DutyShift.objects.create(
            queue=queue,
            person=person,
            starts_at=now - timedelta(hours=1),
            ends_at=now + timedelta(hours=1),
        )
    found = with_load(Queue.objects.filter(pk=queue.pk), now).get()
    assert (found.waiting, found.reviewers, found.on_duty) == (2, 3, 2)


@pytest.mark.parametrize("path", ["", "change", "members/new", "shifts/new"])
def test_queues_of_others_are_not_found(lead, reviewer, client_for, path):
    make_queue(reviewer, slug="elsewhere")
    assert client_for(lead).get(f"/queues/elsewhere/{path}").status_code == 404
