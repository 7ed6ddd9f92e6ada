"""What a reviewer's own tool lives through: list, next, read, decide."""

import pytest

from queues.models import ActionRequest, Status
from tests.queues.builders import make_ask, make_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewing(reviewer, api_for, system):
    make_queue(reviewer)
    return api_for(reviewer)


def url_of(ask, act=""):
    return f"/api/v1/requests/{ask.pk}" + (f"/{act}" if act else "")


def test_next_is_claimed_read_and_decided(reviewing, reviewer, system):
    ask = make_ask(system)
    card = reviewing.post("/api/v1/queues/general/next")
    assert card.status_code == 200, card.content
    assert card.json()["arguments"]["reservation"].startswith("R-")
    assert card.json()["claim"]["person"] == str(reviewer)
    word = {"verdict": "approve", "version": card.json()["version"]}
    decided = reviewing.post(url_of(ask, "decide"), word, format="json")
    assert decided.status_code == 200, decided.content
    assert decided.json()["status"] == "approved"
    assert ActionRequest.objects.get(pk=ask.pk).status == Status.APPROVED


def test_next_of_an_empty_queue_is_no_content(reviewing):
    assert reviewing.post("/api/v1/queues/general/next").status_code == 204


def test_the_list_shows_what_waits_with_its_words(reviewing, system):
    ask = make_ask(system)
    page = reviewing.get("/api/v1/requests").json()
    assert [row["id"] for row in page["results"]] == [str(ask.pk)]
    assert page["results"][0]["summary"].startswith("Cancel reservation")
    assert page["next"] is None


def test_a_card_that_changed_is_not_decided(reviewing, system):
    ask = make_ask(system)
    word = {"verdict": "approve", "version": ask.version + 1}
    refused = reviewing.post(url_of(ask, "decide"), word, format="json")
    assert refused.status_code == 409
    assert refused.json()["code"] == "changed"


def test_a_log_reader_sees_the_shape_without_a_word(auditor, api_for, system):
    ask = make_ask(system, evidence=())
    page = api_for(auditor).get("/api/v1/requests").json()
    card = api_for(auditor).get(url_of(ask)).json()
    for seen in (page["results"][0], card):
        assert seen["tool"] == "cancel_reservation"
        assert (
            not {"summary", "subject_ref", "arguments", "justification"} & seen.keys()
        )
