"""Each act of a reviewer's own tool, where it works and what it answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from queues.models import ActionRequest, Status
from queues.services.grants import redeem_grant
from queues.services.outcomes import report_outcome
from queues.submissions import EvidenceItem, Fingerprint, Report
from reviewapp.core.models import DataKey, Event
from tests.queues.builders import agent_of, make_ask, make_queue

pytestmark = pytest.mark.django_db

REASONING = "The model thought of nothing else."


@pytest.fixture
def tool(reviewer, api_for, system):
    """A reviewer's tool: `tool(ask, act, body)` gives the answer as JSON."""
    make_queue(reviewer)
    client = api_for(reviewer)

    def call(ask, act="", body=None, status=200):
        url = f"/api/v1/requests/{ask.pk}"
        if not act:
            response = client.get(url)
        else:
            response = client.post(f"{url}/{act}", body or {}, format="json")
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    return call


def approve(tool, ask, **fields):
    return tool(ask, "decide", {"verdict": "approve", "version": ask.version, **fields})


def run(ask, status):
    agent = agent_of(ask.system)
    redeem_grant(ask.pk, system=ask.system, actor=agent, attempt="a")
    report = Report(status, {"said": "perhaps"}, (("crm", "R-1"),), tokens=7)
    report_outcome(ask.pk, report, system=ask.system, actor=agent)


def test_the_card_holds_what_is_needed_to_judge(tool, system):
    ask = make_ask(
        system,
        reasoning=REASONING,
        justification="They **asked**.",
        evidence=(EvidenceItem("state", "open", timezone.now(), 600, "bookings"),),
        preconditions=(Fingerprint("etag", "1"),),
        undo={"tool": "restore", "arguments": {"x": 1}},
        amount="12.50",
        currency="EUR",
    )
    card = tool(ask)
    assert card["version"] == ask.version
    assert card["justification"] == "They **asked**."
    assert card["impact"]["amount"] == "12.5"
    assert card["evidence"][0]["value"] == "open"
    assert not card["evidence"][0]["is_stale"]
    assert card["preconditions"][0]["name"] == "etag"
    assert card["undo"] == {"tool": "restore", "arguments": {"x": 1}}
    codes = [reason["code"] for reason in card["reason_codes"]["reject"]["reasons"]]
    assert "not_asked_for" in codes
    assert card["claim"] is None


def test_evidence_of_a_decided_card_is_judged_at_its_decision(tool, system):
    """As on the page: what was fresh when it was decided does not grow stale later."""
    seen = EvidenceItem("stock", 1, timezone.now(), max_age_s=60)
    decided, waiting = (make_ask(system, evidence=(seen,)) for _ in range(2))
    tool(decided, "decide", {"verdict": "approve", "version": 1})
    with time_machine.travel(timezone.now() + timedelta(seconds=90), tick=True):
        cards = [tool(ask) for ask in (decided, waiting)]
    assert [card["evidence"][0]["is_stale"] for card in cards] == [False, True]


def test_reasoning_is_told_masked_and_only_to_whoever_holds_the_request(tool, system):
    ask = make_ask(system, reasoning=f"{REASONING} Write to mara@example.com.")
    assert tool(ask)["reasoning"] == ""
    tool(ask, "claim")
    assert tool(ask)["reasoning"] == f"{REASONING} Write to [EMAIL-1]."


def test_every_reading_of_words_is_in_the_log(tool, system, auditor, api_for):
    ask = make_ask(system)
    tool(ask)
    tool(ask)
    api_for(auditor).get(f"/api/v1/requests/{ask.pk}")  # a shape is no words
    assert Event.objects.filter(verb="request.opened").count() == 2


def test_a_card_whose_words_were_erased_keeps_its_shape(tool, system):
    ask = make_ask(system)
    DataKey.objects.filter(owner=ask.pk).update(
        wrapped=b"", destroyed_at=timezone.now()
    )
    card = tool(ask)
    assert card["tool"] == ask.tool
    assert "arguments" not in card


def test_claimed_kept_and_given_back(tool, system, reviewer):
    ask = make_ask(system)
    first = tool(ask, "claim")["claim"]
    assert first["person"] == str(reviewer)
    assert tool(ask, "claim")["claim"]["until"] >= first["until"]
    assert tool(ask, "release")["claim"] is None


