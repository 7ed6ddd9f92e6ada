"""Dumps of the test databases, and whether somebody's words stand in one."""

from __future__ import annotations

import subprocess

from reviewapp.stack.binaries import DEFAULT_POSTGRES, postgres_binary
from tests.live_site import database_urls


def dump_of(alias: str) -> bytes:
    """Return a dump of `DATABASE_URL` or `KEYS_DATABASE_URL`, in lower case."""
    program = postgres_binary("pg_dump", DEFAULT_POSTGRES)
    url = database_urls()[alias]
    done = subprocess.run([program, url], capture_output=True, check=True)
    return done.stdout.lower()


def is_said_in(dump: bytes, word: str) -> bool:
    """Tell whether a word stands there as text, or in a binary column as hex."""
    raw = word.lower().encode()
    return raw in dump or word.encode().hex().encode() in dump
