"""Page or fragment, whose time, who acts."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from reviewapp.core.access import SIGNED_IN, access
from reviewapp.core.http import actor_of, is_fragment
from reviewapp.urls import urlpatterns as real


@access(SIGNED_IN)
def whose_time(request):
    return HttpResponse(timezone.get_current_timezone_name())


urlpatterns = [*real, path("test/time", whose_time)]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_a_fragment_is_what_htmx_swaps_into_a_page(headers, expected):
    request = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)
    assert is_fragment(request) is expected


def test_a_list_answers_with_its_rows_or_whole_and_says_what_it_depends_on(
    admin, client_for
):
    browser = client_for(admin)
    whole = browser.get("/people/")
    part = browser.get("/people/", headers={"HX-Request": "true"})
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert admin.email.encode() in part.content
    assert "HX-Request" in whole["Vary"]
    assert "HX-Request" in part["Vary"]


@pytest.mark.urls("tests.core.test_http")
def test_times_are_those_of_the_reader_and_of_nobody_after(reviewer, lead, client_for):
    reviewer.time_zone = "Asia/Tokyo"
    reviewer.save()
    assert client_for(reviewer).get("/test/time").content == b"Asia/Tokyo"
    assert client_for(lead).get("/test/time").content == b"UTC"


def test_no_answer_is_kept_by_a_cache(reviewer, client_for, api_for):
    assert "no-store" in client_for(reviewer).get("/profile/")["Cache-Control"]
    assert "no-store" in client_for(reviewer).get("/people/")["Cache-Control"]
    assert "no-store" in api_for(reviewer).get("/api/v1/requests")["Cache-Control"]


def test_the_actor_of_a_session_is_told_by_a_digest(reviewer, client_for, rf):
    request = rf.get("/")
    request.user = reviewer
    request.session = client_for(reviewer).session
    actor = actor_of(request)
    assert (actor.person_id, actor.name) == (reviewer.pk, reviewer.email)
    assert len(actor.session) == 64
    assert request.session.session_key not in actor.session


def test_nobody_is_no_actor(rf):
    request = rf.get("/")
    request.user = None
    with pytest.raises(TypeError):
        actor_of(request)
