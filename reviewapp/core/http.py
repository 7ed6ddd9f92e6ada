"""HTTP for pages: who acts, fragment or page."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from reviewapp.core.actors import Actor
from reviewapp.core.digests import keyed_digest
from reviewapp.core.models import PersonalToken, User


def person_of(request: HttpRequest | Request) -> User:
    """Return who is signed in.

    Raises TypeError if nobody is: such a door has the wrong access rule.
    """
    if not isinstance(request.user, User):
        raise TypeError("This door does not declare a rule for people.")
    return request.user


def actor_of(request: HttpRequest | Request) -> Actor:
    """Return the person behind a request, with their session or token."""
    person = person_of(request)
    token = getattr(request, "auth", None)
    if isinstance(token, PersonalToken):
        return Actor.of_person(person, credential=f"token {token.prefix}…")
    return Actor.of_person(person, session_digest(request))


def session_digest(request: HttpRequest | Request) -> str:
    """Return the keyed digest that tells two sessions apart without naming either."""
    session_key = request.session.session_key
    return keyed_digest("session", session_key) if session_key else ""


def is_fragment(request: HttpRequest) -> bool:
    """True if htmx asks for a part of a page. The one predicate that decides it.

    Boosted links and a history entry that htmx no longer holds want the whole page.
    """
    htmx = htmx_of(request)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def htmx_of(request: HttpRequest) -> HtmxDetails:
    """Return what htmx says of this request; false where htmx did not send it."""
    return cast(HtmxDetails, getattr(request, "htmx", None) or HtmxDetails(request))


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a page, or only `template#partial` where htmx asks for the fragment."""
    name = f"{template}#{partial}" if partial and is_fragment(request) else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
