"""Who is called when, and how late it may get: pure rules."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import TextChoices


class Occasion(TextChoices):
    ARRIVAL = "arrival", "A request arrives"
    HALF_TIME = "half_time", "Half of the time to decide is gone"
    ESCALATION = "escalation", "A request is escalated"
    SECOND_APPROVAL = "second_approval", "A second approval is needed"
    WOKE = "woke", "A request I put off wakes"
    UNCERTAIN = "uncertain", "An act has an unknown effect"
    GLASS_BROKEN = "glass_broken", "Somebody broke the glass"
    GLASS_ANSWERED = "glass_answered", "A second person has answered"
    GLASS_ENDED = "glass_ended", "An opening is to be reviewed"
    EXPLAIN_WAITS = "explain_waits", "An explanation waits for release"
    EXPLAIN_DECIDED = "explain_decided", "My explanation was released or sent back"


class Channel(TextChoices):
    APP = "app", "In the app"
    BROWSER = "browser", "Browser notice"
    EMAIL = "email", "E-mail"
    APPRISE = "apprise", "Messenger (Apprise)"


# Which event of the log is which occasion.
OCCASION_OF: dict[str, Occasion] = {
    "request.submitted": Occasion.ARRIVAL,
    "request.half_time": Occasion.HALF_TIME,
    "request.escalated": Occasion.ESCALATION,
    "request.approved_in_part": Occasion.SECOND_APPROVAL,
    "request.woke": Occasion.WOKE,
    "request.uncertain": Occasion.UNCERTAIN,
    "glass.broken": Occasion.GLASS_BROKEN,
    "glass.approved": Occasion.GLASS_ANSWERED,
    "glass.refused": Occasion.GLASS_ANSWERED,
    "glass.ended": Occasion.GLASS_ENDED,
    "explanation.submitted": Occasion.EXPLAIN_WAITS,
    "explanation.released": Occasion.EXPLAIN_DECIDED,
    "explanation.sent_back": Occasion.EXPLAIN_DECIDED,
}
# Of openings by break-glass and of explanations: by duty, so there is nothing to wish
# for.
OF_OPENINGS = frozenset(
    {Occasion.GLASS_BROKEN, Occasion.GLASS_ANSWERED, Occasion.GLASS_ENDED}
)
OF_EXPLANATIONS = frozenset({Occasion.EXPLAIN_WAITS, Occasion.EXPLAIN_DECIDED})
OF_REQUESTS = tuple(one for one in Occasion if one not in OF_OPENINGS | OF_EXPLANATIONS)

# What somebody who has chosen nothing gets. An arrival calls only for the classes
# where a late answer hurts: whoever is called for everything stops listening.
DEFAULT_CHANNELS: dict[Occasion, tuple[Channel, ...]] = {
    Occasion.ARRIVAL: (Channel.APP, Channel.BROWSER),
    Occasion.HALF_TIME: (Channel.APP, Channel.BROWSER),
    Occasion.ESCALATION: (Channel.APP, Channel.BROWSER, Channel.EMAIL),
    Occasion.SECOND_APPROVAL: (Channel.APP, Channel.BROWSER),
    Occasion.WOKE: (Channel.APP, Channel.BROWSER),
    Occasion.UNCERTAIN: (Channel.APP,),
    # Half an hour is soon over, and who is on duty may not have the page open.
    Occasion.GLASS_BROKEN: (Channel.APP, Channel.BROWSER, Channel.EMAIL),
    Occasion.GLASS_ANSWERED: (Channel.APP, Channel.BROWSER),
    Occasion.GLASS_ENDED: (Channel.APP,),
    # A customer waits for it.
    Occasion.EXPLAIN_WAITS: (Channel.APP, Channel.BROWSER),
    Occasion.EXPLAIN_DECIDED: (Channel.APP, Channel.BROWSER),
}
DEFAULT_ARRIVAL_CLASSES = ("destructive", "broadcast", "access")

# Failed calls are tried again after 1, 2, 4, … minutes, this often.
MOST_ATTEMPTS = 6


def is_quiet(at: time, start: time | None, end: time | None) -> bool:
    """Whether a wall-clock time lies in quiet hours, which may span midnight."""
    if start is None or end is None or start == end:
        return False
    if start < end:
        return start <= at < end
    return at >= start or at < end


def call_at(
    now: datetime, zone: str, start: time | None, end: time | None, *, urgent: bool
) -> datetime:
    """Return when a person may be called: at once, or when their quiet hours end.

    `zone` is the person's time zone; an urgent call (an escalation) does not wait.
    """
    here = now.astimezone(ZoneInfo(zone))
    if urgent or not is_quiet(here.time(), start, end) or end is None:
        return now
    wake = here.replace(
        hour=end.hour, minute=end.minute, second=end.second, microsecond=0
    )
    return wake if wake > here else wake + timedelta(days=1)


def next_attempt(now: datetime, attempts: int) -> datetime | None:
    """Return when to try again after `attempts` failures; None: give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + timedelta(minutes=2 ** (attempts - 1))
