"""Bodies end at a cap before anything keeps them; what is below comes through whole."""

import asyncio
import json

import pytest

from reviewapp import asgi
from reviewapp.core.bodies import CapBodies

CAP = 10


class Reader:
    """An application that reads the whole body, then answers with its length."""

    def __init__(self) -> None:
        self.kept = b""

    async def __call__(self, scope, receive, send) -> None:
        more = True
        while more:
            message = await receive()
            self.kept += message.get("body", b"")
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(len(self.kept)).encode()})


def _post(app, *chunks: bytes, length: str = "") -> tuple[int, dict, bytes]:
    """Send chunk after chunk; status, headers and body of the answer."""
    incoming = [
        {"type": "http.request", "body": chunk, "more_body": n < len(chunks)}
        for n, chunk in enumerate(chunks, 1)
    ]
    sent = []

    async def receive():
        return incoming.pop(0)

    async def send(message) -> None:
        sent.append(message)

    headers = [(b"content-length", length.encode())] if length else []
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    asyncio.run(app(scope, receive, send))
    start, *rest = sent
    return start["status"], dict(start["headers"]), rest[0]["body"]


def test_a_body_up_to_the_cap_comes_through_whole():
    reader = Reader()
    status, _, body = _post(CapBodies(reader, CAP), b"12345", b"67890", length="10")
    assert (status, body, reader.kept) == (200, b"10", b"1234567890")


@pytest.mark.parametrize(
    ("chunks", "length"), [((b"x",), "11"), ((b"12345", b"67890", b"1"), "")]
)
def test_a_body_above_it_is_refused_and_the_connection_ends(chunks, length):
    reader = Reader()
    status, headers, body = _post(CapBodies(reader, CAP), *chunks, length=length)
    assert (status, json.loads(body)["code"]) == (413, "too_large")
    assert headers[b"content-type"] == b"application/problem+json"
    assert headers[b"connection"] == b"close"
    assert len(reader.kept) <= CAP


def test_a_length_that_is_none_is_left_to_counting():
    status, _, _ = _post(CapBodies(Reader(), CAP), b"12345", length="nonsense")
    assert status == 200


def test_the_product_is_capped():
    status, _, body = _post(asgi.application, b"", length=str(2**40))
    assert (status, json.loads(body)["code"]) == (413, "too_large")
