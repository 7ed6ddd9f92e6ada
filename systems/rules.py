"""Decisions about systems, keys and tools as pure functions. Times are arguments."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

# Heartbeats come every 15 s (docs/api.md): after three missed ones an instance counts
# as gone. An agent that is merely slow is not struck from the roster by one lost call.
HEARTBEAT_EVERY = timedelta(seconds=15)
PRESENT_FOR = 3 * HEARTBEAT_EVERY
# Long enough to see last week's instances after a weekend, short enough for a roster.
FORGOTTEN_AFTER = timedelta(days=14)

# `last_used_at` answers "is this key still in use?", not "when exactly?": one write a
# minute keeps a busy key's row from becoming the hottest one in the database.
USE_NOTED_EVERY = timedelta(minutes=1)

# Control, format (bidirectional marks and zero-width among them), surrogate and line
# separators: none of them belongs in a name that a person compares by eye.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def is_printable(name: str) -> bool:
    """Tell whether a name shows as it is: no control, bidi or zero-width characters."""
    return not any(unicodedata.category(sign) in _UNPRINTABLE for sign in name)


_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def is_host(text: str) -> bool:
    """Tell whether a text is one host: a name (RFC 1123) in lower case, or an address.

    No scheme, port, path or wildcard: a webhook is allowed to hosts that are named.
    """
    try:
        ipaddress.ip_address(text)
    except ValueError:
        labels = text.split(".")
        return len(text) <= 253 and all(map(_LABEL.fullmatch, labels))
    return True


def is_present(last_seen_at: datetime, now: datetime) -> bool:
    """Tell whether an instance counts as running at `now`."""
    return now - last_seen_at <= PRESENT_FOR


def is_use_due(last_used_at: datetime | None, now: datetime) -> bool:
    """Tell whether the use of a key should be written down again."""
    return last_used_at is None or now - last_used_at >= USE_NOTED_EVERY


def expiry_of_successor(
    issued_at: datetime, expires_at: datetime | None, now: datetime
) -> datetime | None:
    """Return when a key's successor expires: it is given as long a life as the first.

    Rotation must not turn a key that ends into one that never does.
    """
    return None if expires_at is None else now + (expires_at - issued_at)


def end_of_overlap(
    expires_at: datetime | None, now: datetime, overlap: timedelta
) -> datetime:
    """Return when a rotated key stops working: after the overlap, never later than
    it would have anyway."""
    end = now + overlap
    return end if expires_at is None else min(end, expires_at)


def changed_fields(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[str, ...]:
    """Name the fields of `after` whose value differs from `before`, in their order.

    Any: the fields of a row have no narrower common type.
    """
    return tuple(name for name, value in after.items() if before[name] != value)
