"""Kill the agent at every point; start it again; the act runs once, or nobody knows."""

from collections.abc import Callable

import pytest
from httpx import ConnectError, ReadError
from reviewapp_client import (
    AlreadyDone,
    Expired,
    InvalidRequest,
    KeyReused,
    Lapsed,
    Rejected,
    ReviewappUnavailable,
    UncertainEffect,
    Withdrawn,
)

from .fake_server import Asked, FakeServer, Refusal
from .till import Till, gated
from .world import Killed, World


def die_at(point: str) -> Callable[[str], None]:
    def hook(call: str) -> None:
        if call == point:
            raise Killed

    return hook


def kill(world: World, till: Till, *, journal: bool) -> None:
    """Run the agent until it dies; its death reaches nobody."""
    with pytest.raises(Killed):
        gated(world.client(journal=journal), till)("A-17", intent="refund:A-17")
    world.die()


# Everything up to the moment the function is entered: with a journal, nothing is lost.
BEFORE_THE_ACT = [
    ("before", "POST requests"),
    ("after", "POST requests"),
    ("before", "GET request"),
    ("after", "GET request"),
    ("before", "POST redeem"),
    ("after", "POST redeem"),
]


@pytest.mark.parametrize(("side", "call"), BEFORE_THE_ACT)
def test_killed_before_the_act_it_runs_once_after_the_restart(
    world: World, server: FakeServer, till: Till, side: str, call: str
) -> None:
    server.people.append(Asked.approve)
    setattr(world.wire, side, die_at(call))
    kill(world, till, journal=True)
    assert till.paid == []
    refund = gated(world.client(journal=True), till)
    assert refund("A-17", intent="refund:A-17") == "re_1"
    assert till.paid == [("A-17", "1.00")]
    assert server.only.status == "succeeded"


# Without a journal the grant of a dead attempt is lost: that is the only difference.
@pytest.mark.parametrize(("side", "call"), BEFORE_THE_ACT[:-1])
def test_without_a_journal_the_server_remembers_up_to_the_redeem(
    world: World, server: FakeServer, till: Till, side: str, call: str
) -> None:
    server.people.append(Asked.approve)
    setattr(world.wire, side, die_at(call))
    kill(world, till, journal=False)
    assert gated(world.client(), till)("A-17", intent="refund:A-17") == "re_1"
    assert server.only.status == "succeeded"


