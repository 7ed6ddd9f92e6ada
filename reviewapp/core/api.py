"""What every API of Reviewapp is made of: view, parser, renderer, error answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, ClassVar, NoReturn, cast

from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reviewapp.core.access import Rule
from reviewapp.core.actors import Actor
from reviewapp.core.authentication import (
    PersonalTokenAuthentication,
    PersonSessionAuthentication,
)
from reviewapp.core.http import actor_of
from reviewapp.core.media import (
    BODY_LIMIT,
    PROBLEM_TYPE,
    JsonParser,
    JsonRenderer,
)
from reviewapp.core.problems import Forbidden
from reviewapp.core.refusals import as_problem
from reviewapp.core.serializers import QuerySerializer, StrictSerializer

__all__ = [
    "ApiView",
    "JsonParser",
    "JsonRenderer",
    "QuerySerializer",
    "StrictSerializer",
    "render_problem",
]


class ApiView(APIView):
    """An API for people; `access` says which. Agents' views derive from it too."""

    access: ClassVar[Rule] = Rule()
    body_limit: ClassVar[int] = BODY_LIMIT
    authentication_classes: Sequence[type[BaseAuthentication]] = (
        PersonalTokenAuthentication,
        PersonSessionAuthentication,
    )

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        """Read chunked bodies: DRF takes a body without Content-Length for none."""
        received = super().initialize_request(request, *args, **kwargs)
        if "chunked" in request.headers.get("Transfer-Encoding", ""):
            # Django's request reads like a file, though it is none to the type checker.
            received._stream = cast(BinaryIO, request)
        return received

    def taken(self, serializer: type[StrictSerializer]) -> dict[str, Any]:
        """Return the body as the serializer takes it, or raise Invalid."""
        reader = serializer(data=self.request.data)
        reader.is_valid(raise_exception=True)
        return cast(dict[str, Any], reader.validated_data)

    def asked(self, serializer: type[QuerySerializer]) -> dict[str, Any]:
        """Return the query parameters as the serializer takes them, or raise."""
        reader = serializer(data=self.request.query_params.dict())
        reader.is_valid(raise_exception=True)
        return cast(dict[str, Any], reader.validated_data)

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        raise Forbidden("not_allowed", message or "You may not do this.")


def render_problem(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: any refusal as problem+json.

    Returns None for what is no refusal but a bug: Django logs it, and answers 500 by
    `views.problems.server_error`, which tells nothing of the inside.
    """
    problem = as_problem(exc)
    if problem is None:
        return None
    headers = problem.headers
    if isinstance(exc, exceptions.MethodNotAllowed):
        headers |= {"Allow": ", ".join(context["view"].allowed_methods)}
    return Response(
        problem.as_json(), problem.status, headers=headers, content_type=PROBLEM_TYPE
    )
