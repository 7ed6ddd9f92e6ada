"""Runs as an instrumented agent tells them: GenAI spans by OTLP/HTTP, with its key.

A `Run` writes its spans as the thing goes on, at so many seconds from its beginning;
`Recorder` exports them. Nothing here knows how Reviewapp keeps them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from systems.models import System
from tests.builders import make_key, make_system

JSON_LINES = "application/jsonl"
_NS = 1_000_000_000
_KINDS = {bool: "boolValue", int: "intValue", float: "doubleValue", str: "stringValue"}
# Any: attributes, arguments and results are the agent's own JSON.
Json = Any


@dataclass(frozen=True)
class Called:
    """A call that a model put out: what its tool gets."""

    tool: str
    arguments: Json
    id: str

    @property
    def part(self) -> dict[str, Json]:
        told = {"id": self.id, "name": self.tool, "arguments": self.arguments}
        return {"type": "tool_call", **told}


@dataclass
class Run:
    """One run. Times are in seconds from `began`; parents are ids of spans.

    `history` is what a call of the model is given: all that was said before, as agents
    send it.
    """

    agent: str = "support"
    began: datetime = field(default_factory=timezone.now)
    model: str = "claude-sonnet-4-5"
    provider: str = "anthropic"
    trace_id: str = field(default_factory=lambda: uuid4().hex)
    about: dict[str, Json] = field(default_factory=dict)
    history: list[Json] = field(default_factory=list)
    spans: list[dict[str, Json]] = field(default_factory=list)
    lost: list[dict[str, Json]] = field(default_factory=list)

    @property
    def root(self) -> str:
        return _span_id(self.trace_id, 0)

    def hears(self, words: str) -> None:
        self._tell("user", {"type": "text", "content": words})

    def calls_model(
        self,
        at: float,
        seconds: float = 2,
        *,
        says: str = "",
        thinks: str = "",
        calls: Sequence[Called] = (),
        finish: str = "",
        under: str = "",
        **attributes: Json,
    ) -> str:
        """A model is called with the history, and what it puts out joins it."""
        parts = [
            *([{"type": "reasoning", "content": thinks}] if thinks else []),
            *([{"type": "text", "content": says}] if says else []),
            *(called.part for called in calls),
        ]
        finish = finish or ("tool_call" if calls else "stop")
        put_out = {"role": "assistant", "parts": parts, "finish_reason": finish}
        span = self.span(
            at,
            seconds,
            under=under,
            **{
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": self.provider,
                "gen_ai.request.model": self.model,
                "gen_ai.response.model": self.model,
                "gen_ai.response.finish_reasons": [finish],
                "gen_ai.input.messages": json.dumps(self.history),
                "gen_ai.output.messages": json.dumps([put_out]),
            }
            | attributes,
        )
        self._tell("assistant", *[part for part in parts if "arguments" in part])
        return span

    def runs_tool(
        self,
        at: float,
        seconds: float,
        called: Called,
        result: Json,
        *,
        failed: str = "",
        under: str = "",
        recorded: bool = True,
        **attributes: Json,
    ) -> str:
        """A tool runs, and its result joins the history; `failed`: the error's type.

        `recorded` False: the span is lost on the way here, for now.
        """
        told = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": called.tool,
            "gen_ai.tool.call.id": called.id,
            "gen_ai.tool.call.arguments": json.dumps(called.arguments),
            "gen_ai.tool.call.result": json.dumps(result),
            **attributes,
        }
        if failed:
            told["error.type"] = failed
        span = self.span(at, seconds, under=under, failed=bool(failed), **told)
        if not recorded:
            self.lost.append(self.spans.pop())
        answer = {"type": "tool_call_response", "id": called.id, "response": result}
        self._tell("tool", answer)
        return span

    def looks_up(
        self,
        at: float,
        tool: str,
        arguments: Json,
        result: Json,
        *,
        tokens: int | None = None,
        **more: Json,
    ) -> Called:
        """The model, given so many tokens, calls a tool, which runs at once."""
        called = Called(tool, arguments, f"call_{len(self.spans)}")
        used = {} if tokens is None else {"gen_ai.usage.input_tokens": tokens}
        self.calls_model(at, calls=[called], **used)
        self.runs_tool(at + 2, 1, called, result, **more)
        return called

    def ends(self, at: float, **attributes: Json) -> None:
        """The agent's own span, whose children all others are, ends."""
        named = {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.agent.name": self.agent,
        }
        self.span(0, at, number=0, **named | self.about | attributes)

    def span(
        self,
        at: float,
        seconds: float | None,
        *,
        under: str = "",
        failed: bool = False,
        number: int | None = None,
        **attributes: Json,
    ) -> str:
        """Tell one span; `seconds` None leaves it open. Return its id."""
        if number is None:
            number = len(self.spans) + len(self.lost) + 1
        start = round(self.began.timestamp() * 1000) * 1_000_000 + round(at * _NS)
        self.spans.append(
            {
                "traceId": self.trace_id,
                "spanId": _span_id(self.trace_id, number),
                "parentSpanId": (under or self.root) if number else "",
                "name": _name(attributes),
                "kind": 1,
                "startTimeUnixNano": str(start),
                "endTimeUnixNano": "0"
                if seconds is None
                else str(start + round(seconds * _NS)),
                "attributes": _pairs(attributes),
                "status": {"code": 2} if failed else {},
            }
        )
        return str(self.spans[-1]["spanId"])

    def _tell(self, role: str, *parts: Json) -> None:
        if parts:
            self.history.append({"role": role, "parts": list(parts)})


