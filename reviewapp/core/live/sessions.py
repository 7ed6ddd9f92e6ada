"""Who sits at the browser that opens a stream: the session cookie, outside Django."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from reviewapp.core.live.asgi import Scope, headers_of
from reviewapp.core.models import User
from reviewapp.core.problems import Unauthenticated


def person_at(scope: Scope) -> User:
    """Return the active person of a valid session. Runs in a thread.

    Raises Unauthenticated when nobody is signed in, the session ran out, the password
    changed since, or the person was deactivated.
    """
    cookies = parse_cookie(headers_of(scope).get("cookie", ""))
    request = HttpRequest()
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    person = get_user(request)
    if not isinstance(person, User) or not person.is_active:
        raise Unauthenticated("not_authenticated", "Sign in to listen.")
    return person
