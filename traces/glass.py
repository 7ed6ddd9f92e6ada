"""Break-glass: who may ask for it, who approves, how long it lasts. Pure.

Source: docs/access.md. Who breaks the glass reads dialogue and tools of one trace in
clear and its reasoning masked, until a second person approves: then the reasoning too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db.models import TextChoices

from reviewapp.core.permissions import Role

LONGEST: Final = timedelta(minutes=30)
SHORTEST: Final = timedelta(minutes=1)
# Three days leave a week-end between Friday's opening and Monday's review.
REVIEWED_WITHIN: Final = timedelta(days=3)


class Reason(TextChoices):
    """Why the masked words are not enough. A list, so that reasons can be counted."""

    CUSTOMER = "customer", "A customer needs an answer that masked words do not give"
    HARM = "harm", "Somebody is harmed, or about to be"
    SECURITY = "security", "An attack or a leak is suspected"
    FAULT = "fault", "A fault that cannot be found otherwise"
    DATA_SUBJECT = "data_subject", "A person asks what is held about them"
    AUTHORITY = "authority", "A court or an authority asks"


class End(TextChoices):
    """How an opening came to its end."""

    CLOSED = "closed", "Closed by hand"
    LAPSED = "lapsed", "Its time ran out"
    REFUSED = "refused", "Refused by a second person"


class Verdict(TextChoices):
    """What the review found."""

    JUSTIFIED = "justified", "Justified"
    TOO_WIDE = "too_wide", "Justified, but more was opened than needed"
    UNJUSTIFIED = "unjustified", "Not justified"


def lasts(minutes: int) -> timedelta | None:
    """Return how long an opening of so many minutes lasts; None: it may not."""
    asked = timedelta(minutes=minutes)
    return asked if SHORTEST <= asked <= LONGEST else None


def may_approve(approver: Collection[Role], asker: Collection[Role]) -> bool:
    """True if somebody with these roles approves what somebody with those asked.

    A privacy officer approves everybody's, a support lead that of support. That nobody
    approves their own is for the caller to see to, who knows who they are.
    """
    if Role.PRIVACY_OFFICER in approver:
        return True
    return Role.SUPPORT_LEAD in approver and Role.SUPPORT in asker


def review_due(ended_at: datetime) -> datetime:
    """Return until when an opening that has ended is to be reviewed."""
    return ended_at + REVIEWED_WITHIN
