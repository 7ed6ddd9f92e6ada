"""Queue health: figures, plots and the forecast of one queue, for its lead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from queues.models import ActionRequest, Claim, Queue, Status
from queues.selectors.health import health_of
from queues.services.claims import claim_request
from queues.services.decisions import decide_request
from reviewapp.core.actors import Actor
from reviewapp.core.permissions import Role
from tests.builders import make_person
from tests.queues.builders import make_ask, make_queue, ruling

pytestmark = pytest.mark.django_db
URL = "/queues/general/health"


def make_stay(*, came_min, went_min=None, status=Status.APPROVED, patience_min=120):
    """A request that came and, perhaps, went so many minutes ago."""
    now = timezone.now()
    ask = make_ask()
    came = now - timedelta(minutes=came_min)
    went = None if went_min is None else now - timedelta(minutes=went_min)
    fields = {"status": status, "execute_before": now} if went else {}
    ActionRequest.objects.filter(pk=ask.pk).update(
        created_at=came,
        expires_at=came + timedelta(minutes=patience_min),
        decided_at=went,
        **fields,
    )
    return ask


def health():
    return health_of(Queue.objects.get(slug="general"), timezone.now())


def test_what_came_went_and_waits_is_told(lead, reviewer, client_for):
    make_queue(lead, reviewer)
    make_stay(came_min=90, went_min=60)
    make_stay(came_min=80, went_min=50)
    make_stay(came_min=200, went_min=20, status=Status.EXPIRED)
    make_stay(came_min=30)
    found = health()
    assert found.waiting == 1
    assert sum(one.arrived for one in found.intervals) == 4
    assert sum(one.answered for one in found.intervals) == 2
    assert sum(one.ran_out for one in found.intervals) == 1
    assert found.intervals[-1].waiting == 1
    assert found.ran_out == pytest.approx(1 / 3)
    page = client_for(lead).get(URL).content.decode()
    assert "Queue health" in page
    assert "<svg" in page
    assert "style=" not in page.split("<main")[1]


def test_waits_that_go_on_count(lead):
    make_queue(lead)
    make_stay(came_min=60, went_min=58)
    make_stay(came_min=50, went_min=48)
    for _ in range(6):
        make_stay(came_min=40)
    half, most, _ = health().waits
    assert (half, most) == (None, None)


def test_silence_that_counts_as_a_no_ran_out_all_the_same(lead):
    make_queue(lead)
    make_stay(came_min=200, went_min=70, status=Status.REJECTED, patience_min=120)
    make_stay(came_min=100, went_min=70, status=Status.REJECTED, patience_min=120)
    assert health().ran_out == 0.5


def test_what_its_agent_took_back_is_neither(lead):
    make_queue(lead)
    make_stay(came_min=60, went_min=50, status=Status.WITHDRAWN)
    found = health()
    assert found.ran_out is None
    assert sum(one.given_up for one in found.intervals) == 1


def test_what_was_approved_and_is_void_was_answered(lead):
    make_queue(lead)
    make_stay(came_min=60, went_min=50, status=Status.VOIDED)
    assert health().ran_out == 0


def test_two_that_came_at_the_same_moment_are_two(lead):
    make_queue(lead)
    at = timezone.now() - timedelta(minutes=30)
    gone, waiting = make_stay(came_min=30, went_min=10), make_stay(came_min=30)
    ActionRequest.objects.filter(pk__in=[gone.pk, waiting.pk]).update(created_at=at)
    assert sum(one.arrived for one in health().intervals) == 2


def test_more_at_work_than_needed_are_told_of(lead):
    queue = make_queue(lead)
    ask = make_stay(came_min=30, went_min=10)
    now = timezone.now()
    for number in range(8):
        Claim.objects.create(
            ask=ask,
            person=make_person(Role.REVIEWER, name=f"reviewer {number}"),
            made_at=now,
            ended_at=now,
            end=Claim.End.DECIDED,
        )
    found = health_of(queue, timezone.now())
    assert found.at_work == 8
    assert 8 in [one.reviewers for one in found.forecasts]
    assert found.told[0].reviewers == 8


def test_replays_make_nobody_busy(lead):
    make_queue(lead)
    ask = make_stay(came_min=30, went_min=10)
    make_stay(came_min=30)
    now = timezone.now()
    ActionRequest.objects.filter(pk=ask.pk).update(synthetic=True)
    Claim.objects.create(ask=ask, person=lead, made_at=now, ended_at=now, end="decided")
    assert health().at_work == 0


def test_replays_are_left_out(lead, client_for):
    make_queue(lead)
    ask = make_ask()
    ActionRequest.objects.filter(pk=ask.pk).update(synthetic=True)
    assert health().is_idle
    assert "Nothing came" in client_for(lead).get(URL).content.decode()


def test_the_forecast_says_how_many_it_takes(lead, client_for):
    queue = make_queue(lead)
    queue.mean_review_s = 600
    queue.save()
    for minute in range(60):
        make_stay(came_min=60 - minute)
    found = health()
    # Sixty an hour of ten minutes each keep ten people busy.
    assert found.load.offered == pytest.approx(10, rel=0.05)
    assert not found.is_measured
    assert 9 <= found.needed.reviewers <= 12
    assert found.needed.expiring <= 0.05
    page = client_for(lead).get(URL).content.decode()
    assert f"it takes {found.needed.reviewers}; 0 are at work" in page
    assert "too few were made to measure it" in page


def test_reviews_are_measured_once_there_are_enough(lead):
    queue = make_queue(lead)
    now = timezone.now()
    for _ in range(20):
        ask = make_stay(came_min=30, went_min=10)
        Claim.objects.create(
            ask=ask,
            person=lead,
            made_at=now - timedelta(minutes=11),
            ended_at=now - timedelta(minutes=10),
            end=Claim.End.DECIDED,
        )
    found = health_of(queue, now)
    assert found.is_measured
    assert found.load.review_s == 60
    assert found.at_work == 1


def test_what_runs_out_next_is_told_by_name_and_time(lead, client_for):
    make_queue(lead)
    late, later = make_stay(came_min=110), make_stay(came_min=10)
    page = client_for(lead).get(URL).content.decode()
    assert "Nobody is at work here: all 2 run out by" in page
    assert page.index(f"/requests/{late.pk}/") < page.index(f"/requests/{later.pk}/")


def test_before_anything_has_left_no_law_is_told(lead, client_for):
    make_queue(lead)
    make_stay(came_min=10)
    assert "Little" not in client_for(lead).get(URL).content.decode()
    make_stay(came_min=10, went_min=5)
    assert "Little" in client_for(lead).get(URL).content.decode()


def test_few_arrivals_are_said_to_be_few(lead, client_for):
    queue = make_queue(lead)
    queue.mean_review_s = 600
    queue.save()
    for _ in range(6):
        make_stay(came_min=60)
    page = client_for(lead).get(URL).content.decode()
    assert "So few came that it may take up to" in page


def test_a_decision_is_seen_at_once(lead, reviewer):
    make_queue(lead, reviewer)
    actor = Actor.of_person(reviewer)
    ask = claim_request(make_ask().pk, person=reviewer, actor=actor)
    decide_request(ask.pk, ruling(ask), person=reviewer, actor=actor)
    found = health()
    assert (found.waiting, found.at_work) == (0, 1)
    assert sum(one.answered for one in found.intervals) == 1


def test_only_who_leads_it_sees_it(reviewer, lead, client_for):
    make_queue(reviewer)
    assert client_for(reviewer).get(URL).status_code == 403
    assert client_for(lead).get(URL).status_code == 404


def test_it_costs_the_same_for_two_and_for_twenty(
    lead, client_for, django_assert_max_num_queries
):
    queue = make_queue(lead)
    client = client_for(lead)
    for count in (2, 20):
        for _ in range(count):
            make_stay(came_min=30)
        with django_assert_max_num_queries(17):
            assert client.get(URL).status_code == 200
        with django_assert_max_num_queries(7):
            health_of(queue, timezone.now())


def test_an_objective_of_all_leaves_no_margin(lead, client_for):
    make_queue(lead)
    form = {"name": "General", "max_pending": 7, "mean_review_s": 45, "objective": 100}
    answer = client_for(lead).post("/queues/general/change", form)
    assert answer.status_code == 422
    assert "99" in answer.content.decode()
