"""Template tags of the look: icons, chips, times, values. A builtin library.

Chips and icons are pure functions of a few words, so they are cached: a page of fifty
rows draws hundreds of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import cycle
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags.heroicons import heroicon_micro

from reviewapp.core.live.asgi import LIVE_AFTER
from reviewapp.core.look import comparing, spans, tables, values
from reviewapp.core.look.vocabulary import look_of

register = template.Library()

THEMES = ("auto", "light", "dark")


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, label: str = "") -> SafeString:
    """Draw a heroicon of 16 px. Without a label it is decoration and hidden."""
    # heroicons hides every icon from screen readers unless told otherwise.
    attributes: dict[str, object] = {"class": "icon", "aria-hidden": "true"}
    if label:
        attributes |= {"aria-hidden": "false", "role": "img", "aria-label": label}
    return mark_safe(heroicon_micro(name, size=16, **attributes))  # noqa: S308


@register.simple_tag
@lru_cache(maxsize=1024)
def chip(kind: str, value: str, detail: str = "", badge: bool = False) -> SafeString:
    """Draw a value as icon and word; `detail` is added to the word.

    `kind` is one of reviewapp.core.look.vocabulary.KINDS.
    """
    look = look_of(kind, str(value))
    word = f"{look.word} {detail}".strip()
    return mark(word, look.icon, look.tone, look.meaning, badge=badge)


@register.simple_tag
def badge(status: str, detail: str = "") -> SafeString:
    """Draw the status of a whole thing, in the size of a heading."""
    return chip("status", str(status), detail, True)


@register.simple_tag
@lru_cache(maxsize=1024)
def mark(
    word: str, icon_name: str, tone: str = "", meaning: str = "", *, badge: bool = False
) -> SafeString:
    """Draw a chip of its own making: prefer `chip`, which keeps one vocabulary."""
    classes = " ".join(
        ["chip", *([f"chip--{tone}"] if tone else []), *(["chip--badge"] * badge)]
    )
    title = format_html(' title="{}"', meaning) if meaning else ""
    return format_html(
        '<span class="{}"{}>{}{}</span>', classes, title, icon(icon_name), word
    )


@register.simple_tag
def ago(moment: datetime | None, empty: str = "never") -> SafeString:
    """Write a time as "3 min ago", the exact time on hover; time.js keeps it true."""
    if moment is None:
        return escape(empty)
    return format_html(
        '<time datetime="{}" title="{}" data-relative>{}</time>',
        moment.isoformat(),
        exact(moment),
        spans.relative_words(moment, now=timezone.now()),
    )


@register.filter
def exact(moment: datetime) -> str:
    """Return date and time to the second, in the reader's zone, with its name."""
    return timezone.localtime(moment).strftime("%a %d %b %Y, %H:%M:%S %Z")


_STEP_ICONS = {"plenty": "clock", "soon": "fire", "late": "exclamation-circle"}


@register.simple_tag
def time_left(until: datetime | None, start: datetime | None = None) -> SafeString:
    """Draw the time left until a deadline; `start` is when the clock began.

    The three looks are all in the markup, so that time.js only changes an attribute.
    """
    if until is None:
        return mark("No deadline", "minus", "plain")
    step = spans.step_of(until, start=start, now=timezone.now())
    return format_html(
        '<time class="chip left-time" datetime="{}" title="Until {}" data-until{}'
        ' data-step="{}">{}<span data-words>{}</span></time>',
        until.isoformat(),
        exact(until),
        format_html(' data-start="{}"', start.isoformat()) if start else "",
        step,
        _countdown_icons(),
        spans.left_words(until, now=timezone.now()),
    )


@lru_cache(maxsize=1)
def _countdown_icons() -> SafeString:
    return format_html_join(
        "",
        '<span class="step step--{}">{}</span>',
        ((step, icon(name)) for step, name in _STEP_ICONS.items()),
    )


@register.simple_tag
def freshness(
    observed_at: datetime,
    max_age_s: float | None = None,
    judged_at: datetime | None = None,
) -> SafeString:
    """Draw the age of a piece of evidence against its limit, now or when judged."""
    age = ((judged_at or timezone.now()) - observed_at).total_seconds()
    words = f"{spans.words_for(max(age, 0), parts=1)} old"
    if max_age_s is None:
        return mark(f"{words}, no limit", "clock", "", exact(observed_at))
    limit = f"limit {spans.words_for(max_age_s, parts=1)}"
    if age > max_age_s:
        return mark(f"Stale: {words}, {limit}", "clock", "danger", exact(observed_at))
    return mark(f"{words}, {limit}", "check", "good", exact(observed_at))


