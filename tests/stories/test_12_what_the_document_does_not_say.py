"""12. Three tools added to the refund agent since anybody signed; one skips a check."""

from datetime import datetime, timedelta

import pytest
import time_machine

from tests.stories.made_of import Making
from tests.stories.recording import Recorder
from tests.stories.stage import Agent, Reader, later

pytestmark = pytest.mark.django_db

TOOLS = {"get_order": "Looks an order up.", "refund": "Pays an order back."}
ADDED = {5: "refund_fast", 15: "refund_batch", 40: "refund_without_finance"}
SWAPS = {10: "claude-sonnet-4-5-20251115", 30: "claude-sonnet-4-5-20250929"}


def test_the_process_owner_reads_the_change_log_and_the_tools_since_the_sign_off(
    engineer,
):
    agent, emil = Agent.of("refund-agent", process_owner=engineer), Reader(engineer)
    emil.http.post("/systems/refund-agent/sign-off")
    for tool in ("refund_fast", "refund_batch", "refund_without_finance"):
        agent.asks(tool)
    page = emil.opens("/systems/refund-agent/").text
    assert "3 changes since" in page
    for tool in ("refund_fast", "refund_batch", "refund_without_finance"):
        assert f"Tool {tool} seen for the first time" in page
    assert "treated as an irreversible write" in page


def test_47_edits_three_tools_and_two_swaps_of_the_model_are_read_from_its_traces(
    engineer,
):
    recorder = Recorder.of("refund-agent", process_owner=engineer)
    emil = Reader(engineer)
    signed = datetime.fromisoformat("2026-06-01T08:00+00:00")
    making = Making("claude-sonnet-4-5-20250929", "Refund by the rules, edit A.", TOOLS)
    with time_machine.travel(signed):
        making.works(recorder)
    with time_machine.travel(signed + timedelta(hours=3)), later(minutes=5):
        emil.http.post("/systems/refund-agent/sign-off")
        assert "Changed since" not in emil.opens("/systems/refund-agent/").text
    for number in range(1, 48):
        making.prompt = f"Refund by the rules, edit {'B' * number}."
        making.model = SWAPS.get(number, making.model)
        if number in ADDED:
            making.tools = making.tools | {ADDED[number]: "Pays back."}
        with time_machine.travel(signed + timedelta(days=number)):
            making.works(recorder)
    with time_machine.travel(signed + timedelta(days=60)), later(minutes=5):
        page = emil.opens("/systems/refund-agent/").text
        log = emil.opens("/systems/refund-agent/versions/").text
    named = page[page.index("Tools added since:") : page.index("Traces show:")]
    assert [tool for tool in ADDED.values() if tool in named] == list(ADDED.values())
    assert "Traces show: model changed twice, 47 prompt edits, 3 new tools." in page
    assert "tool refund_without_finance added" in log