@dataclass
class Recorder:
    """The exporter of a system's agents, and its importer of older runs."""

    system: System
    http: Client

    @classmethod
    def of(cls, slug: str = "support-agent", **fields: Any) -> Recorder:
        return cls.for_system(make_system(slug, **fields))

    @classmethod
    def for_system(cls, system: System) -> Recorder:
        _, secret = make_key(system, scopes=["traces"])
        return cls(system, Client(headers={"Authorization": f"Bearer {secret}"}))

    def sends(self, *runs: Run) -> None:
        """Export what the runs have told; all of it is taken."""
        spans = [span for run in runs for span in run.spans]
        self._posts("/v1/traces", {"resourceSpans": [_group(spans)]})

    def sends_spans(self, *spans: dict[str, Json]) -> None:
        self._posts("/v1/traces", {"resourceSpans": [_group(list(spans))]})

    def imports(self, *lines: Json) -> list[str]:
        """Import recorded runs or native responses; return the ids of their traces."""
        body = "\n".join(map(json.dumps, lines)).encode()
        got = self.http.post("/api/v1/traces/import", body, content_type=JSON_LINES)
        assert got.status_code == 202, got.content
        return list(got.json()["traces"])

    def _posts(self, path: str, body: Json) -> None:
        got = self.http.post(path, json.dumps(body), content_type="application/json")
        assert got.status_code == 200, got.content
        assert not got.json().get("partialSuccess"), got.content


def _group(spans: list[Json]) -> Json:
    service = _pairs({"service.name": "support-bot", "service.version": "2026.11.2"})
    scope = {"scope": {"name": "story", "version": "1"}, "spans": spans}
    return {"resource": {"attributes": service}, "scopeSpans": [scope]}


def _pairs(attributes: dict[str, Json]) -> list[Json]:
    return [{"key": key, "value": _value(told)} for key, told in attributes.items()]


def _value(told: Json) -> Json:
    if isinstance(told, list):
        return {"arrayValue": {"values": [_value(one) for one in told]}}
    return {_KINDS[type(told)]: str(told) if type(told) is int else told}


def _name(attributes: dict[str, Json]) -> str:
    """As the conventions say: what was done, and with what."""
    of = ("gen_ai.tool.name", "gen_ai.agent.name", "gen_ai.request.model")
    named = next((attributes[key] for key in of if key in attributes), "")
    done = attributes.get("gen_ai.operation.name") or attributes.get("reviewapp.kind")
    return f"{done or 'step'} {named}".strip()


def _span_id(trace_id: str, number: int) -> str:
    """Ids that follow from the run, as they do where a message is handled again."""
    return f"{int(trace_id[:8], 16):08x}{number + 1:08x}"
