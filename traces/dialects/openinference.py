"""OpenInference: one attribute a leaf, messages flattened to numbered keys."""

from __future__ import annotations

from typing import Any

from traces.dialects.told import Dialect, Told, Tree, numbered, take_numbered
from traces.providers.messages import read_message
from traces.providers.tools import read_tools
from traces.providers.writing import PartWriter
from traces.spans import Kind

DIALECT = Dialect(
    "openinference",
    slots={
        "oi_kind": ("openinference.span.kind",),
        "model_asked": ("llm.request.model_name",),
        "model": ("llm.response.model_name", "llm.model_name", "embedding.model_name"),
        "provider": ("llm.provider", "llm.system"),
        "finish": ("llm.finish_reason",),
        "agent": ("agent.name",),
        "tool": ("tool.name", "tool_call.function.name"),
        "call_id": ("tool_call.id", "tool.id"),
        "input_tokens": ("llm.token_count.prompt",),
        "output_tokens": ("llm.token_count.completion",),
        "reasoning_tokens": ("llm.token_count.completion_details.reasoning",),
        "cache_read": (
            "llm.token_count.prompt_details.cache_read",
            "llm.token_count.prompt_details.cache_input",
        ),
        "cache_write": ("llm.token_count.prompt_details.cache_write",),
        "cost": ("llm.cost.total",),
        "parameters": ("llm.invocation_parameters",),
        "input_value": ("input.value",),
        "output_value": ("output.value",),
        "arguments": ("tool_call.function.arguments",),
        "oi_definition": ("tool.json_schema",),
        "oi_query": ("reranker.query",),
    },
    families={
        "llm.input_messages": "oi_input",
        "llm.output_messages": "oi_output",
        "llm.tools": "oi_tools",
        "llm.prompts": "oi_prompts",
        "llm.choices": "oi_choices",
        "retrieval.documents": "oi_documents",
        "reranker.input_documents": "oi_reranked",
        "reranker.output_documents": "oi_ranked",
        "embedding.embeddings": "oi_embeddings",
        "annotations": "annotations",
        "evaluations": "evaluations",
        "trace.annotations": "annotations",
        "trace.evaluations": "evaluations",
        "session.annotations": "annotations",
        "session.evaluations": "evaluations",
    },
)
# A chain is a step of a program, and no agent's scope: nearly every LangChain call is
# one, and scopes are what findings are counted in.
KINDS = {
    "llm": Kind.LLM,
    "embedding": Kind.EMBEDDING,
    "chain": Kind.OTHER,
    "retriever": Kind.RETRIEVAL,
    "reranker": Kind.RETRIEVAL,
    "tool": Kind.TOOL,
    "agent": Kind.AGENT,
    "guardrail": Kind.GUARDRAIL,
    "evaluator": Kind.EVALUATION,
    "prompt": Kind.OTHER,
    "decision": Kind.PLANNING,
}


def read_input(told: Told, writer: PartWriter) -> None:
    _read_messages(told, writer, "oi_input", "llm.input_messages", "user")
    _read_leaves(told, writer, "oi_prompts", ("prompt", "text"), "user")
    _read_leaves(told, writer, "oi_embeddings", ("embedding", "text"), "user")
    _read_documents(told, writer, "oi_reranked")
    writer.text(told.take_words("oi_query"))


def read_context(told: Told, writer: PartWriter) -> None:
    tree = _trunk(told, "oi_tools")
    for number, branch in numbered(tree):
        tool = branch.get("tool") if isinstance(branch, dict) else None
        schema = tool.pop("json_schema", None) if isinstance(tool, dict) else None
        if schema is not None:
            read_tools(schema, writer)
        told.keep_tree(f"llm.tools.{number}", _branch(branch))
    if "oi_definition" in told:
        read_tools(told.take("oi_definition"), writer)


def read_output(told: Told, writer: PartWriter) -> None:
    _read_messages(told, writer, "oi_output", "llm.output_messages", "assistant")
    _read_leaves(told, writer, "oi_choices", ("completion", "text"), "assistant")
    _read_documents(told, writer, "oi_documents")
    _read_documents(told, writer, "oi_ranked")


