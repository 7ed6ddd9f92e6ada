"""A small part of Markdown, for what an agent writes to persuade a person. Pure.

Paragraphs, lists, headings (drawn as strong lines), fenced code, `code` and **strong**.
No links, images or raw HTML: a link in a justification is an invitation to leave the
card, and its text need not say where it goes. Whatever is not understood stays as it
was typed. Rejected: a Markdown library with a sanitiser behind it, which is a lot of
surface for hostile text and five constructs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_INLINE = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")
_ITEM = re.compile(r"\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+(.*)")
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*$")
# A fold that hides fewer lines than this would cost more than it saves.
FOLD_FROM = 4
# Characters of a line of prose on the card, about.
_COLUMN = 90
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line: kind is text, code or strong."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """kind is paragraph, list, heading or code; each line is spans in order."""

    kind: str
    lines: list[list[Span]]


def split_blocks(
    text: str, head_lines: int, tail_lines: int
) -> tuple[list[Block], list[Block], list[Block]]:
    """Return the blocks of a text's beginning, of its middle and of its end.

    Beginning and end take about so many lines as drawn, and at least one block each;
    nothing is in the middle of a text that hardly takes more.
    """
    blocks = blocks_of(text)
    head = _fitting(blocks, head_lines)
    tail = _fitting(blocks[head:][::-1], tail_lines)
    middle = blocks[head : len(blocks) - tail]
    if lines_drawn(middle) < FOLD_FROM:
        return blocks, [], []
    return blocks[:head], middle, blocks[len(blocks) - tail :]


def _fitting(blocks: Sequence[Block], most_lines: int) -> int:
    """Return how many of the first blocks fit into so many lines; at least one."""
    used = 0
    for place, block in enumerate(blocks):
        used += lines_drawn([block])
        if used > most_lines:
            return max(1, place)
    return len(blocks)


def lines_drawn(blocks: Sequence[Block]) -> int:
    """Return about how many lines the blocks take in a column of 90 characters."""
    lengths = (
        sum(len(span.text) for span in line) for block in blocks for line in block.lines
    )
    return sum(1 + length // _COLUMN for length in lengths)


def blocks_of(text: str) -> list[Block]:
    """Return a text as blocks; nothing of it is lost but the marks themselves."""
    marked = list(_mark_lines(text))
    return [
        Block(kind, [_spans(line, kind) for _, _, line in lines])
        for (_, kind), lines in groupby(marked, key=lambda line: line[:2])
        if kind
    ]


def _mark_lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (number of the block, its kind, the line); blank lines have no kind."""
    block, in_code = 0, False
    for line in text.splitlines():
        if _FENCE.match(line):
            block, in_code = block + 1, not in_code
            continue
        kind, words = ("code", line) if in_code else _kind_of(line)
        # Each heading is a block of its own, and a blank line ends any block.
        block += kind in ("heading", "")
        yield block, kind, words
        block += kind == "heading"


def _kind_of(line: str) -> tuple[str, str]:
    if not line.strip():
        return "", ""
    if heading := _HEADING.match(line):
        return "heading", heading[1]
    if item := _ITEM.match(line):
        return "list", item[1]
    return "paragraph", line.strip()


def _spans(line: str, kind: str) -> list[Span]:
    if kind == "code":
        return [Span("text", line)]
    spans, at = [], 0
    for found in _INLINE.finditer(line):
        spans.append(Span("text", line[at : found.start()]))
        code, strong = found.groups()
        spans.append(Span("code", code) if code else Span("strong", strong))
        at = found.end()
    spans.append(Span("text", line[at:]))
    return [span for span in spans if span.text]
