"""The receiver behind the real ASGI server, over real sockets."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import pytest

from tests.live_site import LiveSite, serve_site
from tests.traces.api.exporting import JSON, PROTOBUF
from tests.traces.api.outbox import kept
from tests.traces.otlp.bodies import as_json, span, traces_of

pytestmark = pytest.mark.django_db(transaction=True)
NODE = Path(__file__).resolve().parents[3].parent / (
    "shared/data/otlp/js_exporter_sample.otlp.json"
)
PATIENCE_S = 30


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker) -> Iterator[LiveSite]:
    with django_db_blocker.unblock(), serve_site() as site:
        yield site


def post_in_chunks(
    site: LiveSite, secret: str, body: bytes, size: int, **headers: str
) -> tuple[int, bytes]:
    """Send a body in chunks, its length unsaid; return status and answer."""
    return asyncio.run(_post(site, secret, body, size, headers))


async def _post(
    site: LiveSite, secret: str, body: bytes, size: int, headers: dict[str, str]
) -> tuple[int, bytes]:
    address = urlsplit(site.url)
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", address.port)
        lines = [
            "POST /v1/traces HTTP/1.1",
            f"Host: {address.netloc}",
            f"Authorization: Bearer {secret}",
            "Transfer-Encoding: chunked",
            "Connection: close",
            *(f"{name.replace('_', '-')}: {said}" for name, said in headers.items()),
        ]
        # In one write: whoever is refused half-way is hung up on while still sending.
        chunks = [body[at : at + size] for at in range(0, len(body), size)]
        upload = [b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        writer.write(b"".join([head, *upload, b"0\r\n\r\n"]))
        head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    return int(head.split()[1]), answer


@pytest.mark.skipif(not NODE.exists(), reason="the sample of Node's exporter is absent")
@pytest.mark.parametrize("size", [100, 100_000])
def test_the_body_of_nodes_exporter_arrives_by_chunked_upload(site, secret, size):
    body = NODE.read_bytes()
    status, _ = post_in_chunks(site, secret, body, size, Content_Type=JSON)
    assert status == 200
    (group,) = orjson.loads(body)["resourceSpans"]
    sent = [one for scope in group["scopeSpans"] for one in scope["spans"]]
    assert [one.name for one in kept()] == [one["name"] for one in sent]
    assert [one.span_id.hex() for one in kept()] == [one["spanId"] for one in sent]


@pytest.mark.parametrize("wire", [PROTOBUF, JSON])
def test_chunks_may_be_compressed(site, secret, wire):
    body = traces_of(*(span(n, {"k": "x" * 1000}) for n in range(1, 200)))
    raw = orjson.dumps(as_json(body)) if wire == JSON else body.SerializeToString()
    status, answer = post_in_chunks(
        site,
        secret,
        gzip.compress(raw),
        50,
        Content_Type=wire,
        Content_Encoding="gzip",
    )
    assert status == 200, answer
    assert len(kept()) == 199


@pytest.mark.slow
def test_more_chunks_than_the_limit_end_the_upload(transactional_db, secret):
    with serve_site(INGEST_BODY_LIMIT="10000") as site:
        body = traces_of(span(1, {"k": "x" * 20_000})).SerializeToString()
        status, _ = post_in_chunks(site, secret, body, 5_000, Content_Type=PROTOBUF)
        assert status == 413
        assert kept() == []
