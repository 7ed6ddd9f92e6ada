"""Decisions about systems and keys, in tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from systems.history import words_of
from systems.rules import (
    changed_fields,
    end_of_overlap,
    expiry_of_successor,
    is_host,
    is_present,
    is_printable,
    is_use_due,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("seconds", "present"), [(0, True), (45, True), (46, False), (-5, True)]
)
def test_an_instance_is_present_for_three_beats(seconds, present):
    assert is_present(NOW - timedelta(seconds=seconds), NOW) is present


@pytest.mark.parametrize(
    ("last", "due"),
    [(None, True), (NOW, False), (NOW - timedelta(seconds=60), True)],
)
def test_use_is_due_once_a_minute(last, due):
    assert is_use_due(last, NOW) is due


@pytest.mark.parametrize(
    ("name", "printable"),
    [
        ("cancel_order", True),
        ("Größe 取消 💥", True),
        ("", True),
        ("tab\t", False),
        ("nul\x00", False),
        ("\u202eright", False),
        ("zero\u200bwidth", False),
        ("line\u2028", False),
        ("\ud800", False),
        ("\ue000", False),
    ],
)
def test_a_name_shows_as_it_is(name, printable):
    assert is_printable(name) is printable


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("localhost", True),
        ("a-1.example.com", True),
        ("10.0.0.1", True),
        ("fe80::1", True),
        ("", False),
        (".", False),
        ("a..b", False),
        ("a-.b", False),
        ("user@host", False),
        ("host/path", False),
        ("host:80", False),
        ("x" * 64, False),
        (".".join(["x" * 60] * 5), False),
        ("a.b\n", False),
    ],
)
def test_a_host_is_a_name_or_an_address(text, host):
    assert is_host(text) is host


@pytest.mark.parametrize(
    ("issued", "expires", "successor"),
    [
        (NOW - HOUR, None, None),
        (NOW - HOUR, NOW + HOUR, NOW + 2 * HOUR),
        (NOW, NOW, NOW),
    ],
)
def test_a_successor_lives_as_long(issued, expires, successor):
    assert expiry_of_successor(issued, expires, NOW) == successor


@pytest.mark.parametrize(
    ("expires", "end"),
    [(None, NOW + HOUR), (NOW + 2 * HOUR, NOW + HOUR), (NOW, NOW)],
)
def test_an_overlap_ends_no_later_than_the_key(expires, end):
    assert end_of_overlap(expires, NOW, HOUR) == end


def test_only_what_differs_has_changed():
    before = {"a": 1, "b": [1], "c": None}
    assert changed_fields(before, {"c": None, "b": [2], "a": 1}) == ("b",)


@pytest.mark.parametrize(
    ("verb", "facts", "words"),
    [
        ("system.retired", {}, "Retired the system"),
        (
            "system.changed",
            {
                "fields": ["name", "lifecycle"],
                "before": {"lifecycle": "live"},
                "after": {"lifecycle": "paused"},
            },
            "Changed name, lifecycle live → paused",
        ),
        (
            "tool.changed",
            {
                "tool": "wipe",
                "fields": ["effect", "freshness_limit_s", "inferred"],
                "before": {
                    "effect": None,
                    "freshness_limit_s": None,
                    "inferred": True,
                },
                "after": {
                    "effect": "write",
                    "freshness_limit_s": 60,
                    "inferred": False,
                },
            },
            "Confirmed tool wipe: effect unknown → write, freshness limit unknown → 60",
        ),
        (
            "tool.changed",
            {"tool": "wipe", "fields": ["schema", "schema_fingerprint"]},
            "Changed tool wipe: schema",
        ),
        (
            "webhook_secret.rotated",
            {"generation": 2},
            "Rotated the secret that signs callbacks",
        ),
        ("other.verb", {}, "other.verb"),
    ],
)
def test_the_log_is_told_in_words(verb, facts, words):
    assert words_of(verb, facts) == words
