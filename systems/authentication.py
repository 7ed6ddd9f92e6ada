"""Who calls with an agent's key: one query, for API views and ASGI streams alike."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

import structlog
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from reviewapp.core.access import Rule
from reviewapp.core.authentication import (
    AGENT_PREFIX,
    BearerAuthentication,
    bearer_secret,
    secret_digest,
)
from reviewapp.core.problems import Forbidden, Problem, Unauthenticated
from systems.actors import AgentCaller
from systems.models import Key, KeyState, Scope
from systems.rules import is_use_due
from systems.services.keys import note_key_use


def authenticate_key(header: str) -> AgentCaller | None:
    """Return who calls with this `Authorization` header; None if it holds no agent key.

    Raises Unauthenticated `key_unknown`, `key_revoked` or `key_expired`, and Forbidden
    `system_retired`. Costs one query, and one small write a minute and key.
    """
    secret = bearer_secret(header)
    if secret is None or not secret.startswith(AGENT_PREFIX):
        return None
    return _caller_of(secret_digest(secret), timezone.now())


class KeyAuthentication(BearerAuthentication):
    """`rva_…`: `request.user` stays nobody, `request.auth` is the AgentCaller.

    An agent is never in `request.user`, so no check made for people can pass it.
    """

    prefix = AGENT_PREFIX

    def find(self, digest: str, now: datetime) -> tuple[None, AgentCaller]:
        caller = _caller_of(digest, now)
        structlog.contextvars.bind_contextvars(actor=f"key:{caller.key.pk}")
        return None, caller


class Agents(Rule):
    """Lets in agents whose key has the scope, and no person.

    class Heartbeat(ApiView):
        access = Agents(Scope.REQUESTS)
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def refusal(self, request: HttpRequest | Request) -> Problem | None:
        caller = getattr(request, "auth", None)
        if not isinstance(caller, AgentCaller):
            return _not_an_agent(request)
        return caller.refusal(self.scope)


def agent_of(request: Request) -> AgentCaller:
    """Return the agent that an API view with rule `Agents` was called by."""
    caller = request.auth
    if not isinstance(caller, AgentCaller):
        raise TypeError("This view does not declare the rule Agents.")
    return caller


def _caller_of(digest: str, now: datetime) -> AgentCaller:
    key = Key.objects.select_related("system").filter(secret_digest=digest).first()
    if key is None:
        raise Unauthenticated("key_unknown", "No such key was ever issued.")
    state = key.state_at(now)
    if state is not KeyState.VALID:
        _refuse_key(state)
    if key.system.is_retired:
        raise Forbidden("system_retired", "This system is retired; it may not act.")
    if is_use_due(key.last_used_at, now):
        note_key_use(key, now)
    return AgentCaller(key, key.system, frozenset(Scope(name) for name in key.scopes))


def _refuse_key(state: KeyState) -> NoReturn:
    code = f"key_{state.value}"
    raise Unauthenticated(code, f"This key is {state.value}; ask for a new one.")


def _not_an_agent(request: HttpRequest | Request) -> Problem:
    if request.user is not None and request.user.is_authenticated:
        return Forbidden("not_allowed", "This is a door for agents, not for people.")
    return Unauthenticated("not_authenticated", "Send `Authorization: Bearer <key>`.")
