"""Canonical JSON (RFC 8785) and the digests and keys made of it."""

import hashlib
from collections.abc import Mapping

import rfc8785

from ._json import plain, plain_object

LONGEST_PLAIN_KEY = 128


def canonical(value: object) -> bytes:
    """Return the RFC 8785 form of `value`; raises NotJson."""
    return rfc8785.dumps(plain(value))


def digest(value: object) -> str:
    """Return the SHA-256, in hex, of the canonical form of `value`."""
    return hashlib.sha256(canonical(value)).hexdigest()


def arguments_digest(tool: str, arguments: Mapping[str, object]) -> str:
    """Return the digest that ties an approval to exactly this call of this tool."""
    return digest({"tool": tool, "arguments": plain_object(arguments, "arguments")})


def derived_intent(tool: str, arguments: Mapping[str, object], run_id: str) -> str:
    """Return the intent of a call nobody named: the same run, tool and arguments."""
    checked = plain_object(arguments, "arguments")
    return "derived:" + digest({"tool": tool, "arguments": checked, "run_id": run_id})


def idempotency_key(intent: str, turn: int = 1) -> str:
    """Return the key an intent travels under, the same for ever.

    A header carries only short ASCII, so other intents travel as their digest. `turn`
    counts requests for one intent: a second one may follow a withdrawn first.
    """
    plain_enough = len(intent) <= LONGEST_PLAIN_KEY and all(
        "!" <= letter <= "~" for letter in intent
    )
    key = intent if plain_enough else "sha256:" + digest(intent)
    return key if turn == 1 else f"{key}#{turn}"
