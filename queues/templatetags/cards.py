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

# A quarter of a screen: what was said last stands there.
_PROSE_LINES = 14
_TAGS = {"code": "<code>{}</code>", "strong": "<strong>{}</strong>", "text": "{}"}
_WRAPS = {
    "paragraph": "<p>{}</p>",
    "heading": '<p class="strong">{}</p>',
    "code": "<pre>{}</pre>",
    "list": "<ul>{}</ul>",
}


@dataclass(frozen=True, slots=True)
class Prose:
    """A long text: what is read at once, and what is behind a fold."""

    head: SafeString
    rest: SafeString
    rest_words: str


@register.filter
def as_prose(text: str) -> Prose:
    """Draw the part of Markdown that `queues.markdown` knows; all of it escaped.

    What would push the evidence off the screen is folded; it is prose, not what runs,
    and so holds no approval back.
    """
    head, rest = split_blocks(text, _PROSE_LINES)
    return Prose(_draw(head), _draw(rest), f"{lines_drawn(rest):,} more lines")


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
