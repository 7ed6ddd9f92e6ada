"""Events of a span: messages of the first generation, failures, judgements, others."""

from __future__ import annotations

from typing import Any

from traces.providers.values import loads

_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
    "gen_ai.choice": "assistant",
}
MESSAGES = frozenset(_ROLES)
CONTENT = {
    "gen_ai.content.prompt": "genai_prompt",
    "gen_ai.content.completion": "genai_completion",
}
DETAILS = frozenset(
    {"gen_ai.client.inference.operation.details", "gen_ai.client.operation.details"}
)
EXCEPTIONS = frozenset(
    {"exception", "gen_ai.client.operation.exception", "gen_ai.execute_tool.exception"}
)
EVALUATION = "gen_ai.evaluation.result"
FIRST_CHUNKS = frozenset({"ai.stream.firstChunk", "First Token Stream Event"})
# What an event of a message says beside the message.
_BESIDE = (
    "event.name",
    "gen_ai.system",
    "gen_ai.message.index",
    "gen_ai.provider.name",
)


def message_of(name: str, attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the message that an event tells, in the shape all messages have."""
    body = dict(attributes)
    for beside in _BESIDE:
        body.pop(beside, None)
    inner = loads(body.pop("gen_ai.event.content", None))
    if isinstance(inner, dict):
        body.update(inner)
    elif inner is not None:
        body["content"] = inner
    if name == "gen_ai.choice":
        body = _choice(body)
    if name == "gen_ai.tool.message" and "id" in body:
        body["tool_call_id"] = body.pop("id")
    if "tool_calls" in body:
        body["tool_calls"] = loads(body["tool_calls"])
    return {"role": _ROLES.get(name, ""), **body}


def _choice(body: dict[str, Any]) -> dict[str, Any]:
    body.pop("index", None)
    message = loads(body.pop("message", None))
    if isinstance(message, dict):
        return {**message, **body}
    return {**body, "content": message} if message is not None else body
