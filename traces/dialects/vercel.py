"""Vercel AI SDK: `ai.*`, an outer span for the whole and an inner one for each call."""

from __future__ import annotations

from typing import Any

from traces.dialects.told import Dialect, Told
from traces.providers.messages import read_message, read_messages
from traces.providers.requests import read_request
from traces.providers.tools import read_tools
from traces.providers.values import as_text, loads
from traces.providers.writing import PartWriter
from traces.spans import Kind

DIALECT = Dialect(
    "vercel",
    slots={
        "ai_operation": ("ai.operationId",),
        "provider": ("ai.model.provider",),
        "model_asked": ("ai.model.id",),
        "model": ("ai.response.model",),
        "finish": ("ai.response.finishReason", "ai.finishReason"),
        "tool": ("ai.toolCall.name",),
        "call_id": ("ai.toolCall.id",),
        "arguments": ("ai.toolCall.args", "ai.toolCall.input"),
        "result": ("ai.toolCall.result", "ai.toolCall.output"),
        "input_tokens": ("ai.usage.inputTokens", "ai.usage.promptTokens"),
        "output_tokens": ("ai.usage.outputTokens", "ai.usage.completionTokens"),
        "reasoning_tokens": (
            "ai.usage.reasoningTokens",
            "ai.usage.outputTokenDetails.reasoningTokens",
        ),
        "cache_read": (
            "ai.usage.cachedInputTokens",
            "ai.usage.inputTokenDetails.cacheReadTokens",
        ),
        "cache_write": ("ai.usage.inputTokenDetails.cacheWriteTokens",),
        "first_chunk_ms": ("ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"),
        "conversation": (
            "ai.telemetry.metadata.conversationId",
            "ai.telemetry.metadata.sessionId",
        ),
        "subject": ("ai.telemetry.metadata.userId",),
        "ai_messages": ("ai.prompt.messages",),
        "ai_prompt": ("ai.prompt",),
        "ai_tools": ("ai.prompt.tools",),
        "ai_reasoning": ("ai.response.reasoning", "ai.result.reasoning"),
        "ai_text": ("ai.response.text", "ai.result.text"),
        "ai_calls": ("ai.response.toolCalls", "ai.result.toolCalls"),
        "ai_object": ("ai.response.object", "ai.result.object"),
        "ai_value": ("ai.value",),
        "ai_values": ("ai.values",),
    },
    families={"ai.settings": "ai_settings"},
)


def kind_of(operation: str) -> Kind | None:
    """Return the kind of an operation: the outer span holds steps, like an agent."""
    if operation == "ai.toolCall":
        return Kind.TOOL
    if operation.startswith("ai.embed"):
        return Kind.EMBEDDING
    if operation.endswith((".doGenerate", ".doStream")):
        return Kind.LLM
    if operation in ("ai.generateText", "ai.streamText", "ai.agent"):
        return Kind.AGENT
    return Kind.OTHER if operation.startswith("ai.") else None


def read_input(told: Told, writer: PartWriter) -> None:
    read_messages(told.take("ai_messages"), writer)
    prompt = told.take_json("ai_prompt")
    if isinstance(prompt, dict):
        given = prompt.get("prompt")
        messages = prompt.get("messages") or ([given] if given else [])
        payload = read_request({**prompt, "messages": messages}, writer)
        payload.left.pop("prompt", None)
        writer.left_over("ai.prompt", payload.left)
    elif prompt is not None:
        read_messages(prompt, writer)
    embedded = told.take("ai_values") or told.take("ai_value")
    for value in embedded if isinstance(embedded, list) else [embedded]:
        if value is not None:
            read_message(as_text(loads(value)), writer, "user")


def read_context(told: Told, writer: PartWriter) -> None:
    tools = told.take("ai_tools")
    if tools:
        read_tools(tools, writer)


def read_output(told: Told, writer: PartWriter) -> None:
    """Read the answer; the order of thoughts, text and calls is not told."""
    thoughts = _thoughts(told.take_json("ai_reasoning"))
    read_message({"content": thoughts}, writer, "assistant")
    writer.text(told.take_words("ai_text"))
    answer = told.take_json("ai_object")
    if answer is not None:
        writer.answer(answer)
    calls = told.take_json("ai_calls")
    if calls:
        blocks = calls if isinstance(calls, list) else [calls]
        read_message({"content": [_call(call) for call in blocks]}, writer, "assistant")


def _thoughts(value: Any) -> list[Any]:
    """Return reasoning, sent as a text or as a list of parts, as blocks."""
    items = value if isinstance(value, list) else [value] if value else []
    return [
        {"type": "reasoning", **item}
        if isinstance(item, dict)
        else {"type": "reasoning", "text": as_text(item)}
        for item in items
    ]


def _call(call: Any) -> Any:
    if not isinstance(call, dict):
        return call
    kind = call.get("type")
    given = {} if kind in (None, "function", "tool-call") else {"given_type": kind}
    return {**call, **given, "type": "tool-call"}
