"""The event stream: parsed wherever it is cut, resumed wherever it breaks."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from reviewapp_client import AsyncClient, Client, Event, NotAuthorized
from reviewapp_client._sse import EventStream

from .world import FakeClock

STREAM = (
    b': hello\n\nid: c1\nevent: request.decided\ndata: {"id": "r-1",\n'
    b'data: "why": "a\xe2\x80\xa8b"}\n\nretry: 2500\r\nid: c2\r\n'
    b"data: plain words\r\rid: c3\ndata\n\nevent: lost\ndata: half"
)
EVENTS = [
    Event("c1", "request.decided", {"id": "r-1", "why": "a\u2028b"}),
    Event("c2", "message", "plain words"),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_stream_is_read_the_same_wherever_it_is_cut(size: int) -> None:
    stream = EventStream()
    parts = [STREAM[i : i + size] for i in range(0, len(STREAM), size)]
    assert [event for part in parts for event in stream.feed(part)] == EVENTS
    assert stream.retry == 2.5
    assert stream.last_id == "c3"


def test_what_a_lost_connection_left_unfinished_is_forgotten() -> None:
    stream = EventStream("c0")
    assert list(stream.feed(b"id: c1\ndata: half")) == []
    stream.restart()
    assert list(stream.feed(b"data: whole\n\n")) == [Event("c0", "message", "whole")]


class Streams(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers one connection after the other; remembers what each asked for."""

    def __init__(self, *answers: httpx.Response | Exception | list[Any]) -> None:
        self.answers = iter(answers)
        self.asked: list[dict[str, str]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(dict(request.url.params))
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, list):
            return httpx.Response(200, stream=Body(answer))
        return answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


def trouble() -> list[Any]:
    return [
        [b"id: 1\ndata: 1\n\n", b"id: 2\ndata: ", httpx.ReadError("cut")],
        httpx.ConnectError("restarting"),
        httpx.Response(503, headers={"Retry-After": "7"}),
        [b"id: 2\ndata: 2\n\n"],
        [b"retry: 9000\nid: 3\ndata: 3\n\n"],
        [b"id: 4\ndata: 4\n\n"],
    ]


def test_listening_goes_on_through_trouble_and_misses_nothing() -> None:
    streams, clock = Streams(*trouble()), FakeClock()
    with Client(
        "http://a", "k", instance="i", transport=streams, clock=clock
    ) as client:
        events = list(itertools.islice(client.events(after="0"), 4))
    assert [event.data for event in events] == [1, 2, 3, 4]
    assert [asked["after"] for asked in streams.asked] == ["0", "1", "1", "1", "2", "3"]
    assert streams.asked[0]["instance"] == "i"
    assert 7 <= clock.sleeps[2] <= 7.7
    assert clock.sleeps[3:] == [1.0, 9.0]


def test_the_asyncio_client_listens_the_same_way() -> None:
    async def run() -> list[Any]:
        clock = FakeClock()
        client = AsyncClient(
            "http://a", "k", transport=Streams(*trouble()), clock=clock
        )
        async with client:
            seen = []
            async for event in client.events(join_roster=False):
                seen.append(event.data)
                if len(seen) == 4:
                    return seen
        raise AssertionError("the stream ended")

    assert asyncio.run(run()) == [1, 2, 3, 4]


def test_a_key_that_may_not_listen_is_told_so() -> None:
    streams = Streams(httpx.Response(403, json={"code": "scope", "detail": "no"}))
    with (
        Client("http://a", "k", transport=streams) as client,
        pytest.raises(NotAuthorized, match="scope"),
    ):
        next(client.events())
