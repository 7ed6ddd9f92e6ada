"""Requests and responses as providers write them, told apart by their shape.

`read_payload` is the one door. What a span carries as an opaque text may be such a
payload, and `POST /api/v1/traces/import` takes them as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traces.providers import (
    anthropic,
    bedrock,
    gemini,
    openai_chat,
    openai_responses,
)
from traces.providers.messages import read_message
from traces.providers.payload import Block, Payload, ReadMessage
from traces.providers.requests import is_request, read_request
from traces.providers.values import loads
from traces.providers.writing import PartWriter

__all__ = ["Payload", "read_payload", "read_request"]

IsResponse = Callable[[Block], bool]
ReadResponse = Callable[[Block, PartWriter, ReadMessage], Payload]
_RESPONSES: tuple[tuple[IsResponse, ReadResponse], ...] = (
    (anthropic.is_response, anthropic.read_response),
    (openai_responses.is_response, openai_responses.read_response),
    (bedrock.is_response, bedrock.read_response),
    (gemini.is_response, gemini.read_response),
    (openai_chat.is_response, openai_chat.read_response),
)


def is_response_of_any(data: Block) -> bool:
    return any(is_response(data) for is_response, _ in _RESPONSES)


def read_payload(value: Any, writer: PartWriter) -> Payload | None:
    """Read a provider's request or response, as JSON or its text.

    Returns what it says beside its words, or None (and reads nothing) where it is none.
    """
    data = loads(value)
    if not isinstance(data, dict):
        return None
    for is_response, read_response in _RESPONSES:
        if is_response(data):
            return read_response(dict(data), writer, read_message)
    return read_request(data, writer) if is_request(data) else None
