"""Canonical JSON and digests: what was approved is what runs.

Two kinds. A plain SHA-256 proves equality to anyone (arguments). A keyed digest lets
Reviewapp look a reference up without storing it in clear, and keeps a short reference
(an e-mail, a customer number) from being guessed out of a dump.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import rfc8785
from django.conf import settings


def canonical_json(value: Any) -> bytes:
    """Return RFC 8785 canonical JSON. Any: JSON has no narrower Python type.

    Raises `rfc8785.CanonicalizationError` for what JSON cannot carry exactly.
    """
    return rfc8785.dumps(value)


def arguments_digest(tool: str, arguments: dict[str, Any]) -> str:
    """Return SHA-256 (hex) over the canonical JSON of `{"tool", "arguments"}`."""
    return hashlib.sha256(
        canonical_json({"tool": tool, "arguments": arguments})
    ).hexdigest()


def call_digest(arguments: str) -> str:
    """Return the keyed digest by which the call that these arguments made is found.

    `arguments`: their `arguments_digest`. Of every tool call one is kept in clear, and
    arguments are often short enough to be guessed: by a plain one, out of a dump.
    """
    return keyed_digest("arguments", arguments)


def body_digest(body: dict[str, Any]) -> str:
    """Return the keyed digest of a body: tells a repeat from a reuse of its key."""
    return keyed_digest("body", canonical_json(body).decode())


def keyed_digest(kind: str, text: str) -> str:
    """Return HMAC-SHA-256 (hex) of an exact text; `kind` keeps equal texts apart."""
    message = f"{kind}\x00{text}".encode()
    return hmac.new(settings.DIGEST_KEY, message, hashlib.sha256).hexdigest()


def reference_digest(kind: str, reference: str) -> str:
    """Return the keyed digest by which a person or conversation is looked up.

    Case and outer blanks do not matter: people paste references from mails. An empty
    reference has an empty digest.
    """
    if not reference:
        return ""
    return keyed_digest(kind, reference.strip().casefold())
