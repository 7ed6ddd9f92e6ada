"""One request in every state of its life, through the doors of agents and people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from reviewapp_client import Client, Grant, arguments_digest

from reviewapp.stack.processes import wait_until
from tests.survival.crowd import REASON, TOOL
from tests.survival.stages import PATIENCE_S

# Long enough to take a dump in between, short enough to wait for.
REPORT_WITHIN_S = 120
_numbers = count(1)


@dataclass(frozen=True)
class Doors:
    """An agent with its key and a lead with her token, at one address."""

    agent: Client
    lead: httpx.Client

    def ask(self, **terms: Any) -> str:
        number = next(_numbers)
        arguments = {"subscription": f"S-{number}", "reason": REASON}
        request = self.agent.submit(
            f"state-{number}", tool=TOOL, arguments=arguments, queue="general",
            environment="production", reversibility="irreversible", **terms,
        )  # fmt: skip
        return request.id

    def approved(self, **terms: Any) -> str:
        return self.decided("approve", **terms)

    def decided(self, verdict: str, **terms: Any) -> str:
        ask_id = self.ask(**terms)
        self.decide(ask_id, verdict)
        return ask_id

    def decide(self, ask_id: str, verdict: str) -> None:
        card = self.card(ask_id)
        said = {"verdict": verdict, "version": card["version"], "comment": "Seen."}
        reasons = card["reason_codes"][verdict]
        if reasons["demanded"]:
            said["reason_code"] = reasons["reasons"][0]["code"]
        self.act(ask_id, "decide", said)

    def redeem(self, ask_id: str) -> Grant:
        decision = self.agent.get(ask_id).decision
        digest = arguments_digest(TOOL, decision.arguments)
        return self.agent.redeem(ask_id, f"attempt of {ask_id}", digest)

    def redeemed(self, **terms: Any) -> str:
        ask_id = self.approved(**terms)
        self.redeem(ask_id)
        return ask_id

    def reported(self, status: Any) -> str:
        ask_id = self.redeemed()
        self.agent.outcome(ask_id, status)
        return ask_id

    def act(self, ask_id: str, act: str, body: dict[str, Any] | None = None) -> None:
        answer = self.lead.post(f"/api/v1/requests/{ask_id}/{act}", json=body or {})
        assert answer.is_success, answer.text

    def card(self, ask_id: str) -> dict[str, Any]:
        found = self.lead.get(f"/api/v1/requests/{ask_id}").raise_for_status()
        card: dict[str, Any] = found.json()
        return card

    def listed(self, status: str) -> set[str]:
        """What a person finds under a status."""
        page = self.lead.get("/api/v1/requests", params={"status": status})
        return {row["id"] for row in page.raise_for_status().json()["results"]}

    def until(self, ask_id: str, status: str) -> None:
        def look() -> bool:
            return self.agent.get(ask_id).status == status

        assert wait_until(look, PATIENCE_S), f"never became {status}"


@contextmanager
def doors(url: str, key: str, token: str) -> Iterator[Doors]:
    headers = {"Authorization": f"Bearer {token}"}
    with ExitStack() as stack:
        agent = stack.enter_context(Client(url, key, retry_for=PATIENCE_S))
        lead = httpx.Client(base_url=url, headers=headers, timeout=PATIENCE_S)
        yield Doors(agent, stack.enter_context(lead))


def one_in_every_state(at: Doors) -> dict[str, str]:
    """Return request ids by status; what needs time to pass is begun first."""
    asks = {
        "expired": at.ask(decide_within_s=1),
        "lapsed": at.approved(execute_within_s=1),
        "pending": at.ask(),
        "rejected": at.decided("reject"),
        "answered": at.decided("answer"),
        "withdrawn": at.ask(),
        "voided": at.approved(),
        "succeeded": at.reported("succeeded"),
        "failed": at.reported("failed"),
        "uncertain": at.reported("uncertain"),
        "settled": at.reported("uncertain"),
    }
    at.agent.withdraw(asks["withdrawn"])
    at.act(asks["voided"], "revoke")
    at.act(asks["settled"], "settle", {"as": "happened"})
    for status in ("expired", "lapsed"):
        at.until(asks[status], status)
    asks["approved"] = at.approved()
    asks["redeemed"] = at.redeemed(report_within_s=REPORT_WITHIN_S)
    return asks
