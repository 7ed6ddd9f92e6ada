"""Home: what waits for me, what is about to run out, what changed since I was here."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from queues.selectors.home import find_home
from queues.views.finding import person_of
from queues.views.listing import note_listed
from reviewapp.core.access import SIGNED_IN, access
from reviewapp.core.http import render_page
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from traces.forms import FindForm

# Coming back within this time is the same visit.
_VISIT = timedelta(minutes=15)
_NOTED_EVERY = timedelta(minutes=1)
_NOW_KEY, _BEFORE_KEY = "home_seen_at", "home_seen_before"


@access(SIGNED_IN)
@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """Show the board by role; who sees no requests is shown where they can go."""
    person, now = person_of(request), timezone.now()
    board = None
    if person.has_right(Right.REQUEST_SEE):
        board = find_home(person, seen_at=_last_visit(request.session, now), now=now)
        note_listed(request, board.rows, page="home")
    context = {"board": board, "finder": _finder(person)}
    return render_page(request, "core/home.html", context, partial="board")


def _finder(person: User) -> FindForm | None:
    """The form of a help desk, for whoever answers customers."""
    answers = person.has_right(Right.EXPLANATION_DRAFT)
    return FindForm(person=person) if answers else None


def _last_visit(session: SessionBase, now: datetime) -> datetime | None:
    """Return when the person was here before this visit, and note that they are.

    An open page asks again and again: only a minute's difference is worth a write.
    """
    seen = session.get(_NOW_KEY)
    away = now - datetime.fromisoformat(seen) if seen else None
    if away is None or away > _VISIT:
        session[_BEFORE_KEY] = seen
    if away is None or away > _NOTED_EVERY:
        session[_NOW_KEY] = now.isoformat()
    before = session.get(_BEFORE_KEY)
    return datetime.fromisoformat(before) if before else None
