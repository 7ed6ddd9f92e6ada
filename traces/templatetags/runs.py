"""Template tags of the pages of runs: figures, values, bars."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def thousands(number: int | None) -> str:
    """Return a count as people read it; "unknown" where it was not told."""
    return "unknown" if number is None else f"{number:,}"


@register.filter
def dollars(cost: float | Decimal | None) -> str:
    """Return a cost with as many places as it takes to see it."""
    if cost is None:
        return "unknown"
    amount = float(cost)
    if 0 < abs(amount) < 0.00005:
        return "under $0.0001"
    return f"${amount:.4f}" if 0 < abs(amount) < 0.01 else f"${amount:,.2f}"


@register.simple_tag
def time_bar(offset: int, length: int, kind: str) -> SafeString:
    """Draw when a span was at work: thousandths of the run. Decoration of its words."""
    return format_html(
        '<svg class="time-bar" viewBox="0 0 1000 8" preserveAspectRatio="none"'
        ' aria-hidden="true"><rect class="kind-{}" x="{}" width="{}" height="8"/>'
        "</svg>",
        kind,
        offset,
        length,
    )


@register.simple_tag
def share_bar(percent: int, kind: str) -> SafeString:
    """Draw a share of a hundred, beside the figure that says it."""
    return time_bar(0, min(1000, 10 * percent), kind)
