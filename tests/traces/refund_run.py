"""A run worth reading: a refund promised on a stale fact, with all that can go wrong.

A customer asks; the model reasons (a summary), looks an order up, calls a tool that
fails, reads a policy, reasons without text (omitted), and promises what it did not do.
"""

from __future__ import annotations

from tests.traces.builders import SECOND_NS, make_span, text, thought
from traces.spans import (
    Direction,
    Fidelity,
    Kind,
    Part,
    PartKind,
    Span,
    Usage,
    WordClass,
)

MODEL = {
    "model": "claude-sonnet-4-5-20250929",
    "model_asked": "claude-sonnet-4-5",
    "provider": "anthropic",
    "prompt": "3f2a" * 8,
    "tools": {"get_order": "aa11" * 8, "refund": "bb22" * 8},
}
ASKED = "Hi, I am Mara (mara@example.com). My order 7 never came. I want my money back!"
THOUGHT = (
    "The customer mara@example.com wants a refund for order 7. I should check whether"
    " it was shipped first; the policy says refunds within 30 days."
)
ANSWER = "Got it, Mara! I have submitted your refund of 120 EUR. It arrives in 3 days."
ORDER = (
    '{"id": 7, "state": "shipped", "customer": "mara@example.com", "total": "120.00",'
    ' "items": [{"sku": "A-1", "name": "Lamp", "count": 2},'
    ' {"sku": "B-9", "name": "Shade", "count": 2}]}'
)


def call(tool: str, arguments: str, call_id: str, way: Direction, **more: int) -> Part:
    return Part(
        PartKind.TOOL_CALL,
        WordClass.TOOLS,
        way,
        name=tool,
        call_id=call_id,
        text=arguments,
        role="assistant",
        **more,
    )


def came(tool: str, words: str, call_id: str, **more: object) -> Part:
    return Part(
        PartKind.TOOL_RESULT,
        WordClass.TOOLS,
        name=tool,
        call_id=call_id,
        text=words,
        **more,
    )


def definition(tool: str) -> Part:
    schema = '{"type": "object", "properties": {"order_id": {"type": "integer"}}}'
    return Part(
        PartKind.TOOL_DEFINITION,
        WordClass.TOOLS,
        Direction.IN,
        name=tool,
        text=f'{{"name": "{tool}", "description": "Looks up.", "schema": {schema}}}',
    )


def make_refund_run(
    trace_id: str = "ab" * 16, *, synthetic: bool = False
) -> list[Span]:
    """Return the spans of the run; it lasts 15 minutes."""
    about = {"trace_id": trace_id, "synthetic": synthetic}
    first, order = '{"order_id": 7}', '{"order_id": 7, "amount": "120.00"}'
    asked = text(ASKED, Direction.IN, "user")
    history = [
        asked,
        call("get_order", first, "c1", Direction.IN, message=1),
        came("get_order", ORDER, "c1", direction=Direction.IN, message=2, role="tool"),
    ]
    failed = "Timeout while calling billing at 10.0.0.7"
    return [
        make_span(
            1,
            kind=Kind.AGENT,
            seconds=900,
            name="invoke_agent support",
            agent="support",
            conversation="conversation 7",
            subject="customer-88",
            release="2026.11.2",
            service="support-bot",
            dialect="genai",
            **about,
        ),
        make_span(
            2,
            1,
            start_s=1,
            seconds=8,
            name="chat claude-sonnet-4-5",
            turn=1,
            usage=Usage(input=1_900, output=420, reasoning=310),
            finish=("tool_use",),
            stop_class="tool_handoff",
            cost_usd=0.012,
            parts=[
                Part(
                    PartKind.INSTRUCTIONS,
                    WordClass.DIALOGUE,
                    Direction.IN,
                    text="You are the support agent of a lamp shop.",
                ),
                definition("get_order"),
                definition("refund"),
                asked,
                thought(THOUGHT, fidelity=Fidelity.SUMMARY),
                text("Let me look that up."),
                call("get_order", first, "c1", Direction.OUT),
            ],
            **MODEL,
            **about,
        ),
        make_span(
            3,
            1,
            Kind.TOOL,
            start_s=9,
            seconds=2,
            name="execute_tool get_order",
            tool="get_order",
            call_id="c1",
            parts=[
                call("get_order", first, "c1", Direction.IN),
                came("get_order", ORDER, "c1"),
            ],
            **about,
        ),
        make_span(
            4,
            1,
            start_s=12,
            seconds=9,
            name="chat claude-sonnet-4-5",
            turn=2,
            usage=Usage(input=176_400, output=260, reasoning=180),
            finish=("tool_use",),
            stop_class="tool_handoff",
            cost_usd=0.53,
            parts=[
                *history,
                Part(
                    PartKind.OPAQUE,
                    WordClass.OPAQUE,
                    fidelity=Fidelity.OMITTED,
                    text="c2lnbmF0dXJl" * 20,
                ),
                call("refund", order, "c2", Direction.OUT),
            ],
            **MODEL,
            **about,
        ),
        make_span(
            5,
            1,
            Kind.TOOL,
            start_s=21,
            seconds=30,
            name="execute_tool refund",
            tool="refund",
            call_id="c2",
            effect="write",
            failed=True,
            error_type="TimeoutError",
            parts=[
                call("refund", order, "c2", Direction.IN),
                Part(PartKind.ERROR, WordClass.TOOLS, text=failed, failed=True),
            ],
            **about,
        ),
        make_span(
            6,
            99,
            Kind.RETRIEVAL,
            start_s=60,
            seconds=1,
            name="retrieve policies",
            **about,
        ),
        make_span(
            7,
            1,
            start_s=890,
            seconds=8,
            name="chat claude-sonnet-4-5",
            turn=3,
            usage=Usage(input=2_800, output=60, reasoning=0),
            finish=("end_turn",),
            stop_class="completed",
            cost_usd=0.01,
            parts=[
                *history,
                call("refund", order, "c2", Direction.IN, message=3),
                came(
                    "refund",
                    failed,
                    "c2",
                    direction=Direction.IN,
                    message=4,
                    role="tool",
                    failed=True,
                ),
                text(ANSWER),
            ],
            **MODEL,
            **about,
        ),
    ]


def replay_of(span: Span, words: str) -> Span:
    """The same span once more, as it would come from a message delivered again."""
    return make_span(
        7,
        1,
        start_s=890,
        seconds=8,
        trace_id=span.trace_id,
        name=span.name,
        parts=[text(words)],
        **{**MODEL, "usage": Usage(input=2_800, output=20)},
    )


def lasting(seconds: float) -> int:
    return round(seconds * SECOND_NS)
