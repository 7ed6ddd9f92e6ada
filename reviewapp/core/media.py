"""JSON over HTTP: what is read from a body and written to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from reviewapp.core.problems import TooLarge
from reviewapp.core.strict_json import read_json

BODY_LIMIT = 1024 * 1024
PROBLEM_TYPE = "application/problem+json"


class JsonParser(BaseParser):
    """A body of at most `view.body_limit` bytes, read by `read_json`."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        view = (parser_context or {}).get("view")
        limit = getattr(view, "body_limit", BODY_LIMIT)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge("too_large", f"The body may have {limit} bytes at most.")
        return read_json(body)


class JsonRenderer(BaseRenderer):
    """orjson: UUIDs as text, times as RFC 3339 in UTC with Z."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)
