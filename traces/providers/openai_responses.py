"""OpenAI Responses: items of a response, its status, its counts."""

from __future__ import annotations

from typing import Any

from traces.fidelity import Source
from traces.providers.payload import Block, Payload, ReadMessage, count, texts
from traces.providers.tools import read_tools
from traces.providers.values import holds_words, loads
from traces.providers.writing import PartWriter
from traces.spans import Usage


def read_reasoning(block: Block, writer: PartWriter) -> None:
    """Read a `reasoning` item or part.

    Responses has `summary`, `content` and `encrypted_content`; the GenAI conventions
    have `content` as text and allow any extra key; others have `text`.
    """
    sealed = [
        block.pop(name, None) for name in ("encrypted_content", "signature", "data")
    ]
    plain = _take_pieces(block, "content") + _take_pieces(block, "text")
    summary = _take_pieces(block, "summary")
    if sealed[2] and not (plain or summary):
        writer.reasoning("", Source.REDACTED, sealed)
        return
    first = True
    for text, source in _told(plain, summary):
        writer.reasoning(text, source, sealed if first else ())
        first = False
    if first:
        source = Source.ENCRYPTED if sealed[0] else Source.GENERIC
        writer.reasoning("", source, sealed)


def _told(
    plain: list[tuple[str, bool]], summary: list[tuple[str, bool]]
) -> list[tuple[str, Source]]:
    """Say of each text what it is; the summary comes first, as it was streamed."""
    told = [(text, Source.SUMMARY) for text, _ in summary]
    return told + [(text, Source.RAW if raw else Source.GENERIC) for text, raw in plain]


def _take_pieces(block: Block, name: str) -> list[tuple[str, bool]]:
    """Take texts, each with whether it is said to be reasoning as it was thought."""
    value = block.pop(name, None)
    items = value if isinstance(value, list) else [] if value is None else [value]
    found, left = [], []
    for item in items:
        told = dict(item) if isinstance(item, dict) else {"text": item}
        text = told.pop("text", None)
        if isinstance(text, str) and not told.keys() - {"type"}:
            found.append((text, told.get("type") == "reasoning_text"))
        else:
            left.append(item)
    if left:
        block[name] = left
    return [(text, raw) for text, raw in found if text]


def read_function_call(block: Block, writer: PartWriter) -> None:
    call_id = block.pop("call_id", None) or block.get("id", "")
    arguments = block.pop("arguments", None)
    if arguments is None:
        arguments = block.pop("input", None)
    writer.tool_call(block.pop("name", ""), call_id, arguments)


def read_call_output(block: Block, writer: PartWriter) -> None:
    name, call_id = block.pop("name", ""), block.pop("call_id", "")
    writer.tool_result(call_id, block.pop("output", None), name)


def read_server_call(block: Block, writer: PartWriter) -> None:
    """Read a tool that the provider ran: what it was given, and what came of it."""
    kind = str(block.pop("type", "")).removesuffix("_call")
    name = block.pop("name", None) or kind
    call_id = block.pop("call_id", None) or block.pop("id", "")
    answer = {key: block.pop(key) for key in _ANSWERS if block.get(key) is not None}
    block.pop("status", None)
    given = loads(block.pop("arguments", None)) or dict(block)
    block.clear()
    writer.tool_call(name, call_id, given)
    if holds_words(answer):
        one = next(iter(answer.values())) if len(answer) == 1 else answer
        failed = bool(answer.get("error"))
        writer.tool_result(call_id, one, name, failed=failed)


_ANSWERS = ("output", "outputs", "result", "results", "error")


def read_tool_list(block: Block, writer: PartWriter) -> None:
    read_tools(block.pop("tools", None), writer)
    block.pop("server_label", None)


BLOCKS = {
    "reasoning": read_reasoning,
    "function_call": read_function_call,
    "custom_tool_call": read_function_call,
    "function_call_output": read_call_output,
    "custom_tool_call_output": read_call_output,
    "mcp_list_tools": read_tool_list,
}


def is_response(data: Block) -> bool:
    items = isinstance(data.get("output"), list)
    return items and (data.get("object") == "response" or "status" in data)


def read_response(data: Block, writer: PartWriter, read: ReadMessage) -> Payload:
    read({"content": data.pop("output")}, writer, "assistant")
    fault = data.pop("error", None)
    if fault:
        writer.error(str(fault.get("message") if isinstance(fault, dict) else fault))
    model = data.pop("model", "")
    return Payload(
        provider="openai",
        model=model if isinstance(model, str) else "",
        finish=_finish(data.pop("status", None), data.pop("incomplete_details", None)),
        usage=usage_of(data.pop("usage", None)),
        left=data,
    )


def _finish(status: Any, details: Any) -> tuple[str, ...]:
    """An incomplete response says why beside its status."""
    reason = details.get("reason") if isinstance(details, dict) else None
    return texts(reason) or texts(status)


def usage_of(usage: Any) -> Usage:
    """Return the counts; totals count cached and reasoning tokens already."""
    return Usage(
        input=count(usage, "input_tokens"),
        output=count(usage, "output_tokens"),
        reasoning=count(usage, "output_tokens_details", "reasoning_tokens"),
        cache_read=count(usage, "input_tokens_details", "cached_tokens"),
    )
