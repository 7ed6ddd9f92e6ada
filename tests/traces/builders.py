"""Spans and traces for tests, told in a line each."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from traces.spans import Direction, Kind, Part, PartKind, Span, Usage, WordClass

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
# 2026-11-20 12:00:00 UTC
NOON_NS = 1_795_176_000_000_000_000
SECOND_NS = 1_000_000_000


def fingerprint(words: bytes) -> str:
    """Tell words apart as the key of a trace does."""
    return blake2b(words, digest_size=6, key=b"of a trace").hexdigest()


def span_id(number: int) -> str:
    return f"{number:016x}"


def text(
    words: str,
    direction: Direction = Direction.OUT,
    role: str = "assistant",
    **more: Any,
) -> Part:
    """Any: whatever else a part has."""
    return Part(
        PartKind.TEXT, WordClass.DIALOGUE, direction, role=role, text=words, **more
    )


def thought(words: str, **more: Any) -> Part:
    return Part(PartKind.REASONING, WordClass.REASONING, text=words, **more)


def sent(arguments: str, tool: str = "get_order", call_id: str = "call_1") -> Part:
    return Part(
        PartKind.TOOL_CALL,
        WordClass.TOOLS,
        Direction.IN,
        name=tool,
        call_id=call_id,
        text=arguments,
    )


def result(words: str, tool: str = "get_order", call_id: str = "call_1") -> Part:
    return Part(
        PartKind.TOOL_RESULT,
        WordClass.TOOLS,
        name=tool,
        call_id=call_id,
        text=words,
    )


def make_span(
    number: int = 1,
    parent: int | None = None,
    kind: Kind = Kind.LLM,
    *,
    start_s: float = 0,
    seconds: float | None = 1,
    trace_id: str = TRACE_ID,
    **more: Any,
) -> Span:
    """Make span `number`; `seconds` None leaves it open. Any: other facts of a span."""
    start = NOON_NS + round(start_s * SECOND_NS)
    return Span(
        trace_id=trace_id,
        span_id=span_id(number),
        parent_id="" if parent is None else span_id(parent),
        kind=kind,
        start_ns=start,
        end_ns=0 if seconds is None else start + round(seconds * SECOND_NS),
        **{"fields": 5, "usage": Usage(), **more},
    )


def make_run(trace_id: str = TRACE_ID, **of_root: Any) -> list[Span]:
    """A support agent's run: it thinks, looks an order up, and answers."""
    model = {"model": "claude-sonnet-4-5", "provider": "anthropic"}
    return [
        make_span(
            1,
            None,
            Kind.AGENT,
            seconds=10,
            trace_id=trace_id,
            name="invoke_agent support",
            agent="support",
            **{
                "conversation": "conversation 7",
                "subject": "mara@example.com",
                **of_root,
            },
        ),
        make_span(
            2,
            1,
            seconds=3,
            trace_id=trace_id,
            name="chat claude-sonnet-4-5",
            usage=Usage(input=500, output=80, reasoning=40),
            finish=("tool_use",),
            stop_class="tool_handoff",
            parts=[
                text("Where is my order? mara@example.com", Direction.IN, "user"),
                thought("The customer mara@example.com wants the order."),
                sent('{"order_id": 7}'),
            ],
            **model,
        ),
        make_span(
            3,
            1,
            Kind.TOOL,
            start_s=3,
            seconds=2,
            trace_id=trace_id,
            name="execute_tool get_order",
            tool="get_order",
            call_id="call_1",
            parts=[sent('{"order_id": 7}'), result('{"status": "shipped"}')],
        ),
        make_span(
            4,
            1,
            start_s=5,
            seconds=4,
            trace_id=trace_id,
            name="chat claude-sonnet-4-5",
            usage=Usage(input=700, output=60),
            finish=("end_turn",),
            stop_class="completed",
            parts=[
                result('{"status": "shipped"}'),
                text("It is on its way to you."),
            ],
            **model,
        ),
    ]
