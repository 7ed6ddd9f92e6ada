"""Who may call: agents with their key, people with session or token, or both."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response

from queues.api.cards import BESIDE, card_for
from queues.api.shapes import shape_of
from queues.models import ActionRequest
from reviewapp.core.access import Rule, rule
from reviewapp.core.actors import Actor
from reviewapp.core.api import ApiView, StrictSerializer
from reviewapp.core.authentication import (
    PersonalTokenAuthentication,
    PersonSessionAuthentication,
)
from reviewapp.core.http import person_of
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import NotFound, Problem
from systems.actors import AgentCaller
from systems.authentication import Agents, KeyAuthentication, agent_of
from systems.models import Scope, System

AGENTS = Agents(Scope.REQUESTS)
READERS = rule(Right.REQUEST_SEE)
REVIEWERS = rule(Right.REQUEST_DECIDE)


class ByMethod(Rule):
    """One address, another rule for each method: agents POST where people GET."""

    def __init__(self, **rules: Rule) -> None:
        self._rules: Mapping[str, Rule] = rules

    def refusal(self, request: HttpRequest | Request) -> Problem | None:
        # A method without a rule has no handler either: 405 comes after this.
        declared = self._rules.get(request.method or "", READERS)
        return declared.refusal(request)


class ByCaller(Rule):
    """An agent is held to the one rule, everybody else to the other."""

    def __init__(self, *, agents: Rule, people: Rule) -> None:
        self._agents = agents
        self._people = people

    def refusal(self, request: HttpRequest | Request) -> Problem | None:
        return (self._agents if is_agent(request) else self._people).refusal(request)


def is_agent(request: HttpRequest | Request) -> bool:
    return isinstance(getattr(request, "auth", None), AgentCaller)


class NoBody(StrictSerializer):
    """Nothing is sent with this call, or an empty object."""


class SharedView(ApiView):
    """All three ways to say who calls, so that the wrong kind of caller is told so."""

    authentication_classes = (
        KeyAuthentication,
        PersonalTokenAuthentication,
        PersonSessionAuthentication,
    )


class AgentView(SharedView):
    """A call that only agents make. `system` and `actor` are the key's."""

    access = AGENTS

    @property
    def system(self) -> System:
        return agent_of(self.request).system

    @property
    def actor(self) -> Actor:
        return agent_of(self.request).actor()


class ReviewerView(SharedView):
    """A call that only people who may decide make."""

    access = REVIEWERS

    @property
    def person(self) -> User:
        return person_of(self.request)

    def shape_of(self, ask: ActionRequest) -> Response:
        """Answer with a request as a service left it, without words."""
        return Response(shape_of(ask))

    def shape_now(self, ask_id: UUID, status: int = 200) -> Response:
        """Answer with a request as it is now, without words."""
        return Response(shape_of(visible_ask(self.person, ask_id)), status)

    def card_of(self, ask: ActionRequest) -> Response:
        """Answer with a request and its words, which the person has just claimed.

        Nobody claims what they may not read: the service has looked.
        """
        card = card_for(ask, readable=True, person=self.person, actor=self.actor)
        return Response(card)


def visible_ask(person: User, ask_id: UUID) -> ActionRequest:
    """Return a request that the person sees at least the shape of, or NotFound."""
    asks = ActionRequest.objects.visible_to(person).select_related(*BESIDE)
    found = asks.filter(pk=ask_id).first()
    if found is None:
        raise NotFound
    return found


def own_ask(system: System, ask_id: UUID) -> ActionRequest:
    """Return a request of the system, with all that its agent is told of it.

    Raises NotFound: another system's request does not exist for this one.
    """
    asks = ActionRequest.objects.of_system(system).select_related(
        "queue", "policy", "merged_into", "delivery", "outcome"
    )
    found = asks.filter(pk=ask_id).first()
    if found is None:
        raise NotFound
    return found
