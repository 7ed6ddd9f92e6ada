"""One request: its card, and what changed about it while it was open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from queues.forms import NoteForm
from queues.models import ActionRequest
from queues.narrowing import Narrowing
from queues.selectors.afterwards import Afterwards, afterwards_of
from queues.selectors.cards import find_card
from queues.selectors.histories import changes_since_seen
from queues.selectors.standing import standing_of
from queues.services.openings import open_request
from queues.views.banners import told
from queues.views.bars import bar_of
from queues.views.finding import find_ask, person_of
from reviewapp.core.access import access
from reviewapp.core.http import actor_of, render_page
from reviewapp.core.permissions import Right

THEN_NEXT = "then_next"


@dataclass(frozen=True, slots=True)
class Refused:
    """What a reviewer had written when their verdict could not be taken."""

    errors: Mapping[str, Sequence[str]]
    comment: str = ""
    reason_code: str = ""
    arguments_text: str = ""


@access(Right.REQUEST_SEE)
@require_safe
@never_cache
def show_request(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Show the card. The reading is in the log before a word of it leaves."""
    context = card_context(request, find_ask(request, ask_id))
    return render_page(request, "queues/request.html", context)


# Any: a template's context.
def card_context(
    request: HttpRequest, ask: ActionRequest, refused: Refused | None = None
) -> dict[str, Any]:
    """Return what the card's template needs, and record that it is being read."""
    person, now = person_of(request), timezone.now()
    card = find_card(ask, person=person, now=now)
    if card.words is not None:
        open_request(ask, actor=actor_of(request), beside=card.read_beside)
    standing = standing_of(
        ask,
        person=person,
        has_spoken=card.has_spoken,
        reads=card.words is not None,
        now=now,
    )
    kept = refused or Refused({})
    bar = bar_of(
        card,
        standing,
        now=now,
        within=Narrowing.of(request.GET),
        then_next=request.session.get(THEN_NEXT, True),
        comment=kept.comment,
        reason_code=kept.reason_code,
        errors=kept.errors,
    )
    after: Afterwards = afterwards_of(card, person)
    as_asked = card.words.arguments_text if card.words else ""
    # Browsers send line breaks as CR LF, whatever the text had.
    edited = kept.arguments_text.replace("\r\n", "\n")
    return {
        "card": card,
        "ask": ask,
        "within": Narrowing.of(request.GET),
        "messages": told(request),
        "standing": standing,
        "bar": bar,
        "after": after,
        "note_form": NoteForm(),
        "edit_error": " ".join(kept.errors.get("arguments", ())),
        "arguments_text": as_asked,
        "edited_text": "" if edited == as_asked else edited,
    }


@access(Right.REQUEST_SEE)
@require_safe
@never_cache
def show_news(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """What became of a card since it was drawn: no words, so no reading to record."""
    ask, person = find_ask(request, ask_id), person_of(request)
    seen = _seen_version(request)
    context = {
        "ask": ask,
        "has_changed": seen != ask.version,
        "was": request.GET.get("status", ""),
        "held_by_other": ask.holder is not None and ask.holder != person,
        "was_held": request.GET.get("held", ""),
        "within": Narrowing.of(request.GET),
        "changes": changes_since_seen(ask, person=person, version=seen),
    }
    return render(request, "queues/_news.html", context)


def _seen_version(request: HttpRequest) -> int:
    text = request.GET.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0
