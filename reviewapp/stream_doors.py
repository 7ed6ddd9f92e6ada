"""The event streams as Django sees them: part of the contract and of the access table.

reviewapp/asgi.py answers them before Django is asked. Only a server that serves Django
alone (WSGI, the test client) gets here, and says so.
"""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from reviewapp.core.access import SIGNED_IN, access
from reviewapp.core.api import ApiView
from reviewapp.core.problems import Problem
from systems.authentication import Agents, KeyAuthentication
from systems.models import Scope

_CURSOR = "Where the last stream left off: the `id` of its last message."


class NeedsAsgi(Problem):
    status: ClassVar[int] = 501
    title: ClassVar[str] = "Not served here"

    def __init__(self) -> None:
        super().__init__(
            "needs_asgi", "Streams are served by reviewapp.asgi:application only."
        )


class ListenToEvents(ApiView):
    """Hear what ends this key's waiting: decisions, voids, containment."""

    access = Agents(Scope.REQUESTS)
    authentication_classes = (KeyAuthentication,)

    @extend_schema(
        operation_id="listen",
        tags=["agents"],
        # Any requirement list: the stubs take names alone.
        auth=[{"agentKey": []}],  # type: ignore[list-item]
        parameters=[
            OpenApiParameter("after", OpenApiTypes.STR, description=_CURSOR),
            OpenApiParameter(
                "Last-Event-ID",
                OpenApiTypes.STR,
                OpenApiParameter.HEADER,
                description="The same; it wins over `after`.",
            ),
            OpenApiParameter(
                "instance",
                OpenApiTypes.STR,
                description="Which process listens; an open stream is its heartbeat.",
            ),
        ],
        responses={(200, "text/event-stream"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> Response:
        """Server-sent events. Each `id` is an opaque cursor to read on from, `event`
        the verb, `data` JSON of ids, status and digests: the answer itself is fetched
        from the request. `live.missed` says to look at the state of what you wait for.
        """
        raise NeedsAsgi


@access(SIGNED_IN)
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """What changes on this person's pages, for static/js/live.js."""
    raise NeedsAsgi
