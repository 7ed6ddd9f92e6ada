"""Messenger addresses: which may be used, and what they may reach. No ORM.

Apprise speaks to a hundred services, writes files, reads templates and keys from disk
and posts to any address. An address here comes from anybody who can sign in, so only
schemes of real messengers pass, nothing but the address itself is taken, and a host
that it names must be one that anyone can reach.
"""

from __future__ import annotations

import socket
from typing import Final
from urllib.parse import urlsplit

from apprise import Apprise, NotifyBase
from django.conf import settings

from queues.webhooks import is_public

# Services with one fixed home: what stands in the place of a host is a token.
_AT_HOME: Final = frozenset(
    {"discord", "gchat", "opsgenie", "pagerduty", "pover", "slack", "tgram"}
)


class AddressRefused(Exception):
    """The address may not be used. `code` is stable and holds nothing of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def messenger_at(url: str) -> NotifyBase:
    """Return what sends to an address. Raises AddressRefused.

    Asked when an address is saved and again before each call: what its host resolves
    to may change.
    """
    scheme = urlsplit(url).scheme
    if scheme not in settings.APPRISE_SCHEMES:
        raise AddressRefused("scheme_not_allowed")
    # Parameters name local files, other modes and other hosts.
    if "?" in url:
        raise AddressRefused("parameters_not_allowed")
    # A redirect could lead where the address itself may not.
    target = Apprise.instantiate(f"{url}?redirect=no")
    if not isinstance(target, NotifyBase):
        raise AddressRefused("target_unknown")
    if not _is_at_home(scheme, target):
        _require_public(target.host or "")
    return target


def _is_at_home(scheme: str, target: NotifyBase) -> bool:
    # ntfys://topic is ntfy.sh itself; ntfys://host/topic is somebody's own.
    return scheme in _AT_HOME or getattr(target, "mode", "") == "cloud"


def _require_public(host: str) -> None:
    if host in settings.APPRISE_PRIVATE_HOSTS:
        return
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as problem:
        raise AddressRefused("host_unknown") from problem
    if not all(is_public(str(entry[4][0])) for entry in found):
        raise AddressRefused("private_address")
