"""Refusals below /v1/ as exporters read them: google.rpc.Status, in the wire they sent.

Whoever refuses (a view, a middleware, Django) says it by problem+json like everywhere
else, and it is translated on the way out: so no refusal can be forgotten. Whoever sent
neither protobuf nor JSON is answered in JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from reviewapp.core.live.asgi import Scope, Send, headers_of, start_response
from reviewapp.core.media import PROBLEM_TYPE
from reviewapp.core.problems import Problem
from traces.otlp.answers import encode, status_of
from traces.otlp.wire import Wire, wire_of

PREFIX = "/v1/"


class StatusMiddleware:
    """Stands outside of all that may refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_problem = response.headers.get("Content-Type") == PROBLEM_TYPE
        if is_problem and request.path.startswith(PREFIX):
            _translate(response, wire_of(request.content_type or "") or Wire.JSON)
        return response


def _translate(response: HttpResponseBase, wire: Wire) -> None:
    if not isinstance(response, HttpResponse):
        raise TypeError("A refusal is never streamed.")
    response.content = _as_status(orjson.loads(response.content), wire)
    response.headers["Content-Type"] = wire.value
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))


async def refuse_exporter(scope: Scope, send: Send, problem: Problem) -> None:
    """Answer in front of Django, as StatusMiddleware would behind it."""
    wire = wire_of(headers_of(scope).get("content-type", "")) or Wire.JSON
    body = _as_status(problem.as_json(), wire)
    headers = {
        "content-type": wire.value,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        **problem.headers,
    }
    await start_response(send, problem.status, headers)
    await send({"type": "http.response.body", "body": body})


# Any: problem+json.
def _as_status(problem: dict[str, Any], wire: Wire) -> bytes:
    status = status_of(
        problem["status"], problem["code"], problem["detail"], problem.get("errors", {})
    )
    return encode(status, wire)