def _trunk(told: Told, slot: str) -> Tree:
    """Take a family's tree down to where its numbers begin; prefixes have two names."""
    tree = told.take_family(slot)
    for _ in range(2):
        inner = next(iter(tree.values()), {}) if len(tree) == 1 else tree
        tree = inner if isinstance(inner, dict) else tree
    return tree


def _branch(value: Any) -> Tree:
    return value if isinstance(value, dict) else {"": value}


def _read_messages(
    told: Told, writer: PartWriter, slot: str, prefix: str, role: str
) -> None:
    for number, branch in numbered(_trunk(told, slot)):
        message = branch.get("message") if isinstance(branch, dict) else None
        if isinstance(message, dict):
            del branch["message"]
            read_message(_message(message), writer, role)
        told.keep_tree(f"{prefix}.{number}", _branch(branch))


def _message(tree: Tree) -> dict[str, Any]:
    """Return a flattened message in the shape that all messages are read from.

    Contents keep the order of what was said, thought and called; the same calls stand
    in `tool_calls` once more, where the order is lost.
    """
    contents = [_content(branch) for branch in take_numbered(tree, "contents")]
    told_calls = [block["id"] for block in contents if _is_call(block)]
    calls = [
        call
        for call in map(_call, take_numbered(tree, "tool_calls"))
        if call.get("id") not in told_calls or not call.get("id")
    ]
    text = tree.pop("content", None)
    blocks = ([text] if text is not None and not contents else []) + contents
    if text is not None and contents and text not in _texts(contents):
        blocks.insert(0, text)
    name = tree.pop("function_call_name", None)
    arguments = tree.pop("function_call_arguments_json", None)
    if name:
        blocks.append({"type": "tool_call", "name": name, "arguments": arguments})
    return {"content": _alone(blocks), "tool_calls": calls, **tree}


def _alone(blocks: list[Any]) -> Any:
    """A tool's answer is one text: left as it is, it stays an answer."""
    return blocks[0] if len(blocks) == 1 and isinstance(blocks[0], str) else blocks


def _texts(blocks: list[dict[str, Any]]) -> list[Any]:
    return [block.get("text") for block in blocks]


def _is_call(block: dict[str, Any]) -> bool:
    return block.get("type") == "tool_call" and bool(block.get("id"))


def _content(branch: Any) -> dict[str, Any]:
    """Return one content item as a block; a call stands beside its empty content."""
    branch = _branch(branch)
    content = branch.pop("message_content", None)
    block = dict(content) if isinstance(content, dict) else {}
    call = branch.pop("tool_call", None)
    if isinstance(call, dict):
        block = {**block, **_call({"tool_call": call}), "type": "tool_call"}
    image = block.pop("image", None)
    if isinstance(image, dict):
        inner = image.get("image")
        block = {**block, "image_url": inner if isinstance(inner, dict) else image}
    return {**block, **branch}


def _call(branch: Any) -> dict[str, Any]:
    branch = _branch(branch)
    tree = branch.get("tool_call")
    call = dict(tree) if isinstance(tree, dict) else dict(branch)
    function = call.pop("function", None)
    told = dict(function) if isinstance(function, dict) else {}
    return {
        "id": call.pop("id", None),
        "name": told.pop("name", None),
        "arguments": told.pop("arguments", None),
        **{f"function.{name}": value for name, value in told.items()},
        **call,
    }


def _read_leaves(
    told: Told, writer: PartWriter, slot: str, path: tuple[str, str], role: str
) -> None:
    """Read lists of plain texts: prompts, choices, what was embedded."""
    for number, branch in numbered(_trunk(told, slot)):
        inner = branch.get(path[0]) if isinstance(branch, dict) else None
        text = inner.pop(path[1], None) if isinstance(inner, dict) else None
        if isinstance(inner, dict):
            inner.pop("vector", None)
        if text is not None:
            read_message(text, writer, role)
        told.keep_tree(f"{slot}.{number}", _branch(branch))


def _read_documents(told: Told, writer: PartWriter, slot: str) -> None:
    for number, branch in numbered(_trunk(told, slot)):
        inner = branch.get("document") if isinstance(branch, dict) else None
        if isinstance(inner, dict):
            writer.tool_result("", inner.pop("content", None), "document")
        told.keep_tree(f"{slot}.{number}", _branch(branch))
