"""Calling an agent back: what is said, how it is signed, where it may go. No ORM.

A callback carries ids, status and digests, never words: the agent fetches those with
its key. Addresses are checked when the connection is made, on the very address that
is connected to, so a name that resolves elsewhere a moment later gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpcore
import orjson
from standardwebhooks.webhooks import Webhook

TIMEOUT_S = 10.0
# The schedule that Standard Webhooks recommends: about a day in all.
_BACKOFF = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
)

SocketOptions = Iterable[Any]  # Any: httpcore's own type of socket options.


class CallRefused(Exception):
    """The callback may not go there. `code` is stable and holds no address."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """Return when to call again after `attempts` failures; None: give up."""
    if attempts > len(_BACKOFF):
        return None
    return now + _BACKOFF[attempts - 1]


def sign(
    message_id: str, body: bytes, secrets: Sequence[str], now: datetime
) -> dict[str, str]:
    """Return the headers of Standard Webhooks, with one signature per secret."""
    text = body.decode()
    signatures = [Webhook(key).sign(message_id, now, text) for key in secrets]
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def body_of(kind: str, at: datetime, data: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"type": kind, "timestamp": at.isoformat(), "data": data})


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, private_hosts: Collection[str]
) -> int:
    """POST once, following no redirect; return the status.

    `private_hosts` may be called on private addresses and without TLS. Raises
    CallRefused, and httpcore's errors of connection and time.
    """
    parts = urlsplit(url)
    private = (parts.hostname or "") in private_hosts
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise CallRefused("not_https")
    backend = _GuardedBackend(private)
    with httpcore.ConnectionPool(
        ssl_context=ssl.create_default_context(), network_backend=backend
    ) as pool:
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT_S)
        # Streamed and left unread: what the other side says is of no interest.
        with pool.stream(
            "POST",
            url,
            headers=list(headers.items()),
            content=body,
            extensions={"timeout": timeouts},
        ) as answer:
            return answer.status


class _GuardedBackend(httpcore.SyncBackend):
    """Resolves a name once, refuses private addresses, connects to what it checked."""

    def __init__(self, private: bool) -> None:
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        address = self._checked(host, port)
        return super().connect_tcp(
            address, port, timeout, local_address, socket_options
        )

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        raise CallRefused("not_a_host")

    def _checked(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as problem:
            raise CallRefused("host_unknown") from problem
        addresses = [str(entry[4][0]) for entry in found]
        # One private address among several is one too many: the next look-up may
        # put it first.
        if not self._private and not all(map(is_public, addresses)):
            raise CallRefused("private_address")
        return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is reachable by anyone, and so no door into this network."""
    ip = ipaddress.ip_address(address.split("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if mapped is not None:
        return is_public(str(mapped))
    return ip.is_global and not ip.is_multicast
