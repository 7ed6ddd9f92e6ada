"""What a call says: which request, until when, and where to decide. Nothing to click.

A decision is never made in a mail or a chat, so a call only links. Its words are the
summary at most, and only for a receiver who may decide the request. An agent wrote it,
or whoever talked it into something: it must not look like ours, nor lead anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from queues.effective import open_headline
from queues.models import ActionRequest
from queues.risk import RiskClass
from reviewapp.core.look.values import unseen_name
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.words import Keyring, WordsGone
from reviewapp.notifications.models import Notice
from reviewapp.notifications.rules import Occasion
from reviewapp.notifications.selectors import run_told, verdicts_told
from traces.models import BreakGlass, Explanation

_WHAT = {
    Occasion.ARRIVAL: "New request",
    Occasion.HALF_TIME: "Half of the time is gone",
    Occasion.ESCALATION: "Escalated to you",
    Occasion.SECOND_APPROVAL: "Your approval is the second",
    Occasion.WOKE: "Back from being put off",
    Occasion.UNCERTAIN: "Effect unknown, to settle",
    Occasion.GLASS_BROKEN: "Break-glass, waits for a second person",
    Occasion.GLASS_ANSWERED: "A second person has answered",
    Occasion.GLASS_ENDED: "An opening is to be reviewed",
    Occasion.EXPLAIN_WAITS: "An explanation waits for release",
    Occasion.EXPLAIN_DECIDED: "Your explanation was decided",
}
_MOST_CHARACTERS = 300
# What mail programs and chats make links of: a scheme, and a dot in a name.
_SCHEME = re.compile(r"(?i)\b(h)tt(ps?)://")
_JOINT = re.compile(r"(?<=\w)\.(?=\w*[^\W\d])")


@dataclass(frozen=True, slots=True)
class Message:
    """A title of one line and a body with the deep link."""

    title: str
    body: str


def message_of(notice: Notice) -> Message:
    """Return the message for the person the notice is for."""
    what = _WHAT[Occasion(notice.occasion)]
    link = settings.PUBLIC_URL + reverse("notice", args=[notice.pk])
    if notice.glass is not None:
        return _of_opening(notice.glass, notice.person, what, link)
    if notice.explanation is not None:
        return _of_explanation(notice, notice.explanation, what, link)
    if notice.ask is None:
        raise ValueError("A notice is about one thing.")
    return _of_request(notice.ask, notice.person, what, link)


def _of_request(ask: ActionRequest, person: User, what: str, link: str) -> Message:
    risk = RiskClass(ask.risk_class).label
    title = f"{what}: {risk.lower()}, {ask.environment}, {ask.system.slug}"
    until = ask.expires_at.astimezone(ZoneInfo(person.time_zone))
    lines = [
        summary_for(ask, person),
        f"Queue {ask.queue.name}; to decide by {until:%a %d %b, %H:%M %Z}.",
        link,
    ]
    return Message(title, "\n\n".join(line for line in lines if line))


def _of_opening(glass: BreakGlass, person: User, what: str, link: str) -> Message:
    """Who, of which system, why and until when; the reference it named stays here."""
    until = glass.until.astimezone(ZoneInfo(person.time_zone))
    lines = [
        f"{harmless(str(glass.person))} reads a trace of {glass.system.slug} beyond"
        f" their tier: {glass.get_reason_display().lower()}.",
        f"Until {until:%a %d %b, %H:%M %Z}.",
        link,
    ]
    return Message(f"{what}: {glass.system.slug}", "\n\n".join(lines))


def _of_explanation(
    notice: Notice, explanation: Explanation, what: str, link: str
) -> Message:
    """Who wrote it, of which run, and how it stands; none of its words."""
    system = explanation.trace.system.slug
    if verdict := verdicts_told([notice]).get(notice.event_id):
        what = f"Your explanation: {verdict.lower()}"
    run = run_told(explanation, notice.person)
    body = f"By {harmless(str(explanation.author))}, of {harmless(run)}."
    stands = f"It is now: {explanation.get_state_display().lower()}."
    return Message(f"{what}: {system}", "\n\n".join([body, stands, link]))


def summary_for(ask: ActionRequest, person: User) -> str:
    """The summary, for who may decide the request; else the tool alone."""
    summary = _summary(ask) if _may_read(person, ask) else ""
    if summary:
        return f"The agent says: “{harmless(summary)}”"
    return f"Tool: {harmless(ask.tool)}"


def _may_read(person: User, ask: ActionRequest) -> bool:
    member = ask.queue.members.filter(pk=person.pk).exists()
    return member and person.has_right(Right.REQUEST_DECIDE)


def _summary(ask: ActionRequest) -> str:
    try:
        return open_headline(ask, Keyring.of([ask.pk])).summary
    except WordsGone:
        return ""


def harmless(text: str) -> str:
    """Return foreign text as one short line that calls, links and hides nothing."""
    line = " ".join(text.split())
    if len(line) > _MOST_CHARACTERS:
        line = line[:_MOST_CHARACTERS] + "…"
    line = "".join(map(_shown, line))
    # Discord and others would call everybody for an @everyone.
    line = _SCHEME.sub(r"\1xx\2://", line).replace("@", "[at]")
    return _JOINT.sub("[.]", line)


def _shown(character: str) -> str:
    return f"[U+{ord(character):04X}]" if unseen_name(character) else character
