"""Callbacks: signed as Standard Webhooks, retried, replay-safe, only where allowed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import orjson
import pytest
import time_machine
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from queues.models import Delivery
from queues.services.approvals import revoke_approval
from queues.services.decisions import decide_request
from queues.services.webhooks import send_due_webhooks
from queues.webhooks import CallRefused, is_public, next_attempt, post
from reviewapp.core.models import Event
from reviewapp.core.problems import Invalid
from systems.models import System
from systems.services.webhooks import rotate_webhook_secret
from systems.webhooks import webhook_secrets
from tests.builders import actor_of_person
from tests.queues.builders import make_ask, make_asking_system, make_queue, ruling

pytestmark = pytest.mark.django_db


class Receiver:
    """A real HTTP receiver on loopback that keeps what it got."""

    def __init__(self, port: int, got: list, answer: dict) -> None:
        self.url, self.got, self.answer = f"http://localhost:{port}/hook", got, answer


@contextmanager
def listening(status: int = 204, headers: tuple = ()) -> Iterator[Receiver]:
    got: list = []
    answer = {"status": status}

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            got.append((dict(self.headers), body))
            self.send_response(answer["status"])
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Receiver(server.server_port, got, answer)
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.WEBHOOK_PRIVATE_HOSTS = ["localhost"]
    with listening() as receiver:
        yield receiver


@pytest.fixture
def system():
    return make_asking_system(allow_callback_hosts=["localhost", "hooks.example.com"])


def _decided(person, system, url, verdict="approve"):
    make_queue(person)
    ask = make_ask(system, callback_url=url, summary="Cancel R-1 of Ms Okafor")
    decide_request(
        ask.pk, ruling(ask, verdict), person=person, actor=actor_of_person(person)
    )
    ask.refresh_from_db()
    return ask


def test_a_decision_is_called_back_and_any_library_can_check_it(
    reviewer, system, receiver
):
    ask = _decided(reviewer, system, receiver.url)
    assert send_due_webhooks() == 1
    ((headers, body),) = receiver.got
    told = Webhook(webhook_secrets(system, timezone.now())[0]).verify(body, headers)
    assert told["type"] == "request.approved"
    assert told["data"]["id"] == str(ask.pk)
    assert told["data"]["arguments_digest"] == ask.arguments_digest
    delivery = ask.delivery
    delivery.refresh_from_db()
    assert delivery.delivered_via == "webhook"
    assert delivery.acknowledged_at is not None
    assert delivery.next_attempt_at is None


def test_a_callback_carries_no_words(reviewer, system, receiver):
    _decided(reviewer, system, receiver.url, "answer")
    send_due_webhooks()
    assert b"Okafor" not in receiver.got[0][1]
    assert b"Ask the customer" not in receiver.got[0][1]


def test_nothing_is_sent_before_the_decision_or_twice(reviewer, system, receiver):
    make_queue(reviewer)
    make_ask(system, callback_url=receiver.url)
    assert send_due_webhooks() == 0
    _decided(reviewer, system, receiver.url)
    assert send_due_webhooks() == 1
    assert send_due_webhooks() == 0


def test_a_receiver_that_fails_is_called_again_with_the_same_id(
    reviewer, system, receiver
):
    receiver.answer["status"] = 500
    ask = _decided(reviewer, system, receiver.url)
    assert send_due_webhooks() == 0
    delivery = Delivery.objects.get(ask=ask)
    assert (delivery.attempts, delivery.last_failure) == (1, "status_500")
    assert delivery.next_attempt_at > timezone.now()
    receiver.answer["status"] = 200
    Delivery.objects.filter(ask=ask).update(next_attempt_at=timezone.now())
    assert send_due_webhooks() == 1
    ids = {orjson.dumps(headers["webhook-id"]) for headers, _ in receiver.got}
    assert len(ids) == 1


def test_after_a_day_of_failures_it_is_given_up_and_said(reviewer, system, receiver):
    receiver.answer["status"] = 410
    ask = _decided(reviewer, system, receiver.url)
    Delivery.objects.filter(ask=ask).update(attempts=9)
    send_due_webhooks()
    delivery = Delivery.objects.get(ask=ask)
    assert delivery.gave_up_at is not None
    assert delivery.next_attempt_at is None
    assert Event.objects.filter(verb="answer.undelivered").count() == 1


def test_a_host_that_is_no_longer_allowed_is_not_called(reviewer, system, receiver):
    ask = _decided(reviewer, system, receiver.url)
    System.objects.filter(pk=system.pk).update(allow_callback_hosts=[])
    assert send_due_webhooks() == 0
    assert receiver.got == []
    assert Delivery.objects.get(ask=ask).last_failure == "host_not_allowed"


def test_a_callback_behind_slow_ones_is_signed_and_leased_when_its_turn_comes(
    reviewer, system, monkeypatch
):
    for _ in range(2):
        _decided(reviewer, system, "https://hooks.example.com/hook")
    seen = []

    def slow_post(url: str, body: bytes, headers: dict[str, str], **_: object) -> int:
        leased = Delivery.objects.filter(acknowledged_at=None)
        lease = leased.latest("next_attempt_at").next_attempt_at
        seen.append((headers["webhook-timestamp"], lease))
        clock.shift(timedelta(minutes=10))
        return 200

    monkeypatch.setattr("queues.services.webhooks.post", slow_post)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        turns = [timezone.now() + timedelta(minutes=10 * n) for n in range(2)]
        assert send_due_webhooks() == 2
    assert seen == [
        (str(int(at.timestamp())), at + timedelta(minutes=2)) for at in turns
    ]


def test_an_approval_taken_back_is_called_too(reviewer, system, receiver):
    ask = _decided(reviewer, system, receiver.url)
    send_due_webhooks()
    revoke_approval(ask.pk, person=reviewer, actor=actor_of_person(reviewer))
    assert send_due_webhooks() == 1
    kinds = [orjson.loads(body)["type"] for _, body in receiver.got]
    assert kinds == ["request.approved", "request.voided"]


def test_after_a_rotation_both_secrets_check_it(reviewer, system, receiver):
    old = webhook_secrets(system, timezone.now())[0]
    rotate_webhook_secret(system, actor=actor_of_person(reviewer))
    _decided(reviewer, system, receiver.url)
    send_due_webhooks()
    ((headers, body),) = receiver.got
    new = webhook_secrets(system, timezone.now())[0]
    assert new != old
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)
    later = timezone.now() + timedelta(days=2)
    assert webhook_secrets(system, later) == [new]


def test_a_host_that_is_not_allowed_is_refused_at_submit(reviewer, system):
    with pytest.raises(Invalid) as refused:
        make_ask(system, callback_url="https://evil.example.com/hook")
    assert "callback_url" in refused.value.errors


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/hook", "private_address"),
        ("https://localhost/hook", "private_address"),
        ("https://[::1]/hook", "private_address"),
        ("https://10.0.0.7/hook", "private_address"),
        ("https://169.254.169.254/latest/meta-data", "private_address"),
        ("https://[::ffff:10.0.0.7]/hook", "private_address"),
        ("https://0x7f000001/hook", "private_address"),
        ("http://hooks.example.com/hook", "not_https"),
        ("ftp://hooks.example.com/hook", "not_https"),
    ],
)
def test_private_addresses_are_refused_when_the_connection_is_made(url, code):
    with pytest.raises(CallRefused) as refused:
        post(url, b"{}", {}, private_hosts=[])
    assert refused.value.code == code


def test_a_name_that_also_resolves_to_a_private_address_is_refused(monkeypatch):
    def resolve(host, port, **_):
        return [
            (2, 1, 6, "", (address, port)) for address in ("93.184.216.34", "10.0.0.1")
        ]

    monkeypatch.setattr("queues.webhooks.socket.getaddrinfo", resolve)
    with pytest.raises(CallRefused, match="private_address"):
        post("https://both.example.com/", b"{}", {}, private_hosts=[])


def test_a_redirect_is_not_followed(settings):
    with listening() as inner, listening(302, (("location", "x"),)) as outer:
        status = post(outer.url, b"{}", {}, private_hosts=["localhost"])
        assert status == 302
        assert inner.got == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("2002:0a00:0007::1", False),
    ],
)
def test_public_is_what_anyone_can_reach(address, public):
    assert is_public(address) is public


def test_the_backoff_ends():
    now = timezone.now()
    assert next_attempt(now, 1) == now + timedelta(seconds=5)
    assert next_attempt(now, 10) is None
