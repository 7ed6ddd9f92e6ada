"""Template filters of the card: an agent's prose, and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from queues.markdown import Block, Span, lines_drawn, split_blocks
from reviewapp.core.look.values import Line, lines_of
from reviewapp.core.templatetags.ui import visible

register = template.Library()

# About a third of a screen.
_HEAD_LINES = 8
_TAIL_LINES = 10
_TAGS = {"code": "<code>{}</code>", "strong": "<strong>{}</strong>", "text": "{}"}
_WRAPS = {
    "paragraph": "<p>{}</p>",
    "heading": '<p class="strong">{}</p>',
    "code": "<pre>{}</pre>",
    "list": "<ul>{}</ul>",
}


@dataclass(frozen=True, slots=True)
class Prose:
    """A text: its beginning, what is behind a fold, and its end."""

    head: SafeString
    middle: SafeString
    middle_words: str
    tail: SafeString


@register.filter
def as_prose(text: str) -> Prose:
    """Draw the part of Markdown that `queues.markdown` knows; all of it escaped.

    A long text loses its middle to a fold, which holds no approval back: it is prose,
    not what runs. What an agent argues stands at the beginning, and what a person
    agreed to at the end of their conversation.
    """
    head, middle, tail = split_blocks(text, _HEAD_LINES, _TAIL_LINES)
    words = f"{lines_drawn(middle):,} lines between"
    return Prose(_draw(head), _draw(middle), words, _draw(tail))


def _draw(blocks: Sequence[Block]) -> SafeString:
    return mark_safe("".join(map(_block, blocks)))  # noqa: S308  each is escaped


def _block(block: Block) -> SafeString:
    lines = [mark_safe("".join(map(_span, line))) for line in block.lines]  # noqa: S308
    if block.kind == "list":
        lines = [format_html("<li>{}</li>", line) for line in lines]
    between = {"paragraph": "<br>", "code": "\n"}.get(block.kind, "")
    return format_html(_WRAPS[block.kind], mark_safe(between.join(lines)))  # noqa: S308


def _span(span: Span) -> SafeString:
    return format_html(_TAGS[span.kind], visible(span.text))


@register.filter
# Any: a JSON value has no narrower Python type.
def as_open_lines(value: Any) -> Sequence[Line]:
    """Lay out a JSON value to look things up in: compact, with nothing folded away."""
    return lines_of(value, fold=False, compact=True).head


@register.filter
def figure(value: Decimal | int | None) -> str:
    """Return 1200.5000 as "1,200.50": thousands apart, at least two decimals if any."""
    if value is None:
        return ""
    if isinstance(value, int) or value == value.to_integral_value():
        return f"{int(value):,}"
    text = f"{value.normalize():,f}"
    return text + "0" if len(text.rsplit(".", 1)[1]) == 1 else text
