"""What passes by itself is tried again; what does not is said at once."""

from collections.abc import Callable
from email.utils import format_datetime

import httpx
import pytest
from reviewapp_client import (
    Client,
    NotAuthorized,
    NotFound,
    Problem,
    QueueFull,
    ReviewappUnavailable,
    UnexpectedAnswer,
    UsageError,
)
from reviewapp_client._retry import backoff, retry_after

from .fake_server import Asked, FakeServer, Refusal
from .till import Till, gated
from .world import START, World


def answers(*answers: httpx.Response | Exception) -> Callable[[str], None]:
    """Return a hook that gives these instead of the server, then lets calls through."""
    left = list(answers)

    def hook(call: str) -> None:
        if not left:
            return
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        refusal = Refusal(answer.status_code, "")
        refusal.response = answer
        raise refusal

    return hook


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("silent"),
        httpx.RemoteProtocolError("closed"),
        httpx.Response(500),
        httpx.Response(502, text="<html>Bad gateway</html>"),
        httpx.Response(503),
        httpx.Response(504),
    ],
    ids=repr,
)
def test_passing_trouble_is_invisible(
    world: World, server: FakeServer, till: Till, trouble: httpx.Response | Exception
) -> None:
    server.people.append(Asked.approve)
    world.wire.before = answers(trouble, trouble, trouble)
    assert gated(world.client(), till)("A-17", intent="i") == "re_1"
    assert len(world.clock.sleeps) == 3
    assert len(server.asked) == 1


def test_pauses_grow_up_to_a_limit() -> None:
    longest = [max(backoff(n) for _ in range(200)) for n in range(12)]
    assert longest[0] <= 0.5
    assert longest[3] > longest[0] * 4
    assert max(longest) <= 30
    assert len({backoff(5) for _ in range(20)}) > 1


def full(retry_after: str) -> httpx.Response:
    return httpx.Response(
        503, json={"code": "queue_full"}, headers={"Retry-After": retry_after}
    )


def test_retry_after_is_honoured_in_seconds(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    world.wire.before = answers(full("40"))
    gated(world.client(), till)("A-17", intent="i")
    assert 40 <= world.clock.sleeps[0] <= 44


def test_retry_after_may_be_a_date() -> None:
    later = format_datetime(START.replace(minute=2), usegmt=True)
    earlier = format_datetime(START.replace(hour=11), usegmt=True)
    assert retry_after(full(later), START) == 120
    assert retry_after(full(earlier), START) == 0
    assert retry_after(full("soon"), START) is None
    assert retry_after(full("Fri, 20 Nov 2026 12:00:30 -0000"), START) == 30


def test_a_queue_full_for_longer_than_we_wait_says_when_to_come_back(
    world: World, server: FakeServer, till: Till
) -> None:
    world.wire.before = answers(full("600"))
    with pytest.raises(QueueFull) as later:
        gated(world.client(), till)("A-17", intent="i")
    assert later.value.retry_after == 600
    assert "Ask again in 600 seconds" in later.value.message_for_model
    assert world.clock.sleeps == []
    assert server.asked == {}


def test_a_server_away_for_longer_than_we_try_is_said(world: World) -> None:
    world.wire.before = answers(*[httpx.ConnectError("refused")] * 100)
    with pytest.raises(ReviewappUnavailable, match="refused") as away:
        world.client(retry_for=10).get("some-id")
    assert sum(world.clock.sleeps) <= 10
    assert not isinstance(away.value, QueueFull)
    assert "not a refusal" in away.value.message_for_model


def test_an_outage_of_an_hour_does_not_end_a_wait(
    world: World, server: FakeServer, till: Till
) -> None:
    down_until = 3600.0

    def down(call: str) -> None:
        if server.asked and world.clock.elapsed < down_until:
            raise httpx.ConnectError("refused")

    server.people.append(Asked.approve)
    world.wire.before = down
    assert gated(world.client(retry_for=10), till)("A-17", intent="i") == "re_1"
    assert world.clock.elapsed >= down_until


def test_after_its_end_a_request_is_not_waited_for_through_an_outage(
    world: World, server: FakeServer
) -> None:
    shown = server._shown
    server._shown = lambda asked: {  # type: ignore[method-assign]
        **shown(asked),
        "expires_at": START.replace(minute=5).isoformat(),
    }
    client = world.client(retry_for=10)
    asked = client.submit("i", **ASK)
    world.wire.after = lambda call: setattr(
        world.wire, "before", answers(*[httpx.ConnectError("refused")] * 100)
    )
    with pytest.raises(ReviewappUnavailable):
        client.wait(asked.id)
    assert 250 <= world.clock.elapsed <= 310


def test_a_held_poll_is_not_taken_for_a_dead_server(world: World) -> None:
    read: list[float] = []
    handle = world.wire.handle_request

    def watch(request: httpx.Request) -> httpx.Response:
        read.append(request.extensions["timeout"]["read"])
        return handle(request)

    world.wire.handle_request = watch  # type: ignore[method-assign]
    client = world.client()
    client.wait(client.submit("i", **ASK).id, timeout=1)
    client.get(next(iter(world.server.asked)), wait=120)
    assert read[0] == 30
    assert read[-1] >= 130


def test_a_poll_that_is_not_held_is_not_hammered(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.extend([lambda asked: None] * 3 + [Asked.approve])
    gated(world.client(), till)("A-17", intent="i")
    assert world.clock.sleeps == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(401, json={"code": "revoked"}), NotAuthorized),
        (httpx.Response(403, json={"code": "scope"}), NotAuthorized),
        (httpx.Response(404, text="<html>"), NotFound),
        (httpx.Response(405, json={}), Problem),
        (httpx.Response(200, text="<html>Log in</html>"), UnexpectedAnswer),
        (httpx.Response(200, json={"status": "pending"}), UnexpectedAnswer),
        (httpx.Response(200, json={"id": "x", "status": "new"}), UnexpectedAnswer),
        (httpx.Response(200, json=[1]), UnexpectedAnswer),
        (httpx.Response(302, headers={"Location": "https://b"}), UnexpectedAnswer),
    ],
)
def test_what_does_not_pass_is_said_at_once(
    world: World, answer: httpx.Response, kind: type[Exception]
) -> None:
    world.wire.before = answers(answer)
    with pytest.raises(kind):
        world.client().get("some-id")
    assert world.clock.sleeps == []


@pytest.mark.parametrize("error", [httpx.UnsupportedProtocol, httpx.LocalProtocolError])
def test_a_set_up_that_can_never_work_is_not_retried(
    world: World, error: type[httpx.TransportError]
) -> None:
    world.wire.before = answers(error("never"))
    with pytest.raises(ReviewappUnavailable, match="cannot work"):
        world.client().get("some-id")
    assert world.clock.sleeps == []


@pytest.mark.parametrize(
    ("url", "key"), [("reviewapp.example", "k"), ("http://a", ""), ("http://a", "a b")]
)
def test_a_set_up_that_cannot_work_is_refused(url: str, key: str) -> None:
    with pytest.raises(UsageError):
        Client(url, key)


def test_a_key_from_a_file_may_end_in_a_newline(world: World) -> None:
    with Client("http://a", "secret\n", transport=world.wire) as client:
        assert client.containment() == ()


ASK = {
    "tool": "refund",
    "arguments": {},
    "environment": "test",
    "reversibility": "reversible",
}
