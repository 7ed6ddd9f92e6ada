"""OpenLLMetry (Traceloop): messages under numbered keys, values in and out as JSON."""

from __future__ import annotations

from typing import Any

from traces.dialects.told import Dialect, Told, Tree, numbered, take_numbered
from traces.providers.messages import read_message
from traces.providers.tools import read_tools
from traces.providers.values import loads
from traces.providers.writing import PartWriter
from traces.spans import Kind

_PROPERTIES = "traceloop.association.properties"
DIALECT = Dialect(
    "openllmetry",
    slots={
        "traceloop_kind": ("traceloop.span.kind",),
        "entity": ("traceloop.entity.name",),
        "workflow": ("traceloop.workflow.name",),
        "input_value": ("traceloop.entity.input",),
        "output_value": ("traceloop.entity.output",),
        "operation": ("llm.request.type",),
        "provider": ("llm.vendor",),
        "finish": ("llm.response.finish_reason", "llm.response.stop_reason"),
        "conversation": (
            f"{_PROPERTIES}.conversation_id",
            f"{_PROPERTIES}.session_id",
            f"{_PROPERTIES}.thread_id",
        ),
        "subject": (f"{_PROPERTIES}.user_id",),
    },
    families={
        "gen_ai.prompt": "traceloop_prompt",
        "gen_ai.completion": "traceloop_completion",
        "llm.request.functions": "traceloop_functions",
    },
)
KINDS = {
    "workflow": Kind.WORKFLOW,
    "agent": Kind.AGENT,
    "tool": Kind.TOOL,
    "task": Kind.OTHER,
}


def read_input(told: Told, writer: PartWriter) -> None:
    _read_numbered(told, writer, "traceloop_prompt", "prompt", "user")


def read_context(told: Told, writer: PartWriter) -> None:
    tree = told.take_family("traceloop_functions")
    for branch in ("llm", "request", "functions"):
        tree = tree.get(branch, {})
    tools = [tool for _, tool in numbered(tree)]
    if tools:
        read_tools(tools, writer)


def read_output(told: Told, writer: PartWriter) -> None:
    _read_numbered(told, writer, "traceloop_completion", "completion", "assistant")


def _read_numbered(
    told: Told, writer: PartWriter, slot: str, name: str, role: str
) -> None:
    tree = told.take_family(slot).get("gen_ai", {}).get(name, {})
    for _, branch in numbered(tree):
        read_message(_message(branch), writer, role)


def _message(branch: Any) -> Any:
    """Return a numbered message; its content may be a list of blocks as JSON."""
    if not isinstance(branch, dict):
        return branch
    message: Tree = dict(branch)
    message["content"] = _content(message.pop("content", None))
    message["tool_calls"] = take_numbered(message, "tool_calls")
    inner = message.pop("", None)
    if inner is not None:
        message["value"] = inner
    return message


def _content(value: Any) -> Any:
    """A JSON list is blocks; a JSON object may be an answer that a person asked for."""
    data = loads(value)
    return data if isinstance(data, list) else value
