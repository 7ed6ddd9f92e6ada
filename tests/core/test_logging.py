"""One line a record, with request id and actor, and never words."""

import io
import json
import logging
import sys

import pytest
import structlog

from reviewapp.celery import app as celery
from reviewapp.core.logging import _formatter
from tests.builders import PASSWORD

pytestmark = pytest.mark.urls("tests.core.doors")
WORDS = "xyzzy-words"


@pytest.fixture
def lines():
    """Everything logged, through the formatter of production."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    config = _formatter(json=True)
    handler.setFormatter(config.pop("()")(**config))
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


def test_a_request_is_one_line_with_its_id_and_actor(lines, reviewer, client_for):
    client_for(reviewer).get("/profile/?q=1", headers={"X-Request-ID": "a-sane-id-1"})
    line = next(line for line in lines() if line["event"] == "http.answered")
    assert line["request_id"] == "a-sane-id-1"
    assert line["actor"] == f"person:{reviewer.pk}"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/profile/", 200)


@pytest.mark.parametrize("sent", ["short", "x" * 129, "has space!", "line\tbreak..."])
def test_an_insane_request_id_is_replaced(client, db, sent):
    answer = client.get("/accounts/login/", headers={"X-Request-ID": sent})
    assert answer["X-Request-ID"] != sent
    assert len(answer["X-Request-ID"]) == 32


def test_one_request_does_not_speak_for_the_next(lines, reviewer, client_for, client):
    client_for(reviewer).get("/profile/")
    client.get("/accounts/login/")
    assert "actor" not in lines()[-1]


def test_no_words_of_a_request_reach_the_logs(lines, reviewer, client_for):
    browser = client_for(reviewer, raise_request_exception=False)
    browser.get(f"/nowhere/?ref={WORDS}")
    browser.get(f"/test/ends/data?ref={WORDS}")
    browser.get(f"/test/ends/bug?ref={WORDS}")
    browser.post("/profile/", {"name": WORDS, "time_zone": WORDS})
    browser.post("/accounts/login/", {"login": WORDS, "password": PASSWORD})
    browser.post("/api/test/echo", {"text": WORDS * 9}, "application/json")
    text = json.dumps(lines())
    assert "/nowhere/" in text
    assert WORDS not in text


def test_an_exception_is_logged_by_its_kind_and_place(lines):
    def divide(words):
        return 1 / 0

    try:
        divide(WORDS)
    except ZeroDivisionError as problem:
        try:
            raise ValueError(f"quotes {WORDS}") from problem
        except ValueError:
            logging.getLogger("any").exception("It broke.")
    line = lines()[-1]
    assert line["exception"] == ["builtins.ValueError", "builtins.ZeroDivisionError"]
    assert __file__ in line["at"][0]
    assert WORDS not in json.dumps(line)


@pytest.fixture
def failing_task():
    @celery.task(name="tests.fail", shared=False)
    def fail() -> None:
        raise ValueError(f"quotes {WORDS}")

    yield fail
    celery.tasks.pop("tests.fail")


def test_a_task_that_fails_is_logged_without_the_text(lines, failing_task):
    failing_task.apply()
    line = next(line for line in lines() if line["logger"] == "celery.app.trace")
    assert line["event"].startswith("Task tests.fail[")
    assert line["event"].endswith("raised unexpected: ValueError")
    assert line["exception"] == ["builtins.ValueError"]
    assert WORDS not in json.dumps(lines())


def test_an_exception_within_a_message_is_its_type(lines):
    logging.getLogger("any").warning("Broke: %r, %d times", ValueError(WORDS), 2)
    assert lines()[-1]["event"] == "Broke: 'ValueError', 2 times"


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/password/reset/key/1-the-secret/",
        "/accounts/password/reset/key/1-the-secret",
        "/accounts/confirm-email/the-secret/",
        "/accounts/oidc/company/login/callback/?code=the-secret",
    ],
)
def test_what_is_as_good_as_a_password_is_not_logged(lines, client, db, path):
    client.get(path)
    text = json.dumps(lines())
    assert path[:20] in text
    assert "the-secret" not in text


def test_structlog_and_the_standard_library_speak_alike(lines):
    structlog.get_logger("ours").warning("thing.happened", count=2)
    logging.getLogger("theirs").warning("Thing %s", "happened")
    ours, theirs = lines()[-2:]
    assert (ours["event"], ours["count"], ours["logger"]) == (
        "thing.happened",
        2,
        "ours",
    )
    assert theirs["event"] == "Thing happened"
    assert ours.keys() - {"count"} == theirs.keys()


def test_developers_read_lines_and_not_json(capsys):
    config = _formatter(json=False)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(config.pop("()")(**config))
    handler.handle(logging.makeLogRecord({"msg": "Thing", "levelname": "INFO"}))
    assert "Thing" in capsys.readouterr().err
