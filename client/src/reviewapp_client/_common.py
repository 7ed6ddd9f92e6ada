"""What both clients share: their options, and one set of connection settings."""

import os
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx

from ._calls import Call
from ._clock import Clock
from ._errand import Setting
from ._errors import UsageError
from ._retry import Retry
from .journal import Journal

_AGENT = "reviewapp-client/0.1"


def setting_of(
    journal: Journal | None,
    instance: str | None,
    retry_for: float,
    clock: Clock | None,
) -> Setting:
    """Return a client's setting; without a journal file, memory serves."""
    return Setting(
        journal=Journal() if journal is None else journal,
        clock=clock or Clock(),
        instance=instance or f"{socket.gethostname()}-{os.getpid()}",
        retry_for=retry_for,
    )


# Any: the options of httpx.Client, each of its own type.
def http_options(base_url: str, key: str) -> dict[str, Any]:
    """Return what httpx is to be told; raises UsageError for what cannot work."""
    if urlsplit(base_url).scheme not in ("http", "https"):
        raise UsageError(f"base_url must begin with http:// or https://: {base_url!r}")
    # Keys come from files and shells: the line end is not part of them.
    key = key.strip()
    if not key or not all("!" <= letter <= "~" for letter in key):
        raise UsageError("key is empty, or holds what no key holds")
    return {
        "base_url": base_url,
        "headers": {
            "Authorization": f"Bearer {key}",
            "Accept": "application/json",
            "User-Agent": _AGENT,
        },
        # Each waiting gate holds a connection; people, not pools, set how many wait.
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=20),
    }


def retry_of(setting: Setting, call: Call[Any]) -> Retry:
    """Return the patience for one call."""
    patience = setting.retry_for if call.patience is None else call.patience
    return Retry(setting.clock, patience)
