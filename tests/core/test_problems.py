"""Refusals and failures: a form for programs, one for people, no inside for both."""

import pytest

from tests.core.doors import end

pytestmark = [pytest.mark.urls("tests.core.doors"), pytest.mark.django_db]

ENDINGS = [
    ("conflict", 409, "taken"),
    ("full", 503, "queue_full"),
    ("gone", 404, "not_found"),
    ("denied", 403, "not_allowed"),
    ("data", 400, "invalid"),
    ("wordless", 409, "words_gone"),
    ("deadlock", 503, "unavailable"),
    ("idle", 503, "unavailable"),
    ("broken_transaction", 500, "internal"),
    ("bug", 500, "internal"),
]
SECRET = b"secret of the inside"


@pytest.fixture
def visitor(client):
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(("how", "status", "code"), ENDINGS)
def test_an_api_answers_with_problem_json(visitor, how, status, code):
    answer = visitor.get(f"/api/test/ends/{how}")
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["code"] == code
    assert problem["type"] == f"urn:reviewapp:problem:{code}"
    assert problem["title"]
    assert problem["detail"]
    assert SECRET not in answer.content


@pytest.mark.parametrize(("how", "status", "code"), ENDINGS)
def test_a_page_says_it_in_words(visitor, how, status, code):
    answer = visitor.get(f"/test/ends/{how}")
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert SECRET not in answer.content


def test_come_back_later_says_when(visitor):
    assert visitor.get("/api/test/ends/full")["Retry-After"] == "30"
    assert visitor.get("/test/ends/full")["Retry-After"] == "30"


def test_a_bug_is_quoted_by_its_request_id(visitor):
    for path in ("/api/test/ends/bug", "/test/ends/bug"):
        answer = visitor.get(path, headers={"X-Request-ID": "quoted-id-1"})
        assert b"quoted-id-1" in answer.content


def test_the_bugs_of_this_test_are_real():
    with pytest.raises(ValueError, match="secret of the inside"):
        end("bug")


def test_an_unknown_address_is_told_in_the_callers_language(visitor):
    api = visitor.get("/api/v1/nowhere")
    assert (api.status_code, api.json()["code"]) == (404, "not_found")
    page = visitor.get("/nowhere/")
    assert page.status_code == 404
    assert b"<html" in page.content


def test_a_fragment_gets_a_fragment(visitor):
    answer = visitor.get("/test/ends/conflict", headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert b"<html" not in answer.content
    assert b"Somebody holds it." in answer.content


def test_a_request_from_a_foreign_host_is_refused(visitor):
    answer = visitor.get("/accounts/login/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
