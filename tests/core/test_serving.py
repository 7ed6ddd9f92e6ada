"""Django behind ASGI: a few threads, and nothing left in them."""

from __future__ import annotations

import asyncio

import pytest
import structlog
from django.conf import settings
from django.db import connections
from django.test import Client

from reviewapp.core.serving import ThreadedHandler
from tests.core.asgi import Call


def asked_of(handler: ThreadedHandler, *calls: dict) -> list[Call]:
    async def ask() -> list[Call]:
        running = [Call(handler, **call) for call in calls]
        return [await call.finished() for call in running]

    return asyncio.run(ask())


def signed_in(person) -> dict[str, str]:
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"host": "localhost", "cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}


@pytest.fixture
def handler():
    handler = ThreadedHandler(1)
    yield handler
    handler._threads.submit(connections.close_all).result()
    handler._threads.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_page_leaves_neither_connection_nor_log_context_in_its_thread(
    handler, reviewer
):
    headers = signed_in(reviewer)
    (page,) = asked_of(handler, {"path": "/queue/", "headers": headers})
    assert page.status == 200
    thread = handler._threads
    assert thread.submit(lambda: connections["default"].connection).result() is None
    assert thread.submit(structlog.contextvars.get_contextvars).result() == {}


@pytest.mark.django_db(transaction=True)
def test_an_answer_sent_in_parts_comes_whole(handler, reviewer):
    headers = signed_in(reviewer)
    (script,) = asked_of(handler, {"path": "/static/js/keys.js", "headers": headers})
    source = settings.BASE_DIR / "static" / "js" / "keys.js"
    assert script.status == 200
    assert script.body == source.read_bytes()


def test_more_callers_than_threads_are_all_answered(handler):
    call = {"path": "/healthz", "headers": {"host": "localhost"}}
    answers = asked_of(handler, *[call] * 5)
    assert [answer.status for answer in answers] == [200] * 5


def test_who_leaves_before_the_body_is_complete_gets_no_answer(handler):
    async def leave() -> Call:
        call = Call(handler, "/healthz", headers={"host": "localhost"})
        call._incoming.get_nowait()
        call.disconnect()
        return await call.finished()

    assert asyncio.run(leave()).status == 0