def test_without_a_journal_a_redeemed_act_is_uncertain(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    world.wire.after = die_at("POST redeem")
    kill(world, till, journal=False)
    with pytest.raises(UncertainEffect) as unsure:
        gated(world.client(), till)("A-17", intent="refund:A-17")
    assert unsure.value.checked is None
    assert till.paid == []
    # Another process may hold the grant at this moment: nothing is reported for it.
    assert server.only.status == "redeemed"


@pytest.mark.parametrize("side", ["before", "after"])
def test_killed_in_the_act_nobody_knows_and_it_does_not_run_again(
    world: World, server: FakeServer, till: Till, side: str
) -> None:
    def die() -> None:
        world.wire.dead = True
        raise Killed

    server.people.append(Asked.approve)
    setattr(till, side, die)
    kill(world, till, journal=True)
    paid = list(till.paid)
    setattr(till, side, lambda: None)
    with pytest.raises(UncertainEffect, match="cut short while it ran") as unsure:
        gated(world.client(journal=True), till)("A-17", intent="refund:A-17")
    assert "Do not try it again" in unsure.value.message_for_model
    assert till.paid == paid
    assert server.only.status == "uncertain"


@pytest.mark.parametrize("journal", [True, False])
def test_killed_in_the_act_the_callers_check_finds_it_done(
    world: World, server: FakeServer, till: Till, journal: bool
) -> None:
    server.people.append(Asked.approve)
    world.wire.before = die_at("POST outcome")
    till.after = lambda: setattr(world.wire, "dead", True)
    kill(world, till, journal=journal)
    refund = gated(world.client(journal=journal), till, resume=till.has_paid)
    with pytest.raises(AlreadyDone) as done:
        refund("A-17", intent="refund:A-17")
    assert done.value.outcome.status == "succeeded"
    assert len(till.paid) == 1
    assert server.only.status == "succeeded"


def test_killed_in_the_act_the_callers_check_finds_it_undone_and_it_runs(
    world: World, server: FakeServer, till: Till
) -> None:
    def die() -> None:
        world.wire.dead = True
        raise Killed

    server.people.append(Asked.approve)
    till.before = die
    kill(world, till, journal=True)
    till.before = lambda: None
    refund = gated(world.client(journal=True), till, resume=till.has_paid)
    assert refund("A-17", intent="refund:A-17") == "re_1"
    assert till.paid == [("A-17", "1.00")]
    assert server.only.status == "succeeded"


def test_found_undone_after_the_grant_ran_out_it_is_over(
    world: World, server: FakeServer, till: Till
) -> None:
    def die() -> None:
        world.wire.dead = True
        raise Killed

    server.people.append(Asked.approve)
    till.before = die
    kill(world, till, journal=True)
    server.grant_expired = True
    refund = gated(world.client(journal=True), till, resume=till.has_paid)
    with pytest.raises(Lapsed):
        refund("A-17", intent="refund:A-17")
    assert till.paid == []
    assert server.only.status == "failed"


def test_without_a_journal_found_undone_stays_uncertain(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    world.wire.after = die_at("POST redeem")
    kill(world, till, journal=False)
    refund = gated(world.client(), till, resume=till.has_paid)
    with pytest.raises(UncertainEffect) as unsure:
        refund("A-17", intent="refund:A-17")
    assert unsure.value.checked is False
    assert till.paid == []


@pytest.mark.parametrize("side", ["before", "after"])
def test_killed_before_the_report_arrived_it_is_reported_after_the_restart(
    world: World, server: FakeServer, till: Till, side: str
) -> None:
    server.people.append(Asked.approve)
    setattr(world.wire, side, die_at("POST outcome"))
    kill(world, till, journal=True)
    with pytest.raises(AlreadyDone) as done:
        gated(world.client(journal=True), till)("A-17", intent="refund:A-17")
    assert done.value.outcome.result["summary"] == "re_1"  # type: ignore[index,call-overload]
    assert len(till.paid) == 1
    assert server.only.status == "succeeded"


def test_outcomes_not_reported_can_be_reported_at_the_start(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    world.wire.before = die_at("POST outcome")
    kill(world, till, journal=True)
    assert world.client(journal=True).report_outstanding() == 1
    assert server.only.status == "succeeded"
    world.die()
    assert world.client(journal=True).report_outstanding() == 0


def test_a_report_the_server_is_away_for_does_not_cost_the_value(
    world: World, server: FakeServer, till: Till
) -> None:
    def away(call: str) -> None:
        if call == "POST outcome":
            raise ConnectError("away")

    server.people.append(Asked.approve)
    world.wire.before = away
    client = world.client(journal=True)
    performed = gated(client, till).perform("A-17", intent="refund:A-17")
    assert performed.value == "re_1"
    assert not performed.reported
    world.wire.before = lambda call: None
    assert client.report_outstanding() == 1


def test_a_report_that_comes_too_late_is_not_sent_for_ever(
    world: World, server: FakeServer, till: Till
) -> None:
    def settle(call: str) -> None:
        if call == "POST outcome":
            server.only.status = "settled"

    server.people.append(Asked.approve)
    world.wire.before = settle
    client = world.client(journal=True)
    assert not gated(client, till).perform("A-17", intent="i").reported
    assert client.report_outstanding() == 0
    assert server.calls.count("POST outcome") == 1


def test_a_settled_act_is_not_run_again(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    world.wire.after = die_at("POST redeem")
    kill(world, till, journal=False)
    server.only.status = "settled"
    server.only.outcome = {"status": "uncertain", "settlement": "happened"}
    with pytest.raises(AlreadyDone, match="settled as happened"):
        gated(world.client(), till)("A-17", intent="refund:A-17")


@pytest.mark.parametrize("journal", [True, False])
def test_a_person_may_answer_while_the_agent_is_dead(
    world: World, server: FakeServer, till: Till, journal: bool
) -> None:
    world.wire.before = die_at("GET request")
    kill(world, till, journal=journal)
    server.only.end("rejected", "No.")
    with pytest.raises(Rejected):
        gated(world.client(journal=journal), till)("A-17", intent="refund:A-17")


def test_words_that_differ_after_a_restart_are_still_the_same_ask(
    world: World, server: FakeServer, till: Till
) -> None:
    world.wire.after = die_at("POST requests")
    with pytest.raises(Killed):
        gated(world.client(journal=True), till, summary="first")("A-17", intent="i")
    world.die()
    server.people.append(Asked.approve)
    again = gated(world.client(journal=True), till, summary="second")
    assert again("A-17", intent="i") == "re_1"
    assert server.only.body["action"]["summary"] == "first"


def test_without_a_journal_the_server_may_name_the_request_a_key_stands_for(
    world: World, server: FakeServer, till: Till
) -> None:
    world.wire.before = die_at("GET request")
    with pytest.raises(Killed):
        gated(world.client(), till, summary="first")("A-17", intent="i")
    world.die()
    server.people.append(Asked.approve)
    refund = gated(world.client(), till, summary="second")
    assert refund("A-17", intent="i") == "re_1"
    assert len(server.asked) == 1


def test_without_a_journal_a_server_that_names_nothing_makes_it_key_reused(
    world: World, server: FakeServer, till: Till
) -> None:
    server.names_the_request = False
    world.wire.before = die_at("GET request")
    with pytest.raises(Killed):
        gated(world.client(), till, summary="first")("A-17", intent="i")
    world.die()
    with pytest.raises(KeyReused):
        gated(world.client(), till, summary="second")("A-17", intent="i")


def test_after_a_restart_an_intent_still_stands_for_one_act(
    world: World, server: FakeServer, till: Till
) -> None:
    world.wire.before = die_at("GET request")
    kill(world, till, journal=True)
    server.only.approve()
    with pytest.raises(KeyReused):
        gated(world.client(journal=True), till)("A-18", intent="refund:A-17")
    assert till.paid == []
    assert server.only.status == "approved"


def test_found_redeemed_and_overdue_the_same_attempt_still_has_its_grant(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    world.wire.after = die_at("POST redeem")
    kill(world, till, journal=True)
    server.only.status = "uncertain"
    refund = gated(world.client(journal=True), till)
    assert refund("A-17", intent="refund:A-17") == "re_1"
    assert server.only.status == "succeeded"


def test_a_withdrawn_request_is_asked_anew_under_the_same_intent(
    world: World, server: FakeServer, till: Till
) -> None:
    refund = gated(world.client(journal=True), till, timeout=10)
    with pytest.raises(Withdrawn):
        refund("A-17", intent="i")
    world.die()
    server.people.append(Asked.approve)
    assert gated(world.client(journal=True), till)("A-17", intent="i") == "re_1"
    assert sorted(a.key for a in server.asked.values()) == ["i", "i#2"]


def test_silence_is_asked_anew_only_when_told_to(
    world: World, server: FakeServer, till: Till
) -> None:
    client = world.client()
    server.people.append(lambda a: a.end("expired"))
    for _ in range(2):
        with pytest.raises(Expired):
            gated(client, till)("A-17", intent="i")
    server.people.append(Asked.approve)
    again = gated(client, till, ask_again_after=["expired"])
    assert again("A-17", intent="i") == "re_1"


def test_a_refused_ask_leaves_nothing_behind(
    world: World, server: FakeServer, till: Till
) -> None:
    def refuse(call: str) -> None:
        raise Refusal(422, "invalid", errors={"impact": ["no"]})

    world.wire.before = refuse
    client = world.client(journal=True)
    with pytest.raises(InvalidRequest, match="impact"):
        gated(client, till, summary="bad")("A-17", intent="i")
    world.wire.before = lambda call: None
    server.people.append(Asked.approve)
    assert gated(client, till, summary="good")("A-17", intent="i") == "re_1"
    assert server.only.body["action"]["summary"] == "good"


def test_an_ask_whose_answer_was_lost_is_repeated_word_by_word(
    world: World, server: FakeServer, till: Till
) -> None:
    def lose(call: str) -> None:
        raise ReadError("lost")

    world.wire.after = lose
    client = world.client(journal=True)
    with pytest.raises(ReviewappUnavailable):
        gated(client, till, summary="first")("A-17", intent="i")
    world.wire.after = lambda call: None
    server.people.append(Asked.approve)
    assert gated(client, till, summary="second")("A-17", intent="i") == "re_1"
    assert len(server.asked) == 1
