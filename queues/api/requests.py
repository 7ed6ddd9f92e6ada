"""`/api/v1/requests`: ask, look, take back. The list is for people."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from queues.api.answers import tell_agent
from queues.api.doors import (
    AGENTS,
    READERS,
    AgentView,
    ByMethod,
    SharedView,
    own_ask,
)
from queues.api.submissions import RequestGiven, key_of, submission_of
from queues.services.requests import submit_request, withdraw_request
from reviewapp.core.api import QuerySerializer, StrictSerializer
from reviewapp.core.digests import body_digest
from reviewapp.core.live.polls import LONGEST_WAIT_S
from reviewapp.core.media import BODY_LIMIT
from systems.authentication import agent_of


class NoBody(StrictSerializer):
    """Nothing is sent with this call, or an empty object."""


class Requests(SharedView):
    """All requests: agents add to them, people read those of their queues."""

    access = ByMethod(POST=AGENTS, GET=READERS)

    @property
    def body_limit(self) -> int:  # type: ignore[override]  # a system may have its own
        system_limit = agent_of(self.request).system.body_limit_bytes
        return system_limit or BODY_LIMIT

    def post(self, request: Request) -> Response:
        """Ask leave to act. Once per key: a repeat finds the request again (200)."""
        given = self.taken(RequestGiven)
        key = key_of(request.headers.get("Idempotency-Key"), given.get("key"))
        caller = agent_of(request)
        actor = caller.actor(given["on_behalf_of"], given["credential"])
        body = {name: value for name, value in request.data.items() if name != "key"}
        submitted = submit_request(
            caller.system,
            submission_of(given, key, caller.system),
            actor=actor,
            body_digest=body_digest(body),
        )
        status = 201 if submitted.made else 200
        return Response(tell_agent(submitted.ask, actor=actor), status)


class LookQuery(QuerySerializer):
    """How long the answer may be held back while the request is pending."""

    wait = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_WAIT_S,
        default=0,
        help_text="Seconds. Agents only; the answer comes as soon as it is decided.",
    )


class OneRequest(SharedView):
    """One request, as its agent or as a person may see it."""

    access = AGENTS

    def get(self, request: Request, ask_id: UUID) -> Response:
        # The waiting itself is done before Django is called: core/live/polls.py.
        self.asked(LookQuery)
        caller = agent_of(request)
        return Response(
            tell_agent(own_ask(caller.system, ask_id), actor=caller.actor())
        )


class Withdraw(AgentView):
    """The agent no longer needs it."""

    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(NoBody)
        withdraw_request(ask_id, system=self.system, actor=self.actor)
        return Response(tell_agent(own_ask(self.system, ask_id), actor=self.actor))