@register.filter
def percent(share: float | None) -> str:
    """Return a share as "15 %", or "0.4 %" where little is much; a dash for none."""
    if share is None:
        return "\N{EN DASH}"
    if 0 < share < 0.001:
        return "under 0.1\N{NO-BREAK SPACE}%"
    digits = 1 if 0 < share < 0.02 else 0
    return f"{share * 100:.{digits}f}\N{NO-BREAK SPACE}%"


@register.filter
def duration(value: float | timedelta | None) -> str:
    """Return a span of time in words; seconds or a timedelta."""
    return "unknown" if value is None else spans.words_for(spans.as_seconds(value))


@register.simple_tag
def digest(value: str) -> SafeString:
    """Write the head of a digest; the whole of it on hover, and when copied."""
    return format_html('<code class="digest" title="{}">{}…</code>', value, value[:10])


@register.filter
def visible(text: object) -> SafeString:
    """Escape a text and name each character in it that does not show.

    For everything that an agent wrote: it may not turn the line round or hide a word.
    """
    shown = str(text)
    if values.shows_all(shown):
        return escape(shown)
    pieces: list[str] = []
    for character in shown:
        name = values.unseen_name(character)
        pieces.append(
            escape(character)
            if name is None
            else format_html(
                '<span class="unseen" title="{}">U+{}</span>',
                name,
                f"{ord(character):04X}",
            )
        )
    return mark_safe("".join(pieces))  # noqa: S308  each piece is escaped


@register.simple_tag(takes_context=True)
def marking(context: template.Context, text: object) -> SafeString:
    """Like `visible`, with what the context's pattern `marks` finds marked, if any."""
    return _marked(str(text), context.get("marks"))


def _marked(text: str, marks: re.Pattern[str] | None) -> SafeString:
    if not marks or not marks.search(text):
        return visible(text)
    # The pattern has one group, so every second piece is one that it found.
    wraps = cycle(("{}", "<mark>{}</mark>"))
    pieces = zip(wraps, marks.split(text), strict=False)
    return mark_safe("".join(format_html(wrap, visible(p)) for wrap, p in pieces))  # noqa: S308


@register.filter
def breakable(name: object) -> SafeString:
    """Like `visible`, for a name: it may be broken behind its joints, nowhere else."""
    pieces = _JOINTS.split(str(name))
    return mark_safe("<wbr>".join(map(visible, pieces)))  # noqa: S308


_JOINTS = re.compile(r"(?<=[_./:-])(?=\w)")


@register.simple_tag(takes_context=True)
def drawn(context: template.Context, cell: tables.Cell) -> SafeString:
    """Draw the parts of a small value, each with a direction of writing of its own."""
    marks = context.get("marks")
    return format_html_join(" ", "{}", ((_part(part, marks),) for part in cell))


def _part(part: tables.Part, marks: re.Pattern[str] | None) -> SafeString:
    text = format_html(
        '<bdi class="is-{}">{}</bdi>', part.kind, _marked(part.text, marks)
    )
    if not part.name:
        return text
    return format_html(
        '<span class="part"><span class="part-name">{}</span> {}</span>',
        _marked(part.name, marks),
        text,
    )


@register.filter
# Any: a JSON value has no narrower Python type.
def as_lines(value: Any) -> values.Lines:
    """Lay a JSON value out for `_ui/values.html`."""
    return values.lines_of(value)


@register.filter
# Any: as above.
def like_with_like(changes: Sequence[Mapping[str, Any]]) -> list[comparing.Change]:
    """Lay out what changes, before and after, for `_ui/diff.html`."""
    return comparing.like_with_like(changes)


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """Return the theme the reader chose (a cookie): auto, light or dark."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "auto") if request else "auto"
    return chosen if chosen in THEMES else "auto"


@register.simple_tag(takes_context=True)
def live_after(context: template.Context) -> str:
    """Return the cursor of the log from which this page listens; empty outside ASGI."""
    scope = getattr(context.get("request"), "scope", {})
    return str(scope.get(LIVE_AFTER, ""))
