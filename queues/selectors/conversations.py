"""What else was asked in the same conversation, in the order in which it was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from queues.models import ActionRequest
from queues.submissions import Headline
from reviewapp.core.models import User

_MOST = 30


@dataclass(frozen=True, slots=True)
class Sibling:
    """One request of the conversation; `is_this` on the card it stands on."""

    id: UUID
    summary: str
    system: str
    status: str
    created_at: datetime
    is_this: bool
    has_words: bool

    @property
    def url(self) -> str:
        return reverse("request", args=[self.id])


@dataclass(frozen=True, slots=True)
class Conversation:
    """The requests of a conversation, as far as the reader may see them."""

    lines: Sequence[Sibling]

    @property
    def others(self) -> Sequence[Sibling]:
        return [line for line in self.lines if not line.is_this]

    @property
    def place(self) -> int:
        """Where this request stands among them; 0 for one beyond those listed."""
        places = (at for at, line in enumerate(self.lines, start=1) if line.is_this)
        return next(places, 0)

    @property
    def place_words(self) -> str:
        if not self.others:
            return ""
        more = " or more" if len(self.lines) == _MOST else ""
        return f"{self.place or 'beyond'} of {len(self.lines)}{more}"


def asked_together(ask: ActionRequest, person: User) -> list[ActionRequest]:
    """Return the requests of a conversation that the person may see, oldest first."""
    if not ask.conversation_digest:
        return []
    together = ActionRequest.objects.visible_to(person).filter(
        conversation_digest=ask.conversation_digest
    )
    return list(
        together.select_related("system")
        .defer("contents_sealed")
        .order_by("created_at", "id")[:_MOST]
    )


def conversation_of(
    ask: ActionRequest,
    together: Sequence[ActionRequest],
    headlines: Mapping[UUID, Headline],
) -> Conversation:
    """Return the lines of `asked_together`, in words where the reader may read them."""
    return Conversation([_line(one, ask, headlines.get(one.pk)) for one in together])


def _line(one: ActionRequest, ask: ActionRequest, headline: Headline | None) -> Sibling:
    return Sibling(
        id=one.pk,
        summary=headline.summary if headline else one.tool,
        system=str(one.system) if one.system_id != ask.system_id else "",
        status=one.status,
        created_at=one.created_at,
        is_this=one.pk == ask.pk,
        has_words=headline is not None,
    )
