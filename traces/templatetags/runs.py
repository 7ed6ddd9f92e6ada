"""Template tags of the pages of runs: figures, values, bars."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reviewapp.core.look.spans import words_for
from reviewapp.core.templatetags.ui import exact, icon, visible
from traces.explaining import around_masks
from traces.own_dates import Says
from traces.selectors.ages import Age

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


@register.simple_tag
def own_date(age: Age) -> SafeString:
    """Draw what a result says of its own date. Never kept: its words are words."""
    tone, icon_name, word = _own_look(age)
    own = age.own
    title = f"By {own.name} in the result itself" if own else ""
    if own and own.at:
        title += f": {own.at:%a %d %b %Y}" if own.is_day else f": {exact(own.at)}"
    return format_html(
        '<span class="chip{}" title="{}">{}{}</span>',
        f" chip--{tone}" if tone else "",
        title,
        icon(icon_name),
        word,
    )


def _own_look(age: Age) -> tuple[str, str, str]:
    """Return tone, icon and words. The name is the result's own, so is the date."""
    own, seconds = age.own, age.own_seconds
    if own is None or seconds is None:
        return "warn", "archive-box", "It says: from a cache"
    old = words_for(seconds, parts=1)
    limit = (
        f", limit {words_for(age.limit_s, parts=1)}" if age.limit_s is not None else ""
    )
    if own.says is Says.CHANGED:
        tone = "warn" if age.is_late_by_own else ""
        return tone, "clock", f"It says: changed {old} before{limit}"
    if age.is_late_by_own:
        return "danger", "clock", f"It says: {old} old{limit}"
    tone = "warn" if age.is_contradicted and age.limit_s is None else ""
    return tone, "clock", f"It says: {old} old{limit}"


@register.simple_tag
def marking_masks(text: str) -> SafeString:
    """Write a text with each mask in it marked: a customer can make nothing of one."""
    return format_html_join(
        "",
        "{}",
        (
            (
                format_html('<mark class="mask-left">{}</mark>', piece)
                if is_mask
                else linebreaksbr(visible(piece)),
            )
            for piece, is_mask in around_masks(text)
        ),
    )
