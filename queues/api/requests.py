"""`/api/v1/requests`: ask, look, take back. The list is for people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from queues.api.answers import Answer, tell_agent
from queues.api.cards import BESIDE, card_for, rows_for
from queues.api.contract import ASKS, IDEMPOTENCY_KEY, for_agents, for_reviewers
from queues.api.doors import (
    AGENTS,
    READERS,
    AgentView,
    ByCaller,
    ByMethod,
    NoBody,
    ReviewerView,
    SharedView,
    is_agent,
    own_ask,
    visible_ask,
)
from queues.api.shapes import CardShown, RowShown, Shape
from queues.api.submissions import RequestGiven, key_of, submission_of
from queues.models import Status
from queues.risk import RiskClass
from queues.selectors.lists import ListFilter, list_requests, order_of
from queues.selectors.reading import queues_read_by
from queues.services.requests import (
    merge_requests,
    submit_request,
    withdraw_request,
)
from reviewapp.core.api import QuerySerializer, StrictSerializer
from reviewapp.core.digests import body_digest
from reviewapp.core.http import person_of
from reviewapp.core.live.polls import LONGEST_WAIT_S
from reviewapp.core.media import BODY_LIMIT
from reviewapp.core.paging import keyset_page
from systems.authentication import agent_of
from systems.models import Environment

_CONDITIONS = ("queue", "environment", "risk_class", "system")


class ListQuery(QuerySerializer):
    """Which requests; several conditions narrow, and none means all that wait."""

    status = serializers.ChoiceField(Status.choices, default=Status.PENDING)
    queue = serializers.SlugField(max_length=50, required=False)
    environment = serializers.ChoiceField(Environment.choices, required=False)
    risk_class = serializers.ChoiceField(RiskClass.choices, required=False)
    system = serializers.SlugField(max_length=60, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=100, default=50)
    cursor = serializers.CharField(
        max_length=500, required=False, help_text="`next` or `previous` of a page."
    )


class PageShown(serializers.Serializer[dict[str, object]]):
    results = RowShown(many=True)
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)


class Requests(SharedView):
    """All requests: agents add to them, people read those of their queues."""

    access = ByMethod(POST=AGENTS, GET=READERS)

    @property
    def body_limit(self) -> int:  # type: ignore[override]  # a system may have its own
        system_limit = agent_of(self.request).system.body_limit_bytes
        return system_limit or BODY_LIMIT

    @for_reviewers("list_requests", None, PageShown, status=200, parameters=[ListQuery])
    def get(self, request: Request) -> Response:
        """List the requests that the person sees, in the order of the queue."""
        person = person_of(request)
        wanted = self.asked(ListQuery)
        status = Status(wanted["status"])
        narrow = {name: wanted[name] for name in _CONDITIONS if name in wanted}
        asks = list_requests(person, ListFilter(status, **narrow), timezone.now())
        page = keyset_page(
            asks.select_related(*BESIDE),
            order=order_of(status),
            cursor=wanted.get("cursor"),
            limit=wanted["limit"],
        )
        rows = rows_for(page.items, person=person, actor=self.actor)
        return Response({"results": rows, "next": page.next, "previous": page.previous})

    @for_agents(
        "submit_request",
        RequestGiven,
        {201: Answer, 200: Answer},
        parameters=[IDEMPOTENCY_KEY],
        examples=[ASKS],
    )
    def post(self, request: Request) -> Response:
        """Ask leave to act. Once per key: a repeat finds the request again (200)."""
        given = self.taken(RequestGiven)
        key = key_of(request.headers.get("Idempotency-Key"), given.get("key"))
        caller = agent_of(request)
        actor = caller.actor(given["on_behalf_of"], given["credential"])
        submitted = submit_request(
            caller.system,
            submission_of(given, key, caller.system),
            actor=actor,
            body_digest=_digest_of(request.data),
        )
        status = 201 if submitted.made else 200
        return Response(tell_agent(submitted.ask, actor=actor), status)


# Any: the body as it was sent, which was found to be an object before.
def _digest_of(body: Any) -> str:
    """Digest a body without its key: the same body may bring it as a header."""
    return body_digest({name: body[name] for name in body if name != "key"})


class LookQuery(QuerySerializer):
    """How long the answer may be held back while the request is pending."""

    wait = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_WAIT_S,
        default=0,
        help_text="Seconds. Agents only; the answer comes as soon as it is decided.",
    )


SEEN = PolymorphicProxySerializer(
    component_name="RequestSeen",
    serializers=[Answer, CardShown],
    resource_type_field_name=None,
)


class OneRequest(SharedView):
    """One request, as its agent or as a person may see it."""

    access = ByCaller(agents=AGENTS, people=READERS)

    @extend_schema(
        operation_id="get_request",
        tags=["agents", "reviewers"],
        parameters=[LookQuery],
        responses=SEEN,
    )
    def get(self, request: Request, ask_id: UUID) -> Response:
        """Agents read the answer to their own request; people read the card."""
        # The waiting itself is done before Django is called: core/live/polls.py.
        self.asked(LookQuery)
        if is_agent(request):
            caller = agent_of(request)
            ask = own_ask(caller.system, ask_id)
            return Response(tell_agent(ask, actor=caller.actor()))
        person = person_of(request)
        ask = visible_ask(person, ask_id)
        readable = ask.queue_id in queues_read_by(person)
        card = card_for(ask, readable=readable, person=person, actor=self.actor)
        return Response(card)


class Withdraw(AgentView):
    """The agent no longer needs it."""

    @for_agents("withdraw_request", None, Answer)
    def post(self, request: Request, ask_id: UUID) -> Response:
        self.taken(NoBody)
        withdraw_request(ask_id, system=self.system, actor=self.actor)
        return Response(tell_agent(own_ask(self.system, ask_id), actor=self.actor))


class LookalikeGiven(StrictSerializer):
    """The request that joins this one; both would run the same."""

    lookalike = serializers.UUIDField()


class Merge(ReviewerView):
    """Let a look-alike share this request's decision and its one leave."""

    @for_reviewers("merge_requests", LookalikeGiven, Shape)
    def post(self, request: Request, ask_id: UUID) -> Response:
        lookalike = self.taken(LookalikeGiven)["lookalike"]
        merge_requests(ask_id, lookalike, person=self.person, actor=self.actor)
        return self.shape_now(lookalike)
