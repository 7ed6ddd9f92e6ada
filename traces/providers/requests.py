"""Requests to a model: messages, instructions, tools, and what was asked of it."""

from __future__ import annotations

from typing import Any

from traces.providers.blocks import keep_left, read_content
from traces.providers.messages import read_messages
from traces.providers.parameters import take_parameters
from traces.providers.payload import Block, Payload, texts
from traces.providers.tools import read_tools
from traces.providers.writing import PartWriter

_MESSAGES = ("messages", "contents", "input")
_INSTRUCTIONS = (
    "system", "instructions", "systemInstruction", "system_instruction",
)  # fmt: skip
_TOOLS = ("tools", "functions", "toolConfig", "tool_config")
_NESTED = ("generationConfig", "generation_config", "inferenceConfig", "config")


def is_request(data: Block) -> bool:
    """Tell a request by its messages; `input` alone is too common a name."""
    if isinstance(data.get("messages"), list) or isinstance(data.get("contents"), list):
        return True
    return "input" in data and "model" in data


def read_request(data: Block, writer: PartWriter) -> Payload:
    """Read a request of any provider; they differ in names, not in what they have."""
    left = dict(data)
    for name in _MESSAGES:
        read_messages(left.pop(name, None), writer)
    for name in _INSTRUCTIONS:
        read_instructions(left.pop(name, None), writer)
    for name in _TOOLS:
        tools = left.pop(name, None)
        if tools:
            read_tools(tools, writer)
    display = _display(left)
    parameters = take_parameters(left)
    for name in _NESTED:
        inner = left.get(name)
        if isinstance(inner, dict):
            left[name] = dict(inner)
            parameters.update(take_parameters(left[name]))
    asked = "".join(texts(left.pop("model", None) or left.pop("modelId", None)))
    return Payload(model_asked=asked, parameters=parameters, display=display, left=left)


def read_instructions(value: Any, writer: PartWriter) -> None:
    """Read instructions: a text, or blocks of them."""
    if not value:
        return
    message, role = writer.message, writer.role
    writer.role = "system"
    if isinstance(value, dict) and "parts" in value:
        left = dict(value)
        read_content(left.pop("parts"), writer)
        keep_left("instructions", left, writer)
    else:
        read_content(value, writer)
    writer.message, writer.role = message, role


def _display(request: Block) -> str:
    """Return what Anthropic was asked to show of its thinking."""
    thinking = request.get("thinking")
    shown = thinking.get("display") if isinstance(thinking, dict) else None
    return shown if isinstance(shown, str) else ""
