"""What the log says of a request is told in words, whatever it says."""

import re
from pathlib import Path

import pytest

from queues import history, services
from queues.history import words_of
from queues.models import Status

SOURCES = Path(services.__file__).parent.glob("*.py")
VERB = re.compile(r'"((?:request|claim|grant|answer)\.[a-z_]+)"')


def verbs_recorded() -> set[str]:
    """Every verb that the services of the queue write about a request."""
    found = {verb for source in SOURCES for verb in VERB.findall(source.read_text())}
    ends = {f"request.{s}" for s in Status.values if s not in ("pending", "redeemed")}
    return found | ends


def test_every_verb_of_the_services_has_words():
    assert verbs_recorded() <= set(history._LINES)


@pytest.mark.parametrize(
    ("verb", "facts", "words"),
    [
        ("request.submitted", {}, "Asked"),
        ("request.opened", {"version": 3}, "Opened the card (version 3)"),
        (
            "request.approved",
            {"verdict": "edit", "reason_code": "too_broad"},
            "Approved, edited: Scope narrowed",
        ),
        (
            "request.rejected",
            {"why": "deadline"},
            "Rejected: the time to decide ran out",
        ),
        (
            "request.voided",
            {"why": "changed"},
            "The approval is void: what it rests on has changed",
        ),
        ("request.settled", {"as": "did_not_happen"}, "Settled: did not happen"),
        (
            "grant.refused",
            {"why": "digest_mismatch"},
            "Leave to run refused: digest mismatch",
        ),
        ("request.unheard_of", {}, "request unheard of"),
    ],
)
def test_words(verb, facts, words):
    assert words_of(verb, facts) == words
