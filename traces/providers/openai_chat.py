"""OpenAI Chat Completions, and all who speak it with reasoning of their own.

DeepSeek and LiteLLM say `reasoning_content`, vLLM and OpenRouter `reasoning`,
OpenRouter `reasoning_details` too, LiteLLM `thinking_blocks` too, Mistral has thinking
chunks in the content. The same words often stand in two of these: told once.
"""

from __future__ import annotations

from typing import Any

from traces.fidelity import Source
from traces.providers import anthropic
from traces.providers.payload import Block, Payload, ReadMessage, count, texts
from traces.providers.values import loads
from traces.providers.writing import PartWriter
from traces.spans import Usage

# Where reasoning stands beside a message's content.
BESIDE = frozenset(
    {"reasoning", "reasoning_content", "reasoning_details", "thinking_blocks"}
)


def read_reasoning(message: Block, writer: PartWriter) -> None:
    """Read the reasoning that stands beside a message's content."""
    blocks = [
        *_listed(message.pop("reasoning_details", None)),
        *_listed(message.pop("thinking_blocks", None)),
    ]
    plain = _plain(message)
    if plain and not _say(blocks, plain):
        writer.reasoning(plain, Source.RAW)
    for block in blocks:
        _read_detail(block, writer)


def _listed(value: Any) -> list[Block]:
    items = value if isinstance(value, list) else ()
    return [dict(item) for item in items if isinstance(item, dict)]


def _plain(message: Block) -> str:
    """Return the reasoning given as one text; a newer name wins over an equal one."""
    found = ""
    for name in ("reasoning", "reasoning_content"):
        text = message.get(name)
        if isinstance(text, str):
            message.pop(name)
            if found and text != found:
                message[name] = text
            found = found or text
    return found


def _say(blocks: list[Block], plain: str) -> bool:
    """Tell whether the blocks say what the plain text says."""
    told = [
        block.get("text") or block.get("summary") or block.get("thinking") or ""
        for block in blocks
    ]
    return "".join(texts(*told)).strip() == plain.strip()


def _read_detail(block: Block, writer: PartWriter) -> None:
    kind = str(block.get("type"))
    if kind in anthropic.BLOCKS:
        anthropic.BLOCKS[kind](block, writer)
        return
    source = _DETAILS.get(kind)
    if source is None:
        writer.other("reasoning_details", block)
        return
    text = block.get("text") or block.get("summary") or ""
    sealed = (block.get("signature"), block.get("data"))
    writer.reasoning(text if isinstance(text, str) else "", source, sealed)


_DETAILS = {
    "reasoning.text": Source.RAW,
    "reasoning.summary": Source.SUMMARY,
    "reasoning.encrypted": Source.ENCRYPTED,
}


def read_calls(message: Block, writer: PartWriter) -> None:
    """Read `tool_calls`, and the one `function_call` of long ago."""
    calls = message.pop("tool_calls", None)
    for call in calls if isinstance(calls, list) else [calls] if calls else ():
        _read_call(call, writer)
    old = message.pop("function_call", None)
    if old:
        _read_call({"function": old}, writer)


def _read_call(call: Any, writer: PartWriter) -> None:
    call = loads(call)
    if not isinstance(call, dict):
        writer.other("tool_call", call)
        return
    left = dict(call)
    kind = next((n for n in _KINDS_OF_CALL if isinstance(left.get(n), dict)), "")
    told = dict(left.pop(kind)) if kind else left
    name = told.pop("name", None) or left.pop("name", None)
    writer.tool_call(name, left.pop("id", None), _take_first(told, *_ARGUMENTS))
    writer.opaque_of(_take_signature(left))
    for rest in (left, told) if kind else (left,):
        rest.pop("type", None)
        writer.left_over("tool_call", rest)


_KINDS_OF_CALL = ("function", "custom")
_ARGUMENTS = ("arguments", "args", "input")


def _take_first(told: Block, *names: str) -> Any:
    name = next((name for name in names if told.get(name) is not None), "")
    return told.pop(name, None)


def _take_signature(call: Block) -> Any:
    """Gemini behind an OpenAI door signs its calls in an extra field."""
    extra = call.get("extra_content")
    google = extra.get("google") if isinstance(extra, dict) else None
    if not isinstance(google, dict) or google.keys() != {"thought_signature"}:
        return None
    del call["extra_content"]
    return google["thought_signature"]


def read_refusal(block: Block, writer: PartWriter) -> None:
    text = block.pop("refusal", None)
    if isinstance(text, str):
        writer.text(text)


BLOCKS = {"refusal": read_refusal}


def is_response(data: Block) -> bool:
    choices = data.get("choices")
    return isinstance(choices, list) and any(
        isinstance(choice, dict) and choice.keys() & {"message", "text", "delta"}
        for choice in choices
    )


def read_response(data: Block, writer: PartWriter, read: ReadMessage) -> Payload:
    finish = [_read_choice(choice, writer, read) for choice in data.pop("choices")]
    model, provider = data.pop("model", ""), data.pop("provider", "")
    return Payload(
        provider=provider if isinstance(provider, str) else "",
        model=model if isinstance(model, str) else "",
        finish=texts(*finish),
        usage=usage_of(data.pop("usage", None)),
        left=data,
    )


def _read_choice(choice: Any, writer: PartWriter, read: ReadMessage) -> Any:
    if not isinstance(choice, dict):
        return None
    message = choice.get("message") or choice.get("delta") or choice.get("text") or ""
    read(message, writer, "assistant")
    return choice.get("finish_reason")


def usage_of(usage: Any) -> Usage:
    """Return the counts; totals count cached and reasoning tokens already."""
    return Usage(
        input=count(usage, "prompt_tokens"),
        output=count(usage, "completion_tokens"),
        reasoning=count(usage, "completion_tokens_details", "reasoning_tokens"),
        cache_read=count(usage, "prompt_tokens_details", "cached_tokens"),
    )
