"""18. Eight planning threads for one person; the audit log must say who acted."""

import orjson
import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from reviewapp.core.models import User
from tests.builders import make_credential
from tests.stories.stage import Agent, Reader, reader

pytestmark = pytest.mark.django_db


def test_the_auditor_reads_person_agent_credential_session_and_on_behalf_of(
    reviewer, auditor
):
    agent, rosa = Agent.of(), reader(reviewer)
    make_credential(agent.system, "crm-writer", environment="production")
    threads = [
        agent.asks(
            run_id=f"thread-{n}",
            on_behalf_of="dana@customers.example",
            credential="crm-writer",
        )
        for n in range(8)
    ]
    other = agent.asks(run_id="other", on_behalf_of="someone.else@customers.example")
    rosa.decides(threads[0], "approve")
    log = Reader(auditor)
    page = log.opens("/log/")
    assert "support-agent" in page.text
    assert "crm-writer" in page.text
    assert reviewer.email in page.text
    assert "dana@customers.example" not in page.source
    by_subject = {
        told["id"]: _export(auditor, told["id"]) for told in [*threads, other]
    }
    asked = {
        id: next(e for e in events if e["verb"] == "request.submitted")
        for id, events in by_subject.items()
    }
    behalf = {asked[told["id"]]["on_behalf_of"] for told in threads}
    assert len(behalf) == 1
    assert behalf.isdisjoint({asked[other["id"]]["on_behalf_of"], ""})
    decided = by_subject[threads[0]["id"]]
    approval = next(e for e in decided if e["verb"] == "request.approved")
    assert approval["actor_name"] == reviewer.email
    assert approval["session"]


@async_to_sync
async def _export(person: User, subject: str) -> list[dict]:
    """What the auditor takes away as a file, filtered by one request."""
    browser = AsyncClient()
    await browser.aforce_login(person)
    url = f"/log/export/?subject={subject}"
    got = await browser.post(url, {"format": "jsonl"})
    assert got.status_code == 200
    body = b"".join([part async for part in got.streaming_content])
    return [orjson.loads(line) for line in body.splitlines()]
