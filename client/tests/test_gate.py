"""The gate's way from asking to reporting."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from reviewapp_client import (
    AlreadyDone,
    AsyncGate,
    Conflict,
    DigestMismatch,
    Gate,
    InProgress,
    KeyReused,
    Performed,
    UncertainEffect,
    UnusableArguments,
    UsageError,
    about,
)

from .fake_server import Asked, FakeServer
from .till import Till, gated, gated_async
from .world import World


def test_an_approved_act_runs_and_is_reported(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    refund = gated(world.client(), till)
    assert refund(order_id="A-17", amount="20.00", intent="refund:A-17") == "re_1"
    assert till.paid == [("A-17", "20.00")]
    assert server.only.key == "refund:A-17"
    assert server.only.outcome is not None
    assert server.only.outcome["status"] == "succeeded"
    assert server.only.outcome["result"]["summary"] == "re_1"
    assert len(server.only.outcome["result"]["digest"]) == 64


def test_an_async_function_goes_the_same_way(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)

    async def run() -> Any:
        async with world.async_client() as client:
            return await gated_async(client, till)("A-17", intent="refund:A-17")

    assert asyncio.run(run()) == "re_1"
    assert till.paid == [("A-17", "1.00")]
    assert server.only.status == "succeeded"


def test_what_runs_is_what_was_granted_not_what_was_asked(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(lambda a: a.approve({"order_id": "A-17", "amount": "5.00"}))
    refund = gated(world.client(), till)
    performed: Performed[str] = refund.perform("A-17", "20.00", intent="refund:A-17")
    assert till.paid == [("A-17", "5.00")]
    assert performed.edited
    assert "Do not repeat the original call" in performed.message_for_model
    assert "5.00" in performed.message_for_model


def test_an_unedited_act_says_so(world: World, server: FakeServer, till: Till) -> None:
    server.people.append(Asked.approve)
    performed = gated(world.client(), till).perform("A-17", intent="i")
    assert not performed.edited
    assert performed.reported
    assert performed.message_for_model.endswith("as asked.")


def test_the_reviewer_sees_all_arguments_by_name_with_defaults(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    gated(world.client(), till)("A-17", intent="i")
    assert server.only.arguments == {"order_id": "A-17", "amount": "1.00"}
    assert server.only.body["action"]["schema"]["required"] == ["order_id", "amount"]


def test_what_is_said_may_depend_on_the_arguments(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    seen = datetime(2026, 11, 20, 11, 59, tzinfo=UTC)
    refund = gated(
        world.client(),
        till,
        summary=lambda a: f"Refund {a['order_id']}",
        impact=lambda a: {"amount": a["amount"], "currency": "EUR"},
        undo=lambda a: {"tool": "charge", "arguments": {"order_id": a["order_id"]}},
        diff=lambda a: [{"path": "balance", "before": "0", "after": a["amount"]}],
        evidence=[{"name": "balance", "value": "0", "observed_at": seen}],
        preconditions=lambda a: {f"order:{a['order_id']}": "v3"},
        estimate={"seconds": 3},
        queue="money",
    )
    with about(run_id="run-1", justification="The parcel was lost."):
        refund("A-17", intent="i")
    body = server.only.body
    assert body["action"]["summary"] == "Refund A-17"
    assert body["action"]["diff"][0]["after"] == "1.00"
    assert body["impact"] == {"amount": "1.00", "currency": "EUR"}
    assert body["undo"]["tool"] == "charge"
    assert body["evidence"][0]["observed_at"] == "2026-11-20T11:59:00+00:00"
    assert body["preconditions"] == [{"name": "order:A-17", "fingerprint": "v3"}]
    assert body["run_id"] == "run-1"
    assert body["justification"] == "The parcel was lost."
    assert body["queue"] == "money"


def test_the_callers_code_cannot_change_what_is_asked(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    refund = gated(world.client(), till, summary=lambda a: a.pop("amount"))
    refund("A-17", "2.00", intent="i")
    assert till.paid == [("A-17", "2.00")]


def test_a_policy_that_answers_at_once_needs_no_wait(
    world: World, server: FakeServer, till: Till
) -> None:
    world.wire.after = lambda call: (
        server.only.approve(decided_by="policy") if call == "POST requests" else None
    )
    assert gated(world.client(), till)("A-17", intent="i") == "re_1"


def test_result_effects_and_usage_are_reported_as_the_caller_words_them(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    refund = gated(
        world.client(),
        till,
        result=lambda value: {"refund": value},
        effects=lambda value: [{"system": "till", "ref": value}],
        usage=lambda value: {"tokens": 12},
    )
    refund("A-17", intent="i")
    assert server.only.outcome == {
        "status": "succeeded",
        "result": {"refund": "re_1"},
        "effects": [{"system": "till", "ref": "re_1"}],
        "usage": {"tokens": 12},
    }


def test_a_result_that_cannot_be_described_is_still_a_success(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    refund = gated(world.client(), till, result=lambda value: value["missing"])
    assert refund("A-17", intent="i") == "re_1"
    assert server.only.outcome is not None
    assert server.only.outcome["status"] == "succeeded"
    assert "TypeError" in server.only.outcome["result"]["note"]


def test_a_fault_of_the_function_is_reported_and_raised(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    till.before = lambda: {}["missing"]
    with pytest.raises(KeyError):
        gated(world.client(), till)("A-17", intent="i")
    assert server.only.outcome is not None
    assert server.only.outcome["status"] == "failed"
    assert "KeyError" in server.only.outcome["result"]["error"]


@pytest.mark.parametrize("fault", [TimeoutError, ConnectionResetError, UncertainEffect])
def test_a_fault_that_leaves_the_effect_open_is_reported_as_uncertain(
    world: World, server: FakeServer, till: Till, fault: type[Exception]
) -> None:
    def lose_contact() -> None:
        raise fault("r", "lost") if fault is UncertainEffect else fault("lost")

    server.people.append(Asked.approve)
    till.after = lose_contact
    with pytest.raises(fault):
        gated(world.client(), till)("A-17", intent="i")
    assert server.only.status == "uncertain"
    till.after = lambda: None
    with pytest.raises(UncertainEffect):
        gated(world.client(), till)("A-17", intent="i")


def test_which_faults_are_uncertain_is_the_callers_to_say(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    till.before = lambda: {}["missing"]
    with pytest.raises(KeyError):
        gated(world.client(), till, uncertain_on=(KeyError,))("A-17", intent="i")
    assert server.only.status == "uncertain"


def test_the_same_intent_never_runs_twice(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    refund = gated(world.client(), till)
    refund("A-17", intent="i")
    with pytest.raises(AlreadyDone) as done:
        refund("A-17", intent="i")
    assert done.value.outcome.status == "succeeded"
    assert "re_1" in done.value.message_for_model
    assert len(till.paid) == 1


def test_one_intent_cannot_stand_for_two_acts(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    refund = gated(world.client(), till)
    refund("A-17", intent="i")
    with pytest.raises(KeyReused):
        refund("A-18", intent="i")
    with pytest.raises(KeyReused):
        gated(world.client(), till)("A-18", intent="i")
    assert till.paid == [("A-17", "1.00")]


def test_an_intent_in_use_is_not_entered_twice(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    refund = gated(world.client(), till)
    till.before = lambda: refund("A-17", intent="i")
    with pytest.raises(InProgress):
        refund("A-17", intent="i")
    assert till.paid == []


def test_an_unnamed_intent_is_the_run_the_tool_and_the_arguments(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.extend([Asked.approve, Asked.approve])
    refund = gated(world.client(), till, run_id="run-1")
    refund("A-17")
    with pytest.raises(AlreadyDone):
        refund(order_id="A-17", amount="1.00")
    with about(run_id="run-2"):
        refund("A-17")
    assert len(till.paid) == 2


def test_an_act_nobody_named_is_refused(world: World, till: Till) -> None:
    with pytest.raises(UsageError, match="intent="):
        gated(world.client(), till)("A-17")


def test_the_gate_may_name_its_acts(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    gated(world.client(), till, intent=lambda a: f"refund:{a['order_id']}")("A-17")
    assert server.only.key == "refund:A-17"


def test_altered_arguments_are_not_run(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(Asked.approve)
    server.alter_grant = lambda arguments: {**arguments, "amount": "9999.00"}
    with pytest.raises(DigestMismatch):
        gated(world.client(), till)("A-17", intent="i")
    assert till.paid == []
    assert server.only.status == "failed"


@pytest.mark.parametrize(
    "decide",
    [
        lambda a: a.approve({"order_id": "A-17", "amount": "9.00"}, verdict="approve"),
        lambda a: a.approve(arguments_digest="0" * 64),
    ],
    ids=["changed without an edit", "digest of something else"],
)
def test_a_decision_that_does_not_hold_together_is_not_redeemed(
    world: World, server: FakeServer, till: Till, decide: Any
) -> None:
    server.people.append(decide)
    with pytest.raises(DigestMismatch):
        gated(world.client(), till)("A-17", intent="i")
    assert "POST redeem" not in server.calls
    assert till.paid == []


def test_an_edit_the_caller_did_not_allow_is_not_run(
    world: World, server: FakeServer, till: Till
) -> None:
    server.people.append(lambda a: a.approve({"order_id": "A-17", "amount": "9.00"}))
    with pytest.raises(DigestMismatch):
        gated(world.client(), till, allowed=["approve", "reject"])("A-17", intent="i")
    assert till.paid == []


@pytest.mark.parametrize(
    "edited", [{"order_id": "A-17"}, {"order_id": "A", "amount": "1", "note": "x"}]
)
def test_an_edit_the_function_cannot_take_is_reported_as_failed(
    world: World, server: FakeServer, till: Till, edited: dict[str, str]
) -> None:
    server.people.append(lambda a: a.approve(edited))
    with pytest.raises(UnusableArguments):
        gated(world.client(), till)("A-17", intent="i")
    assert till.paid == []
    assert server.only.status == "failed"


def test_a_gate_without_a_decorator_fits_a_dispatcher(
    world: World, server: FakeServer
) -> None:
    server.people.append(Asked.approve)
    gate = Gate(
        world.client(),
        tool="crm.close",
        environment="staging",
        reversibility="reversible",
    )
    performed = gate.run(lambda **a: sorted(a), {"id": 7, "why": "done"}, intent="i")
    assert performed.value == ["id", "why"]
    assert server.only.tool == "crm.close"


def test_the_async_gate_runs_coroutine_functions(
    world: World, server: FakeServer
) -> None:
    async def close(**arguments: Any) -> int:
        return int(arguments["id"])

    async def run() -> Performed[int]:
        async with world.async_client() as client:
            gate = AsyncGate(
                client,
                tool="crm.close",
                environment="staging",
                reversibility="reversible",
            )
            return await gate.run(close, {"id": 7}, intent="i")

    server.people.append(Asked.approve)
    assert asyncio.run(run()).value == 7


def test_async_clients_take_async_functions_of_the_arguments(
    world: World, server: FakeServer, till: Till
) -> None:
    async def fingerprints(arguments: Any) -> dict[str, str]:
        return {"order": arguments["order_id"]}

    async def run() -> None:
        async with world.async_client() as client:
            gate = gated_async(client, till, preconditions=fingerprints)
            await gate("A-17", intent="i")

    server.people.append(Asked.approve)
    asyncio.run(run())
    assert server.only.preconditions == [{"name": "order", "fingerprint": "A-17"}]


def test_each_client_refuses_the_others_functions(world: World, till: Till) -> None:
    terms = {"environment": "test", "reversibility": "reversible"}
    with pytest.raises(UsageError, match="AsyncClient"):
        world.client().gate(**terms)(till.refund_async)  # type: ignore[arg-type]

    async def run() -> None:
        async with world.async_client() as client:
            client.gate(**terms)(till.refund)  # type: ignore[arg-type]

    with pytest.raises(UsageError, match="Client gates"):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"enviroment": "test"}, "unknown options: enviroment"),
        ({"reversibility": None}, "missing options: environment"),
        ({"environment": "test", "ask_again_after": ["rejected"]}, "ask_again_after"),
    ],
)
def test_options_that_cannot_work_are_refused_when_the_gate_is_made(
    world: World, till: Till, terms: dict[str, Any], why: str
) -> None:
    given: Any = {"reversibility": "reversible", **terms}
    with pytest.raises(UsageError, match=why):
        world.client().gate(**given)(till.refund)


def test_nothing_is_sent_for_arguments_json_cannot_carry(
    world: World, server: FakeServer, till: Till
) -> None:
    with pytest.raises(UsageError, match=r"arguments\.amount is a Decimal"):
        gated(world.client(), till)("A-17", Decimal("1.00"), intent="i")
    assert server.calls == []


def test_a_redeem_refused_for_another_reason_is_raised_as_it_is(
    world: World, server: FakeServer, till: Till
) -> None:
    def fall_back(call: str) -> None:
        if call == "POST redeem":
            server.only.status = "pending"

    server.people.append(Asked.approve)
    world.wire.before = fall_back
    with pytest.raises(Conflict, match="not_approved"):
        gated(world.client(), till)("A-17", intent="i")
    assert till.paid == []
