"""A session made without the sign-in page, for a browser to carry."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext

from reviewapp.core.models import User


def sign_in(context: BrowserContext, person: User, url: str) -> None:
    """Give every page of the context a session of the person on the site at `url`."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": url}]
    )
