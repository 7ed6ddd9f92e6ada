"""Message parts as the OpenTelemetry GenAI conventions write them."""

from __future__ import annotations

from typing import Any

from traces.providers.payload import Block
from traces.providers.writing import PartWriter


def read_text(block: Block, writer: PartWriter) -> None:
    """Read a text: `content` in the conventions, `text` with most providers."""
    name = "content" if "content" in block else "text"
    text = block.get(name)
    if not isinstance(text, str):
        return
    del block[name]
    writer.text(text)
    for signed in ("thoughtSignature", "thought_signature"):
        if signed in block:
            writer.opaque_of(block.pop(signed))
    if "annotations" in block and not block["annotations"]:
        del block["annotations"]


def read_tool_call(block: Block, writer: PartWriter) -> None:
    arguments = _first(block, "arguments", "args", "input")
    name, call_id = block.pop("name", ""), block.pop("id", "")
    writer.tool_call(name, call_id, arguments)


def read_tool_response(block: Block, writer: PartWriter) -> None:
    """Read an answer: the conventions say `response`, their own example `result`."""
    answer = _first(block, "response", "result", "content")
    failed = bool(block.pop("is_error", False) or block.pop("isError", False))
    call_id = block.pop("id", "") or block.pop("call_id", "")
    writer.tool_result(call_id, answer, block.pop("name", ""), failed=failed)


def _first(block: Block, *names: str) -> Any:
    """Take the first of the names that is there; the others stay, and are kept."""
    for name in names:
        if block.get(name) is not None:
            return block.pop(name)
    return None


def read_server_call(block: Block, writer: PartWriter) -> None:
    given = block.pop("server_tool_call", None)
    writer.tool_call(block.pop("name", ""), block.pop("id", ""), given)


def read_server_answer(block: Block, writer: PartWriter) -> None:
    answer = block.pop("server_tool_call_response", None)
    writer.tool_result(block.pop("id", ""), answer, block.pop("name", ""))


def read_compaction(block: Block, writer: PartWriter) -> None:
    """A compaction is what the model made of the conversation so far, in its words."""
    text = block.pop("content", None)
    writer.text(text if isinstance(text, str) else "")
    if text and not isinstance(text, str):
        block["content"] = text


BLOCKS = {
    "text": read_text,
    "output_text": read_text,
    "input_text": read_text,
    "summary_text": read_text,
    "tool_call": read_tool_call,
    "tool_call_response": read_tool_response,
    "tool_response": read_tool_response,
    "server_tool_call": read_server_call,
    "server_tool_call_response": read_server_answer,
    "compaction": read_compaction,
}
