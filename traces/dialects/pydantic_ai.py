"""Pydantic AI (Logfire): GenAI conventions with attributes of its own.

An agent's span repeats all messages of its run. Its children tell each of them, so of
the repetition only what the person asked is read, and `final_result` as the answer.
"""

from __future__ import annotations

from typing import Any

from traces.dialects.events import message_of
from traces.dialects.told import Dialect, Told
from traces.providers.messages import read_message, read_messages
from traces.providers.tools import read_tools
from traces.providers.values import loads
from traces.providers.writing import PartWriter

DIALECT = Dialect(
    "pydantic_ai",
    slots={
        "agent": ("agent_name",),
        "model_asked": ("model_name",),
        "arguments": ("tool_arguments",),
        "result": ("tool_response",),
        "final_result": ("final_result",),
        "all_messages": ("pydantic_ai.all_messages", "all_messages_events"),
        "pydantic_events": ("events",),
        "request_parameters": ("model_request_parameters",),
    },
    families={},
)
# Settings of Pydantic AI itself, which say nothing that the definitions do not.
_SETTINGS = frozenset(
    {"function_tools", "output_tools", "native_tools", "builtin_tools",
     "tool_visibility", "revealed_tool_names", "introduced_tool_names", "output_mode",
     "deferred_capability_ids"}
)  # fmt: skip


def read_input(told: Told, writer: PartWriter) -> None:
    _read_events(told, writer)
    asked = [message for message in _all_messages(told) if _is_asked(message)]
    for message in asked:
        read_message({**message, "parts": _said(message)}, writer, "user")


def _all_messages(told: Told) -> list[Any]:
    data = told.take_json("all_messages")
    if isinstance(data, str):
        told.keep("pydantic_ai.all_messages", data)
    return data if isinstance(data, list) else []


def _is_asked(message: Any) -> bool:
    return isinstance(message, dict) and message.get("role") == "user"


def _said(message: dict[str, Any]) -> list[Any]:
    """Return what the person said; answers of tools have the role of a user too."""
    parts = message.get("parts")
    return [
        part
        for part in (parts if isinstance(parts, list) else ())
        if not (isinstance(part, dict) and part.get("type") == "tool_call_response")
    ]


def _read_events(told: Told, writer: PartWriter) -> None:
    """Read the messages that older versions keep as a list of events."""
    data = told.take_json("pydantic_events")
    if not isinstance(data, list):
        told.keep("events", data)
        return
    for event in data:
        name = event.get("event.name") if isinstance(event, dict) else None
        if name == "gen_ai.choice":
            told.hear("event_output", 9, "events", [message_of(name, event)])
        elif isinstance(name, str):
            read_message(message_of(name, event), writer, "user")
        else:
            writer.other("event", event)


def read_context(told: Told, writer: PartWriter) -> None:
    parameters = told.take_map("request_parameters")
    for name in ("function_tools", "output_tools", "native_tools", "builtin_tools"):
        if parameters.get(name):
            read_tools(parameters[name], writer)
    left = {name: parameters[name] for name in parameters.keys() - _SETTINGS}
    writer.left_over("model_request_parameters", left)


def read_output(told: Told, writer: PartWriter) -> None:
    answer = told.take("final_result")
    if answer is None:
        return
    data = loads(answer)
    if isinstance(data, str):
        read_messages([{"role": "assistant", "content": data}], writer)
    else:
        writer.begin_message("assistant")
        writer.answer(data)
