"""A Reviewapp in memory: as strict about the contract as the real one."""

import json
import threading
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from reviewapp_client import arguments_digest

Json = dict[str, Any]
FINAL = {"rejected", "answered", "expired", "withdrawn", "voided", "lapsed"}


@dataclass
class Asked:
    """One request, as the server keeps it."""

    id: str
    key: str
    body: Json
    status: str = "pending"
    decision: Json | None = None
    outcome: Json | None = None
    attempt: str | None = None
    preconditions: list[Json] = field(default_factory=list)
    acknowledged_by: list[str] = field(default_factory=list)
    refreshed: list[Json] = field(default_factory=list)

    @property
    def tool(self) -> str:
        return str(self.body["action"]["tool"])

    @property
    def arguments(self) -> Json:
        return dict(self.body["action"]["arguments"])

    def approve(self, arguments: Json | None = None, **changes: Any) -> None:
        granted = self.arguments if arguments is None else arguments
        self.status = "approved"
        self.decision = {
            "verdict": "approve" if arguments is None else "edit",
            "arguments": granted,
            "arguments_digest": arguments_digest(self.tool, granted),
            "message": "",
            "reason_code": None,
            "decided_at": "2026-11-20T12:00:00Z",
            "decided_by": "person",
            "execute_before": "2026-11-20T13:00:00Z",
        } | changes

    def end(self, status: str, message: str = "", code: str | None = None) -> None:
        verdict = {"rejected": "reject", "answered": "answer"}.get(status, "")
        self.status = status
        self.decision = {
            "verdict": verdict,
            "message": message,
            "reason_code": code,
            "decided_by": "person" if verdict else None,
        }


Person = Callable[[Asked], None]


class Refusal(Exception):
    def __init__(self, status: int, code: str, **extra: Any) -> None:
        super().__init__(status, code)
        self.response = httpx.Response(
            status,
            json={"status": status, "code": code, "detail": f"said {code}", **extra},
            headers={"content-type": "application/problem+json"},
        )