def test_what_another_holds_is_left_alone(tool, system, reviewer2, api_for):
    make_queue(reviewer2)
    ask = make_ask(system)
    api_for(reviewer2).post(f"/api/v1/requests/{ask.pk}/claim")
    for act in ("claim", "escalate"):
        assert tool(ask, act, status=409)["code"] == "held"


def test_put_off_and_handed_up(tool, system):
    ask = make_ask(system)
    until = timezone.now() + timedelta(minutes=10)
    deferred = tool(ask, "defer", {"until": until.isoformat()})
    assert deferred["available_at"][:16] == until.isoformat()[:16]
    assert tool(ask, "escalate")["escalation_level"] == 1


def test_an_edit_shows_what_it_changed(tool, system):
    ask = make_ask(system, tool="refund", arguments={"amount": "900"})
    edit = {"verdict": "edit", "version": 1, "arguments": {"amount": "90"}}
    assert tool(ask, "decide", edit)["status"] == "approved"
    card = tool(ask)
    assert card["arguments"] == {"amount": "90"}
    assert card["edits"] == [{"path": "amount", "before": "900", "after": "90"}]
    assert card["decisions"][0]["verdict"] == "edit"


def test_an_edit_must_fit_the_tool(tool, system):
    schema = {"properties": {"amount": {"type": "string"}}}
    ask = make_ask(system, tool="refund", arguments={"amount": "9"}, schema=schema)
    edit = {"verdict": "edit", "version": 1, "arguments": {"amount": 9}}
    refused = tool(ask, "decide", edit, status=400)
    assert refused["errors"]["arguments"][0].startswith("amount: ")


def test_an_edit_keeps_to_the_size_that_its_system_may_send(tool, system):
    ask = make_ask(system)
    edit = {"verdict": "edit", "version": 1, "arguments": {"text": "x" * 300_000}}
    refused = tool(ask, "decide", edit, status=400)
    assert refused["errors"]["arguments"] == [
        "Takes at most 262144 bytes of canonical JSON."
    ]
    system.arguments_limit_bytes = 400_000
    system.save()
    assert tool(ask, "decide", edit)["status"] == "approved"


def test_an_approval_is_taken_back(tool, system):
    ask = make_ask(system)
    approve(tool, ask)
    assert tool(ask, "revoke")["status"] == "voided"
    assert tool(ask, "revoke", status=409)["code"] == "not_revocable"


def test_notes_are_on_the_card_for_the_next_reader(tool, system, reviewer):
    ask = make_ask(system)
    assert tool(ask, "notes", {"text": "Called them."}, status=204) is None
    assert [note["text"] for note in tool(ask)["notes"]] == ["Called them."]


def test_look_alikes_are_merged(tool, system):
    first, twin = (make_ask(system, arguments={"reservation": "R-1"}) for _ in "ab")
    merged = tool(first, "merge", {"lookalike": str(twin.pk)})
    assert (merged["id"], merged["merged_into"]) == (str(twin.pk), str(first.pk))
    assert tool(twin, "claim", status=409)["code"] == "merged"


def test_what_is_unknown_is_settled(tool, system):
    ask = make_ask(system)
    approve(tool, ask)
    run(ask, "uncertain")
    assert tool(ask, "settle", {"as": "did_not_happen"})["status"] == "settled"
    outcome = tool(ask)["outcome"]
    assert outcome["settlement"] == "did_not_happen"
    assert outcome["result"] == {"said": "perhaps"}
    assert outcome["effects"] == [{"system": "crm", "ref": "R-1"}]


def test_results_are_words(tool, system, auditor, api_for):
    ask = make_ask(system)
    approve(tool, ask)
    run(ask, "succeeded")
    seen = api_for(auditor).get(f"/api/v1/requests/{ask.pk}").json()["outcome"]
    assert seen["usage"] == {"tokens": 7}
    assert not {"result", "effects"} & seen.keys()


def test_the_undoing_is_a_request_that_somebody_else_decides(tool, system):
    undo = {"tool": "restore_reservation", "arguments": {"reservation": "R-1"}}
    ask = make_ask(system, undo=undo)
    approve(tool, ask)
    run(ask, "succeeded")
    undoing = tool(ask, "compensate", status=201)
    assert undoing["compensates"] == str(ask.pk)
    assert undoing["tool"] == "restore_reservation"
    made = ActionRequest.objects.get(pk=undoing["id"])
    assert made.status == Status.PENDING
    word = {"verdict": "approve", "version": made.version}
    assert tool(made, "decide", word, status=403)["code"] == "own_request"
