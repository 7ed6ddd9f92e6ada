"""Anthropic Messages: blocks, responses, and its way to count input tokens."""

from __future__ import annotations

from typing import Any

from traces.fidelity import Source
from traces.providers.payload import Block, Payload, ReadMessage, count, texts, total
from traces.providers.writing import PartWriter
from traces.spans import Usage


def read_thinking(block: Block, writer: PartWriter) -> None:
    """Read a `thinking` block: Anthropic's, Mistral's (a list), or Pydantic AI's.

    Newer Claude models leave `thinking` empty and send the signature alone.
    """
    said = block.pop("thinking", None)
    signed = [block.pop("signature", None)]
    if isinstance(said, list):
        writer.reasoning(_joined(said), Source.RAW, signed)
        return
    source = Source.ANTHROPIC if said is not None else Source.GENERIC
    content = said if said is not None else block.pop("content", None)
    if content is None:
        content = block.pop("text", None)
    block.pop("provider_name", None)
    writer.reasoning(content if isinstance(content, str) else "", source, signed)
    if content and not isinstance(content, str):
        block["content"] = content


def _joined(chunks: list[Any]) -> str:
    """Mistral's thinking is a list of text and reference chunks."""
    found = [chunk.get("text") for chunk in chunks if isinstance(chunk, dict)]
    return "".join(texts(*found, *(c for c in chunks if isinstance(c, str))))


def read_redacted(block: Block, writer: PartWriter) -> None:
    writer.reasoning("", Source.REDACTED, [block.pop("data", None)])


def read_tool_use(block: Block, writer: PartWriter) -> None:
    """Read a call, `server_tool_use` and `mcp_tool_use` among them."""
    name, call_id = block.pop("name", ""), block.pop("id", "")
    writer.tool_call(name, call_id, block.pop("input", None))


def read_tool_result(block: Block, writer: PartWriter) -> None:
    content = block.pop("content", None)
    failed = bool(block.pop("is_error", False)) or _is_error(content)
    call_id = block.pop("tool_use_id", "")
    writer.tool_result(call_id, content, block.pop("name", ""), failed=failed)


def _is_error(content: Any) -> bool:
    """Server tools say by a block of its own kind that they failed."""
    kind = content.get("type") if isinstance(content, dict) else None
    return isinstance(kind, str) and kind.endswith("_error")


BLOCKS = {
    "thinking": read_thinking,
    "redacted_thinking": read_redacted,
    "tool_use": read_tool_use,
    "server_tool_use": read_tool_use,
    "mcp_tool_use": read_tool_use,
    "tool_result": read_tool_result,
}


def is_response(data: Block) -> bool:
    return "stop_reason" in data and isinstance(data.get("content"), list)


def read_response(data: Block, writer: PartWriter, read: ReadMessage) -> Payload:
    read({"content": data.pop("content")}, writer, "assistant")
    data.pop("role", None)
    details = data.pop("stop_details", None)
    if isinstance(details, dict) and details:
        writer.other("stop_details", details)
    return Payload(
        provider="anthropic",
        model=_text(data.pop("model", "")),
        finish=texts(data.pop("stop_reason", None)),
        usage=usage_of(data.pop("usage", None)),
        left=data,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def usage_of(usage: Any) -> Usage:
    """Return the counts; `input_tokens` leaves cached ones out, so they are added."""
    read = count(usage, "cache_read_input_tokens")
    write = count(usage, "cache_creation_input_tokens")
    fresh = count(usage, "input_tokens")
    return Usage(
        input=None if fresh is None else total((fresh, read, write)),
        output=count(usage, "output_tokens"),
        reasoning=count(usage, "output_tokens_details", "thinking_tokens"),
        cache_read=read,
        cache_write=write,
    )
