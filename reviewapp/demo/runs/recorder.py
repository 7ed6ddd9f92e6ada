"""One run of an agent as spans, in the GenAI conventions of OpenTelemetry."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

from reviewapp.demo.runs.agents import Agent, Shows
from reviewapp.demo.runs.clocks import Clock
from reviewapp.demo.runs.script import Turn

# Any: messages and their parts are JSON.
Part = dict[str, Any]
_SIGNS_PER_TOKEN = 4
_SIGNATURE_BYTES = 180
_SECONDS_PER_TOKEN = 0.012


class RunRecorder:
    """Tells what an agent hears, thinks, says and does, in the order it happens.

    `dice` invents what a provider would: ids of calls, signatures, cached tokens.
    """

    def __init__(
        self,
        tracer: Tracer,
        agent: Agent,
        clock: Clock,
        dice: Random,
        *,
        conversation: str,
        subject: str,
    ) -> None:
        self._tracer, self._agent = tracer, agent
        self._clock, self._dice = clock, dice
        self._history: list[Part] = []
        self._abandoned = False
        about = {
            "gen_ai.conversation.id": conversation,
            "reviewapp.subject_ref": subject,
        }
        self._about = {name: told for name, told in about.items() if told}

    @contextmanager
    def run(self) -> Iterator[None]:
        """Hold the span of the whole run, which everything else happens in."""
        root = self._begin("invoke_agent", self._agent.system, SpanKind.INTERNAL)
        root.set_attributes(self._about)
        with trace.use_span(
            root, record_exception=False, set_status_on_exception=False
        ):
            yield
        if not self._abandoned:
            root.end(self._clock.now_ns())

    @property
    def ids(self) -> dict[str, str]:
        """The ids of the current span, as an ask carries them."""
        context = trace.get_current_span().get_span_context()
        return {
            "trace_id": trace.format_trace_id(context.trace_id),
            "span_id": trace.format_span_id(context.span_id),
        }

    def abandon(self) -> None:
        """Let the run end as a process does that is killed: its span is never sent."""
        self._abandoned = True

    def hear(self, text: str) -> None:
        self._history.append(_message("user", {"type": "text", "content": text}))

    def take(self, turn: Turn) -> None:
        """Tell one answer of the model, and the reading calls that it made."""
        ids = self.answer(turn)
        for call_id, call in zip(ids, turn.calls, strict=True):
            with self.tool(call.tool, call.arguments, call_id) as span:
                self._clock.spend(call.seconds)
                self.returned(span, call_id, call.result)

    def answer(self, turn: Turn) -> list[str]:
        """Tell one answer of the model; return the ids of the calls it announced."""
        ids = [f"call_{self._dice.getrandbits(48):012x}" for _ in turn.calls]
        said = self._said(turn, ids)
        thought = len(turn.thought) // _SIGNS_PER_TOKEN * self._agent.wordiness
        spent = _tokens(said) + thought
        span = self._begin("chat", self._agent.asked, SpanKind.CLIENT)
        self._clock.spend(spent * _SECONDS_PER_TOKEN)
        span.set_attributes(self._asked())
        told = [*self._thought(turn.thought), *said]
        span.set_attributes(self._answered(told, bool(turn.calls)))
        span.set_attribute("gen_ai.usage.output_tokens", spent)
        span.set_attribute("gen_ai.usage.reasoning.output_tokens", thought)
        span.end(self._clock.now_ns())
        self._history.append(_message("assistant", *said))
        return ids

    @contextmanager
    def tool(
        self, tool: str, arguments: dict[str, Any], call_id: str, request_id: str = ""
    ) -> Iterator[Span]:
        """Hold the span of a tool that runs; what it raises fails the span."""
        span = self._begin("execute_tool", tool, SpanKind.INTERNAL)
        told = {
            "gen_ai.tool.name": tool,
            "gen_ai.tool.type": "function",
            "gen_ai.tool.call.id": call_id,
            "gen_ai.tool.call.arguments": _json(arguments),
            "reviewapp.request_id": request_id,
        }
        span.set_attributes({name: value for name, value in told.items() if value})
        try:
            with trace.use_span(span):
                yield span
        except Exception as problem:
            span.set_attribute("error.type", type(problem).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            span.end(self._clock.now_ns())

    # Any: a result is JSON.
    def returned(self, span: Span, call_id: str, result: Any) -> None:
        """Tell what a tool answered, to its span and to the model."""
        span.set_attribute("gen_ai.tool.call.result", _json(result))
        self.learn(call_id, result)

    def learn(self, call_id: str, result: Any) -> None:
        """Tell the model what came of a call that did not run."""
        part = {"type": "tool_call_response", "id": call_id, "response": result}
        self._history.append(_message("tool", part))

    def _begin(self, operation: str, what: str, kind: SpanKind) -> Span:
        agent = self._agent
        span = self._tracer.start_span(
            f"{operation} {what}", kind=kind, start_time=self._clock.now_ns()
        )
        span.set_attributes(
            {
                "gen_ai.operation.name": operation,
                "gen_ai.provider.name": agent.provider,
                "gen_ai.agent.name": agent.system,
            }
        )
        return span

    def _asked(self) -> dict[str, Any]:
        agent = self._agent
        told: dict[str, Any] = {
            "gen_ai.request.model": agent.asked,
            "gen_ai.input.messages": _json(self._history),
            "gen_ai.usage.input_tokens": _tokens(
                [self._history, agent.tools, agent.instructions]
            ),
            **{f"gen_ai.request.{name}": v for name, v in agent.parameters.items()},
        }
        if agent.instructions:
            instructions = [{"type": "text", "content": agent.instructions}]
            told["gen_ai.system_instructions"] = _json(instructions)
            told["gen_ai.tool.definitions"] = _json(agent.tools)
        return told

    def _answered(self, parts: list[Part], calls: bool) -> dict[str, Any]:
        finish = "tool_call" if calls else "stop"
        message = {"role": "assistant", "parts": parts, "finish_reason": finish}
        told = {
            "gen_ai.output.messages": _json([message]),
            "gen_ai.response.finish_reasons": [finish],
            "gen_ai.response.model": self._agent.model,
        }
        return {name: value for name, value in told.items() if value}

    def _said(self, turn: Turn, ids: list[str]) -> list[Part]:
        text = [{"type": "text", "content": turn.said}] if turn.said else []
        return text + [
            {
                "type": "tool_call",
                "id": call_id,
                "name": call.tool,
                "arguments": call.arguments,
            }
            for call_id, call in zip(ids, turn.calls, strict=True)
        ]

    def _thought(self, text: str) -> list[Part]:
        """Return what the provider gives of a thought."""
        if not text or self._agent.shows is Shows.COUNT:
            return []
        if self._agent.shows is Shows.TEXT:
            return [{"type": "reasoning", "content": text}]
        sealed = base64.b64encode(self._dice.randbytes(_SIGNATURE_BYTES)).decode()
        return [{"type": "thinking", "thinking": "", "signature": sealed}]


def _message(role: str, *parts: Part) -> Part:
    return {"role": role, "parts": list(parts)}


def _tokens(told: Any) -> int:
    return len(_json(told)) // _SIGNS_PER_TOKEN


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
