"""Message parts as the Vercel AI SDK writes them."""

from __future__ import annotations

from typing import Any

from traces.fidelity import Source
from traces.providers.payload import Block
from traces.providers.writing import PartWriter


def _first(block: Block, *names: str) -> Any:
    found = [block.pop(name, None) for name in names]
    return next((value for value in found if value is not None), None)


def read_call(block: Block, writer: PartWriter) -> None:
    name, call_id = block.pop("toolName", ""), block.pop("toolCallId", "")
    block.pop("toolCallType", None)
    writer.tool_call(name, call_id, _first(block, "args", "input"))


def read_result(block: Block, writer: PartWriter) -> None:
    """Read an answer; newer versions wrap it as `{type, value}`."""
    answer = _first(block, "result", "output", "error")
    kind = str(block.get("type"))
    failed = bool(block.pop("isError", False)) or kind == "tool-error"
    if isinstance(answer, dict) and answer.keys() == {"type", "value"}:
        failed = failed or str(answer["type"]).startswith("error")
        answer = answer["value"]
    call_id = block.pop("toolCallId", "")
    writer.tool_result(call_id, answer, block.pop("toolName", ""), failed=failed)


def read_redacted(block: Block, writer: PartWriter) -> None:
    writer.reasoning("", Source.REDACTED, [block.pop("data", None)])


BLOCKS = {
    "tool-call": read_call,
    "tool-result": read_result,
    "tool-error": read_result,
    "redacted-reasoning": read_redacted,
}
