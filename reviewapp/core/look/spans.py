"""Spans of time in plain words. Pure functions; `now` is an argument."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))

# Shares of the time given that are still left, below which a countdown says more.
SOON_BELOW = 0.25
# With less than this left it is soon, however long the time given was.
SOON_SECONDS = 120


def words_for(seconds: float, *, parts: int = 2) -> str:
    """Return `seconds` as its largest units: 4_000 → "1 h 6 min", 0.25 → "250 ms"."""
    if 0 < abs(seconds) < 1:
        return f"{seconds * 1000:.0f} ms"
    left = int(abs(seconds))
    words: list[str] = []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {unit}")
        elif words:
            break  # "2 d 5 s" would look more exact than anybody needs
        if len(words) == parts:
            break
    return ("\N{MINUS SIGN}" if seconds < 0 else "") + (" ".join(words) or "0 s")


def relative_words(moment: datetime, *, now: datetime) -> str:
    """Return "3 min ago", "in 2 h" or "just now"."""
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 5:
        return "just now"
    words = words_for(abs(seconds), parts=1)
    return f"in {words}" if seconds > 0 else f"{words} ago"


def left_words(until: datetime, *, now: datetime) -> str:
    """Return "4 min left", "1 h 58 min left" or "2 min late".

    A deadline of hours is told to the minute: 61 minutes are not two hours. Seconds
    are told where they count, in the last two minutes.
    """
    left = (until - now).total_seconds()
    is_fine = 3_600 <= abs(left) < 86_400 or 0 < left < SOON_SECONDS
    parts = 2 if is_fine else 1
    return f"{words_for(abs(left), parts=parts)} {'left' if left > 0 else 'late'}"


def step_of(until: datetime, *, start: datetime | None, now: datetime) -> str:
    """Return how pressing a deadline is: "plenty", "soon" or "late".

    static/js/time.js applies the same rule while the page is open.
    """
    left = (until - now).total_seconds()
    if left <= 0:
        return "late"
    given = (until - start).total_seconds() if start else 0.0
    return "soon" if left < max(SOON_SECONDS, given * SOON_BELOW) else "plenty"


def as_seconds(value: float | timedelta) -> float:
    return value.total_seconds() if isinstance(value, timedelta) else float(value)
