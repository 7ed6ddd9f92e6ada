"""Flash messages in a cookie of this house: cookies know no ports."""

from __future__ import annotations

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class NamedCookieStorage(CookieStorage):
    cookie_name = settings.MESSAGE_COOKIE_NAME


class FlashStorage(FallbackStorage):
    """Django's own default, with the cookie under our name."""

    storage_classes = (NamedCookieStorage, SessionStorage)
