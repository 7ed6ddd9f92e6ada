"""12. Three tools added to the refund agent since anybody signed; one skips a check."""

import pytest

from tests.stories.stage import Agent, Reader

pytestmark = pytest.mark.django_db


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
