"""What every API does with bodies, types, methods and the things that go wrong."""

import json
from io import BytesIO

import pytest
from django.core.handlers.asgi import ASGIRequest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework import serializers
from rest_framework.test import APIClient, force_authenticate

from reviewapp.core.api import StrictSerializer
from reviewapp.core.media import BODY_LIMIT
from tests.core.doors import Echo

pytestmark = [pytest.mark.urls("tests.core.doors"), pytest.mark.django_db]

ECHO = "/api/test/echo"


@pytest.fixture
def api(reviewer, api_for):
    return api_for(reviewer)


@pytest.fixture
def post(api):
    def send(body, content_type="application/json"):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return api.generic("POST", ECHO, raw, content_type=content_type)

    return send


def test_what_fits_is_taken(post):
    body = {"text": "hé", "number": 3, "flag": False, "numbers": [1], "amount": "1.50"}
    answer = post(body)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == body


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": 1}, "text"),
        ({"text": True}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": None}, "text"),
        ({"text": "x" * 21}, "text"),
        ({"number": "1"}, "number"),
        ({"number": True}, "number"),
        ({"number": 1.0}, "number"),
        ({"number": 1001}, "number"),
        ({"share": "0.5"}, "share"),
        ({"share": True}, "share"),
        ({"amount": 1.5}, "amount"),
        ({"amount": "1.555"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"flag": "true"}, "flag"),
        ({"flag": 1}, "flag"),
        ({"choice": 1}, "choice"),
        ({"choice": "b"}, "choice"),
        ({"moment": 1700000000}, "moment"),
        ({"moment": "yesterday"}, "moment"),
        ({"ident": 5}, "ident"),
        ({"ident": "5"}, "ident"),
        ({"numbers": "123"}, "numbers"),
        ({"numbers": {"0": 1}}, "numbers"),
        ({"numbers": [1, "2"]}, "numbers.1"),
        ({"numbers": [1, 2, 3, 4]}, "numbers"),
        ({"part": "word"}, "part"),
        ({"part": {}}, "part.word"),
        ({"part": {"word": 7}}, "part.word"),
        ({"part": {"word": "a", "more": 1}}, "part.more"),
        ({"parts": [{"word": "a"}, {"word": None}]}, "parts.1.word"),
        ({"parts": {"word": "a"}}, "parts"),
        ({"made": "x"}, "made"),
        ({"unknown": 1}, "unknown"),
        ([], "body"),
        ("text", "body"),
        (None, "body"),
    ],
)
def test_what_does_not_fit_is_named(post, body, field):
    answer = post(body)
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "invalid"
    assert list(problem["errors"]) == [field]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "malformed_json"),
        (b'{"text":"a","text":"b"}', 400, "malformed_json"),
        (b'{"text":"\xff"}', 400, "malformed_json"),
        (b'{"number":NaN}', 400, "malformed_json"),
        (rb'{"text":"\u0000"}', 400, "invalid"),
        (rb'{"anything":{"a":"\ud800"}}', 400, "invalid"),
        (b'{"anything":' + b"[" * 40 + b"]" * 40 + b"}", 400, "too_deep"),
        (b"[" * 300_000, 400, "too_deep"),
        (b'{"text":"' + b"x" * BODY_LIMIT + b'"}', 413, "too_large"),
        (b" " * (10 * BODY_LIMIT), 413, "too_large"),
    ],
)
def test_a_bad_body_has_its_code(post, body, status, code):
    answer = post(body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_no_body_is_an_empty_object(post):
    assert post(b"").json() == {}


def test_a_chunked_body_is_read_too(reviewer):
    """It comes without Content-Length, which DRF takes for no body at all."""
    headers = [
        (b"content-type", b"application/json"),
        (b"transfer-encoding", b"chunked"),
    ]
    scope = {"type": "http", "method": "POST", "path": ECHO, "headers": headers}
    request = ASGIRequest(scope, BytesIO(b'{"text":"a"}'))
    force_authenticate(request, reviewer)
    assert Echo.as_view()(request).data == {"text": "a"}


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""],
)
def test_only_json_is_read(post, content_type):
    answer = post(b'{"text":"a"}', content_type)
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_json_with_a_charset_is_json(post):
    assert post(b"{}", "application/json; charset=utf-8").status_code == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["text", "number", "flag", "moment", "part", "anything", "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=5,
        ),
    )
)
def test_no_json_breaks_an_api(post, body):
    answer = post(json.dumps(body).encode("utf-8", "surrogatepass"))
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert answer.json()["code"] in {"invalid", "malformed_json", "too_deep"}


def test_query_parameters_are_checked(api):
    assert api.get(f"{ECHO}?limit=7").json()["limit"] == 7
    assert list(api.get(f"{ECHO}?limit=x").json()["errors"]) == ["limit"]
    assert list(api.get(f"{ECHO}?limti=7").json()["errors"]) == ["limti"]


def test_another_method_or_media_type_is_refused_as_a_problem(api):
    wrong = api.delete(ECHO)
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert wrong["Allow"] == "GET, POST, HEAD, OPTIONS"
    answer = api.get(ECHO, HTTP_ACCEPT="text/html")
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_a_session_needs_its_csrf_token(reviewer):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(reviewer)
    answer = browser.post(ECHO, {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")
    assert browser.get(ECHO).status_code == 200


def test_every_text_field_must_have_a_limit():
    with pytest.raises(TypeError, match="has no max_length"):
        type("Loose", (StrictSerializer,), {"text": serializers.CharField()})
    inside = serializers.ListField(child=serializers.CharField())
    with pytest.raises(TypeError, match="has no max_length"):
        type("Loose", (StrictSerializer,), {"texts": inside})
