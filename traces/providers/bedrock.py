"""Bedrock Converse: blocks named by the one key they have."""

from __future__ import annotations

from typing import Any

from traces.fidelity import Source
from traces.providers.blobs import size_of
from traces.providers.payload import Block, Payload, ReadMessage, count, texts, total
from traces.providers.writing import PartWriter
from traces.spans import Usage


def _inner(block: Block, name: str) -> Block:
    value = block.pop(name, None)
    return dict(value) if isinstance(value, dict) else {"value": value}


def read_tool_use(block: Block, writer: PartWriter) -> None:
    told = _inner(block, "toolUse")
    name, call_id = told.pop("name", ""), told.pop("toolUseId", "")
    writer.tool_call(name, call_id, told.pop("input", None))
    writer.left_over("toolUse", told)


def read_tool_result(block: Block, writer: PartWriter) -> None:
    told = _inner(block, "toolResult")
    content = told.pop("content", None)
    if isinstance(content, list) and len(content) == 1 and isinstance(content[0], dict):
        content = content[0].get("json", content)
    failed = told.pop("status", None) == "error"
    writer.tool_result(told.pop("toolUseId", ""), content, failed=failed)
    writer.left_over("toolResult", told)


def read_reasoning(block: Block, writer: PartWriter) -> None:
    """Read what was thought: in clear and signed, or redacted by the provider."""
    told = _inner(block, "reasoningContent")
    redacted = told.pop("redactedContent", None)
    if redacted:
        writer.reasoning("", Source.REDACTED, [redacted])
        return
    text = told.pop("reasoningText", None)
    inner = text if isinstance(text, dict) else {"text": text}
    said = inner.get("text")
    signed = [inner.get("signature")]
    writer.reasoning(said if isinstance(said, str) else "", Source.ANTHROPIC, signed)
    writer.left_over("reasoningContent", told)


def read_attachment(block: Block, writer: PartWriter) -> None:
    kind = next(name for name in _MEDIA if name in block)
    told = _inner(block, kind)
    source = told.get("source")
    data = source.get("bytes") if isinstance(source, dict) else None
    size = size_of(data) if isinstance(data, str) else None
    media = f"{_MEDIA[kind]}/{told.get('format') or 'unknown'}"
    name = told.get("name")
    writer.attachment(media, size, name if isinstance(name, str) else "")


_MEDIA = {
    "image": "image", "document": "application", "video": "video", "audio": "audio",
}  # fmt: skip


def skip(block: Block, writer: PartWriter) -> None:
    """A cache point is a mark for billing and says nothing."""
    block.pop("cachePoint", None)


BLOCKS = {
    "toolUse": read_tool_use,
    "toolResult": read_tool_result,
    "reasoningContent": read_reasoning,
    "cachePoint": skip,
    **dict.fromkeys(_MEDIA, read_attachment),
}


def is_response(data: Block) -> bool:
    output = data.get("output")
    return (
        "stopReason" in data
        and isinstance(output, dict)
        and bool(output.get("message"))
    )


def read_response(data: Block, writer: PartWriter, read: ReadMessage) -> Payload:
    read(data.pop("output")["message"], writer, "assistant")
    return Payload(
        provider="aws.bedrock",
        finish=texts(data.pop("stopReason", None)),
        usage=usage_of(data.pop("usage", None)),
        left=data,
    )


def usage_of(usage: Any) -> Usage:
    """Return the counts; like Anthropic's, the input leaves cached tokens out."""
    read = count(usage, "cache_read_input_tokens")
    write = count(usage, "cache_write_input_tokens")
    fresh = count(usage, "input_tokens")
    return Usage(
        input=None if fresh is None else total((fresh, read, write)),
        output=count(usage, "output_tokens"),
        cache_read=read,
        cache_write=write,
    )