class FakeServer:
    """Answers httpx requests. `people` act, one after the other, on long polls."""

    def __init__(self, on_idle: Callable[[float], None] = lambda seconds: None) -> None:
        self.asked: dict[str, Asked] = {}
        self.people: deque[Person] = deque()
        self.calls: list[str] = []
        self.heartbeats: list[Json] = []
        self.containments: list[Json] = []
        self.containment_acks: list[Json] = []
        self.grant_expired = False
        self.has_ack = True
        self.names_the_request = True
        self.alter_grant: Callable[[Json], Json] = lambda arguments: arguments
        self.changed = threading.Condition()
        self._on_idle = on_idle

    @property
    def only(self) -> Asked:
        (asked,) = self.asked.values()
        return asked

    def handle(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v1/")
        self.calls.append(f"{request.method} {path.split('/')[-1]}")
        body = json.loads(request.content) if request.content else {}
        try:
            if request.headers.get("authorization") != "Bearer secret":
                raise Refusal(401, "unauthenticated")
            return self._route(request, path, body)
        except Refusal as refusal:
            return refusal.response

    def _route(self, request: httpx.Request, path: str, body: Json) -> httpx.Response:
        match [request.method, *path.split("/")]:
            case ["POST", "requests"]:
                return self._submit(request.headers["idempotency-key"], body)
            case ["GET", "requests", id]:
                wait = float(request.url.params.get("wait", 0))
                return self._get(self._find(id), wait)
            case ["POST", "requests", id, verb]:
                with self.changed:
                    answer = getattr(self, f"_{verb}")(self._find(id), body)
                    self.changed.notify_all()
                return answer or httpx.Response(204)
            case ["POST", "instances", "heartbeat"]:
                self.heartbeats.append(body)
                return httpx.Response(204)
            case ["GET", "containment"]:
                return httpx.Response(200, json=self.containments)
            case ["POST", "containment", _id, "ack"]:
                self.containment_acks.append(body)
                return httpx.Response(204)
        raise Refusal(404, "not_found")

    def _find(self, id: str) -> Asked:
        if id not in self.asked:
            raise Refusal(404, "not_found")
        return self.asked[id]

    def _submit(self, key: str, body: Json) -> httpx.Response:
        for asked in self.asked.values():
            if asked.key == key:
                return self._again(asked, body)
        asked = Asked(str(uuid.uuid4()), key, body)
        asked.preconditions = body.get("preconditions", [])
        self.asked[asked.id] = asked
        return httpx.Response(201, json=self._shown(asked))

    def _again(self, asked: Asked, body: Json) -> httpx.Response:
        if asked.body != body:
            names = {
                "request_id": asked.id,
                "arguments_digest": arguments_digest(asked.tool, asked.arguments),
            }
            raise Refusal(409, "key_reused", **names if self.names_the_request else {})
        return httpx.Response(200, json=self._shown(asked))

    def _get(self, asked: Asked, wait: float) -> httpx.Response:
        if asked.status == "pending" and wait:
            if self.people:
                self.people.popleft()(asked)
            else:
                with self.changed:
                    self._on_idle(wait)
        return httpx.Response(200, json=self._shown(asked))

    def _withdraw(self, asked: Asked, body: Json) -> None:
        if asked.status == "approved":
            asked.end("voided", code="withdrawn")
        elif asked.status not in ("pending", "withdrawn", "voided"):
            raise Refusal(409, "wrong_state")
        elif asked.status == "pending":
            asked.status = "withdrawn"

    def _preconditions(self, asked: Asked, body: Json) -> None:
        asked.refreshed.append(body)
        self._compare(asked, body["preconditions"])

    def _redeem(self, asked: Asked, body: Json) -> httpx.Response:
        if asked.attempt is not None:
            if asked.attempt != body["attempt"] or self.grant_expired:
                raise Refusal(409, "already_redeemed")
            return self._grant(asked)
        if asked.status != "approved" or asked.decision is None:
            code = asked.status if asked.status in FINAL else "not_approved"
            raise Refusal(409, code)
        if body["arguments_digest"] != asked.decision["arguments_digest"]:
            raise Refusal(409, "digest_mismatch")
        if self.grant_expired:
            raise Refusal(409, "lapsed")
        if not self._compare(asked, body["preconditions"]):
            raise Refusal(409, "changed")
        asked.status, asked.attempt = "redeemed", body["attempt"]
        return self._grant(asked)

    def _grant(self, asked: Asked) -> httpx.Response:
        assert asked.decision is not None
        return httpx.Response(
            200,
            json={
                "grant_id": f"grant-{asked.id}",
                "arguments": self.alter_grant(asked.decision["arguments"]),
                "execute_before": "2026-11-20T13:00:00Z",
            },
        )

    def _outcome(self, asked: Asked, body: Json) -> None:
        if asked.outcome == body:
            return
        if asked.status not in ("redeemed", "uncertain"):
            raise Refusal(409, "not_redeemed")
        asked.outcome, asked.status = body, body["status"]

    def _ack(self, asked: Asked, body: Json) -> None:
        if not self.has_ack:
            raise Refusal(404, "not_found")
        asked.acknowledged_by.append(body["instance"])

    def _compare(self, asked: Asked, fresh: list[Json]) -> bool:
        if len(fresh) != len(asked.preconditions):
            raise Refusal(422, "invalid", errors={"preconditions": ["all of them"]})
        if fresh != asked.preconditions:
            if asked.status == "approved":
                asked.end("voided", "the order was edited", "changed")
            return False
        return True

    def _shown(self, asked: Asked) -> Json:
        shown = {
            "id": asked.id,
            "status": asked.status,
            "queue": "default",
            "risk_class": "money",
            "policy_version": "7",
            "expires_at": None,
            "expected_wait_s": 30,
            "position": 1,
            "url": f"https://reviewapp.example/requests/{asked.id}",
            "decision": asked.decision,
        }
        return shown if asked.outcome is None else shown | {"outcome": asked.outcome}
