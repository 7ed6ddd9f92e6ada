"""Raw spans as JSON, for what is set aside and taken up again later. Pure."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import orjson

from traces.spans import RawEvent, RawSpan

CONTENT_TYPE = "application/vnd.reviewapp.spans+json"
_BYTES = "$bytes"


def dump_raw(spans: Iterable[RawSpan]) -> bytes:
    """Return spans as JSON; `load_raw` gives them back as they were."""
    return orjson.dumps([asdict(span) for span in spans], default=_stored)


def load_raw(body: bytes) -> Iterator[RawSpan]:
    for told in orjson.loads(body):
        span: dict[str, Any] = _restored(told)
        span["events"] = [RawEvent(**event) for event in span["events"]]
        span["links"] = [(trace, other) for trace, other in span["links"]]
        yield RawSpan(**span)


# Any: JSON and what stands for bytes in it.
def _stored(value: Any) -> Any:
    if isinstance(value, bytes):
        return {_BYTES: base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def _restored(value: Any) -> Any:
    if isinstance(value, dict):
        if value.keys() == {_BYTES} and isinstance(value[_BYTES], str):
            return _bytes_of(value[_BYTES])
        return {name: _restored(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_restored(one) for one in value]
    return value


def _bytes_of(text: str) -> bytes:
    """Read what `_stored` wrote; a sender who writes the same is told as bytes too."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return text.encode()
