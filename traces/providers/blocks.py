"""The blocks that messages are made of, whoever's they are, told apart by shape.

Providers and dialects name their blocks by `type`; Gemini and Bedrock name them by the
one key they have. A reader takes what it knows out of its block; what is left and holds
words is kept as it came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from traces.providers import (
    anthropic,
    bedrock,
    gemini,
    media,
    openai_chat,
    openai_responses,
    semantic,
    vercel,
)
from traces.providers.naming import is_id
from traces.providers.payload import Block
from traces.providers.writing import PartWriter
from traces.spans import WordClass

Reader = Callable[[Block, PartWriter], None]

# A type that several use (`reasoning`, `thinking`) has one reader for all of them.
BY_TYPE: dict[str, Reader] = {
    **vercel.BLOCKS,
    **media.BLOCKS,
    **openai_chat.BLOCKS,
    **openai_responses.BLOCKS,
    **anthropic.BLOCKS,
    **semantic.BLOCKS,
    "message": lambda block, writer: read_content(block.pop("content", None), writer),
}
BY_KEY: dict[str, Reader] = {**bedrock.BLOCKS, **gemini.BLOCKS}
SAY_NOTHING = frozenset(
    {"type", "id", "index", "status", "format", "object", "phase", "modality", "role",
     "kind"}
)  # fmt: skip


def read_content(content: Any, writer: PartWriter) -> None:
    """Read a message's content: a text, a block, or a list of either."""
    if isinstance(content, str):
        writer.text(content)
    elif isinstance(content, (list, tuple)):
        for number, block in enumerate(content):
            if writer.is_full:
                writer.over(list(content[number:]))
                break
            read_block(block, writer)
    elif content is not None:
        read_block(content, writer)


def read_block(block: Any, writer: PartWriter) -> None:
    """Read one block; one of a kind that nobody has told us of is kept as it came."""
    if not isinstance(block, dict):
        if isinstance(block, str):
            writer.text(block)
        else:
            writer.other("block", block)
        return
    reader = _reader_of(block)
    if reader is None:
        writer.other("block", block, WordClass.DIALOGUE)
        return
    left = dict(block)
    reader(left, writer)
    kind = left.pop("type", None)
    if kind is not None and not isinstance(kind, str):
        left["given_type"] = kind
    if left:
        keep_left(kind if isinstance(kind, str) else "block", left, writer)


def keep_left(kind: str, left: Block, writer: PartWriter) -> None:
    """Keep what a reader left, but for names and ids that say nothing by themselves."""
    for name in SAY_NOTHING & left.keys():
        if isinstance(left[name], str) and is_id(left[name]):
            del left[name]
    writer.left_over(kind, left)


def _reader_of(block: Block) -> Reader | None:
    kind = block.get("type")
    if isinstance(kind, str):
        return BY_TYPE.get(kind) or _by_suffix(kind)
    return next((BY_KEY[name] for name in block if name in BY_KEY), None)


def _by_suffix(kind: str) -> Reader | None:
    """Server tools get new names every month; what they are stands at the end."""
    if kind.endswith("_tool_result"):
        return anthropic.read_tool_result
    if kind.endswith("_call_output"):
        return openai_responses.read_call_output
    return openai_responses.read_server_call if kind.endswith("_call") else None
