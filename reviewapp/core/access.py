"""Who may pass a door: every view and API class declares one rule.

    @access(Right.REQUEST_SEE)               # holders of any one of the rights named
    @access(SIGNED_IN)                       # any person
    @access(Right.KEY_MANAGE, fresh=True)    # and has signed in within five minutes
    class ListRequests(ApiView): access = rule(Right.REQUEST_SEE)

`AccessMiddleware` enforces it for pages and `DenyUnlessDeclared` for APIs. A view
that declares nothing is refused to everybody.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from reviewapp.core.authentication import unknown_bearer
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.problems import Forbidden, Problem, Unauthenticated

if TYPE_CHECKING:
    # DRF's views import this module by settings, so they cannot be imported here.
    from rest_framework.views import APIView

FRESH_FOR_S = 300
View = TypeVar("View", bound=Callable[..., Any])


class NotFresh(Forbidden):
    """The person must show once more that it is they who sit there."""

    def __init__(self) -> None:
        super().__init__(
            "reauthentication_required",
            "This act needs a browser session signed in within the last five minutes.",
        )


class Rule:
    """What a door asks of whoever stands before it. Denies by default."""

    def refusal(self, request: HttpRequest | Request) -> Problem | None:
        """Return why the request may not pass, or None if it may."""
        return Forbidden("not_allowed", "Nobody may do this.")


class Public(Rule):
    def refusal(self, request: HttpRequest | Request) -> Problem | None:
        return None


@dataclass(frozen=True, slots=True)
class People(Rule):
    """People who hold any one of `rights`; with none named, anybody signed in."""

    rights: frozenset[Right] = frozenset()
    fresh: bool = False

    def refusal(self, request: HttpRequest | Request) -> Problem | None:
        person = request.user
        if not isinstance(person, User):
            return not_signed_in(request)
        if self.rights and not self.rights & person.rights:
            return Forbidden(
                "not_allowed", "None of your roles carries the right to do this."
            )
        if self.fresh and not is_fresh(request):
            return NotFresh()
        return None


PUBLIC = Public()
SIGNED_IN = People()


def rule(*admitted: Right | Rule, fresh: bool = False) -> Rule:
    """Make a rule of one `Rule` or any number of rights."""
    if len(admitted) == 1 and isinstance(admitted[0], Rule):
        if not fresh:
            return admitted[0]
        if admitted[0] is SIGNED_IN:
            return People(fresh=True)
    rights = [right for right in admitted if isinstance(right, Right)]
    if not rights or len(rights) != len(admitted):
        raise TypeError("A rule takes either one Rule or some rights.")
    return People(frozenset(rights), fresh)


def access(*admitted: Right | Rule, fresh: bool = False) -> Callable[[View], View]:
    """Declare a page's rule. It only marks the view; AccessMiddleware enforces it."""
    declared = rule(*admitted, fresh=fresh)

    def mark(view: View) -> View:
        view.access = declared  # type: ignore[attr-defined]  # functions take marks
        return view

    return mark


def declared_rule(view: Callable[..., Any]) -> Rule | None:
    """Return the rule of a view function or of the class behind it."""
    for holder in (view, getattr(view, "cls", None), getattr(view, "view_class", None)):
        declared = getattr(holder, "access", None)
        if isinstance(declared, Rule):
            return declared
    return None


def not_signed_in(request: HttpRequest | Request) -> Problem:
    if getattr(request, "auth", None) is not None:
        return Forbidden("not_allowed", "This is a door for people, not for agents.")
    if "Authorization" in request.headers:
        return unknown_bearer()
    return Unauthenticated("not_authenticated", "Sign in, or send a bearer token.")


def is_fresh(request: HttpRequest | Request) -> bool:
    """True if the person showed who they are in this session a moment ago.

    Signing in counts as much as re-authenticating. A bearer token never does: whoever
    found one could otherwise do what needs the person.
    """
    person = request.user
    if getattr(request, "auth", None) is not None or not isinstance(person, User):
        return False
    records = get_authentication_records(getattr(request, "_request", request), person)
    return any(time.time() - record["at"] < FRESH_FOR_S for record in records)


class DenyUnlessDeclared(BasePermission):
    """DRF's door: enforce the rule that the API class declares as `access`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        declared = declared_rule(type(view)) or Rule()
        refusal = declared.refusal(request)
        if refusal is not None:
            raise refusal
        return True
