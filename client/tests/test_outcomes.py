"""What else can come of asking: each its own error, each with its own words."""

from collections.abc import Callable
from typing import Any

import pytest
from reviewapp_client import (
    Answered,
    Changed,
    Contained,
    Expired,
    Lapsed,
    NotPerformed,
    Rejected,
    Voided,
    Withdrawn,
)

from .fake_server import Asked, FakeServer, Person, Refusal
from .till import Till, gated
from .world import World

ENDS: list[tuple[Person, type[NotPerformed], str]] = [
    (
        lambda a: a.end("rejected", "Twice already.", "duplicate"),
        Rejected,
        "a person looked at it and rejected it",
    ),
    (lambda a: a.end("answered", "Ask billing."), Answered, "follow it and go on"),
    (lambda a: a.end("expired"), Expired, "nobody answered in time"),
    (lambda a: a.end("voided", "Revoked."), Voided, "taken back unused"),
    (lambda a: a.end("voided", code="changed"), Changed, "facts it rested on"),
    (lambda a: a.end("voided", code="contained"), Contained, "have stopped this agent"),
    (lambda a: a.end("voided", code="withdrawn"), Withdrawn, "withdrawn"),
    (lambda a: a.end("lapsed"), Lapsed, "approval has run out"),
]


@pytest.mark.parametrize(
    ("decide", "kind", "words"), ENDS, ids=[kind.__name__ for _, kind, _ in ENDS]
)
def test_each_end_is_told_apart(
    world: World,
    server: FakeServer,
    till: Till,
    decide: Person,
    kind: type[NotPerformed],
    words: str,
) -> None:
    server.people.append(decide)
    with pytest.raises(NotPerformed) as ended:
        gated(world.client(), till)("A-17", intent="i")
    assert type(ended.value) is kind
    assert words in ended.value.message_for_model
    assert till.paid == []


def test_only_a_persons_no_sounds_like_one() -> None:
    for _, kind, _ in ENDS:
        silent = "not a refusal" in kind.account or kind in (
            Answered,
            Voided,
            Contained,
        )
        assert silent is (kind is not Rejected), kind


def test_what_the_reviewer_wrote_reaches_the_model(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(lambda a: a.end("rejected", "Twice already.", "duplicate"))
    with pytest.raises(Rejected) as no:
        gated(world.client(), till)("A-17", intent="i")
    assert no.value.message == "Twice already."
    assert no.value.reason_code == "duplicate"
    assert no.value.by == "person"
    assert 'Reason: duplicate. Message: "Twice already."' in no.value.message_for_model
    assert "(duplicate: Twice already.)" in str(no.value)


@pytest.mark.parametrize("by", ["policy", "timeout"])
def test_a_no_of_the_rules_is_not_put_in_a_persons_mouth(
    world: World, server: FakeServer, till: Till, by: str
) -> None:
    def refuse(asked: Asked) -> None:
        asked.end("rejected")
        assert asked.decision is not None
        asked.decision["decided_by"] = by

    server.people.append(refuse)
    with pytest.raises(Rejected) as no:
        gated(world.client(), till)("A-17", intent="i")
    assert no.value.by == by
    assert "no person has looked at it" in no.value.message_for_model.lower()


def test_the_answer_is_acknowledged(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(lambda a: a.end("answered", "Ask billing."))
    with pytest.raises(Answered):
        gated(world.client(), till)("A-17", intent="i")
    assert server.only.acknowledged_by == ["agent-1"]


def test_a_server_without_acknowledgements_changes_nothing(
    world: World, server: FakeServer, till: Till
) -> None:
    server.has_ack = False
    server.people.append(lambda a: a.end("expired"))
    with pytest.raises(Expired):
        gated(world.client(), till)("A-17", intent="i")


@pytest.mark.parametrize(
    ("meanwhile", "kind"),
    [
        (lambda server: server.only.end("voided"), Voided),
        (lambda server: server.only.end("lapsed"), Lapsed),
        (lambda server: server.only.end("expired"), Expired),
        (lambda server: setattr(server, "grant_expired", True), Lapsed),
    ],
)
def test_a_redeem_that_comes_too_late_says_why(
    world: World,
    server: FakeServer,
    till: Till,
    meanwhile: Callable[[FakeServer], Any],
    kind: type[NotPerformed],
) -> None:
    def before(call: str) -> None:
        if call == "POST redeem":
            meanwhile(server)

    server.people.append(Asked.approve)
    world.wire.before = before
    with pytest.raises(NotPerformed) as ended:
        gated(world.client(), till)("A-17", intent="i")
    assert type(ended.value) is kind
    assert till.paid == []


def test_a_world_that_moved_on_voids_the_approval_and_says_why(
    world: World, server: FakeServer, till: Till
) -> None:
    version = iter(["v1", "v2"])
    refund = gated(
        world.client(), till, preconditions=lambda a: {"order": next(version)}
    )
    server.people.append(Asked.approve)
    with pytest.raises(Changed, match="said changed"):
        refund("A-17", intent="i")
    assert till.paid == []
    assert server.only.status == "voided"


def test_preconditions_are_taken_of_the_arguments_that_will_run(
    world: World, server: FakeServer, till: Till
) -> None:
    seen: list[str] = []
    refund = gated(
        world.client(),
        till,
        preconditions=lambda a: seen.append(a["amount"]) or {"order": "v1"},
    )
    server.people.append(lambda a: a.approve({"order_id": "A-17", "amount": "5.00"}))
    refund("A-17", "20.00", intent="i")
    assert seen == ["20.00", "5.00"]


def test_fingerprints_and_evidence_are_kept_fresh_while_people_think(
    world: World, server: FakeServer, till: Till
) -> None:
    def nobody_yet(asked: Asked) -> None:
        world.clock.pass_by(60)

    refund = gated(
        world.client(),
        till,
        refresh_s=100,
        preconditions={"order": "v1"},
        evidence=lambda a: [
            {"name": "balance", "value": 1, "observed_at": str(world.clock.now())}
        ],
    )
    server.people.extend([nobody_yet] * 4 + [Asked.approve])
    refund("A-17", intent="i")
    assert len(server.only.refreshed) == 2
    assert server.only.refreshed[0]["preconditions"][0]["fingerprint"] == "v1"
    assert server.only.refreshed[1]["evidence"][0]["observed_at"].startswith("2026")


def test_a_decision_during_a_refresh_is_no_fault(
    world: World, server: FakeServer, till: Till
) -> None:
    def nobody_yet(asked: Asked) -> None:
        world.clock.pass_by(60)

    def decided_meanwhile(call: str) -> None:
        if call == "POST preconditions":
            server.only.end("answered", "Ask billing.")
            raise Refusal(409, "wrong_state")

    server.people.append(nobody_yet)
    world.wire.before = decided_meanwhile
    refund = gated(world.client(), till, refresh_s=1, preconditions={"order": "v1"})
    with pytest.raises(Answered):
        refund("A-17", intent="i")
