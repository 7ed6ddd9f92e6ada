"""Messages of anybody's: a role, and words in one of a few places."""

from __future__ import annotations

from typing import Any

from traces.providers import openai_chat
from traces.providers.blocks import BY_TYPE, keep_left, read_block, read_content
from traces.providers.payload import Block, texts
from traces.providers.values import loads
from traces.providers.writing import PartWriter

_LANGCHAIN = frozenset({"lc", "type", "id", "kwargs"})
_RESULTS = frozenset({"tool_result", "tool-result", "tool_call_response"})
_OF_TOOLS = frozenset({"function_call_output", "custom_tool_call_output"})


def read_messages(messages: Any, writer: PartWriter, role: str = "user") -> None:
    """Read a list of messages, one message, or a text; `role` where it is not said."""
    data = loads(messages)
    if isinstance(data, list):
        for number, message in enumerate(data):
            if writer.is_full:
                writer.over(data[number:])
                break
            read_message(message, writer, role)
    elif data is not None and data != "":
        read_message(data, writer, role)


def read_message(message: Any, writer: PartWriter, role: str) -> None:
    """Read one message: what was thought, what was said, what was called, in order."""
    message = loads(message)
    if not isinstance(message, dict):
        writer.begin_message(role)
        read_content(message, writer)
        return
    left = _unwrapped(message)
    if _is_item(left):
        _read_item(left, writer)
        return
    writer.begin_message(_role(left) or role)
    if not openai_chat.BESIDE.isdisjoint(left):
        openai_chat.read_reasoning(left, writer)
    _read_words(left, writer)
    openai_chat.read_calls(left, writer)
    if "finish_reason" in left:
        writer.finish += texts(left.pop("finish_reason"))
    if left:
        keep_left("message", left, writer)


def _unwrapped(message: Block) -> Block:
    """Return a copy; LangChain's own serialisation puts the message into `kwargs`."""
    inner = message.get("kwargs")
    if not isinstance(message.get("lc"), int) or not isinstance(inner, dict):
        return dict(message)
    outer = {name: message[name] for name in message.keys() - _LANGCHAIN}
    kind = message.get("id")
    name = kind[-1] if isinstance(kind, list) and kind else ""
    return {**outer, **inner, "role": str(name)}


def _role(message: Block) -> str:
    """Take the role; LangChain calls it `type`."""
    role = message.pop("role", None)
    if role is None and "content" in message:
        role = message.pop("type", None)
    if role is not None and not isinstance(role, str):
        message["given_role"] = role
    return role if isinstance(role, str) else ""


def _is_item(message: Block) -> bool:
    """Tell whether it is an item of OpenAI's Responses, which is a block by itself."""
    kind = message.get("type")
    return "role" not in message and isinstance(kind, str) and kind in BY_TYPE


def _read_item(item: Block, writer: PartWriter) -> None:
    writer.begin_message("tool" if item["type"] in _OF_TOOLS else "assistant")
    read_block(item, writer)


def _read_words(message: Block, writer: PartWriter) -> None:
    content, parts = message.pop("content", None), message.pop("parts", None)
    if writer.role == "tool" and not _is_results(content) and content is not None:
        call_id = message.pop("tool_call_id", None) or message.pop("id", "")
        failed = message.pop("status", None) == "error"
        name = message.pop("name", "")
        writer.tool_result(call_id, content, name, failed=failed)
    else:
        read_content(content, writer)
    if parts is not None:
        read_content(parts, writer)
    refusal = message.pop("refusal", None)
    if isinstance(refusal, str):
        writer.text(refusal)


def _is_results(content: Any) -> bool:
    """Tell whether a tool's message has blocks that say whose answer they are."""
    return isinstance(content, list) and any(
        isinstance(block, dict)
        and (block.get("type") in _RESULTS or "toolResult" in block)
        for block in content
    )
