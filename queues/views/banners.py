"""What the last act did, said on the page that it leads to.

A message waits in a cookie, which holds no words: it names the request by its tool.
The page that shows it opens the request's headline for those who may read it. One that
missed its page, because somebody closed the tab, says nothing on a later one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from queues.models import ActionRequest
from queues.selectors.reading import open_headlines, queues_read_by
from queues.services.openings import list_words
from queues.views.finding import person_of
from reviewapp.core.http import actor_of, is_fragment
from reviewapp.core.templatetags.ui import visible

_REVOKE = 'Until the agent uses it you can <a href="{url}#afterwards">revoke it</a>.'
_SENTENCES = {
    "approve": 'Approved <a href="{url}">{name}</a>. ' + _REVOKE,
    "edit": 'Approved <a href="{url}">{name}</a>, edited. ' + _REVOKE,
    "approve_first": 'Approved <a href="{url}">{name}</a>: somebody else must approve '
    "it too.",
    "edit_first": 'Approved <a href="{url}">{name}</a>, edited: somebody else must '
    "approve it too.",
    "reject": 'Rejected <a href="{url}">{name}</a>.',
    "answer": 'Answered <a href="{url}">{name}</a>.',
    "defer": 'Put off <a href="{url}">{name}</a>; it comes back at {detail}.',
    "escalate": 'Handed <a href="{url}">{name}</a> up, to the front of the queue.',
    "release": 'Gave <a href="{url}">{name}</a> back to the queue.',
}
_SHOWN_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Act:
    """What was done to which request and when; `detail` is told in the sentence."""

    did: str
    ask_id: UUID
    at: datetime
    detail: str

    @classmethod
    def parse(cls, tags: str) -> Self | None:
        """Read the tags of a message; None for one that tells of no request."""
        did, *rest = tags.split("|")
        if did not in _SENTENCES:
            return None
        ask_id, at, detail = rest
        return cls(did, UUID(ask_id), datetime.fromisoformat(at), detail)

    @property
    def tags(self) -> str:
        return f"{self.did}|{self.ask_id}|{self.at.isoformat()}|{self.detail}"

    def sentence(self, name: str) -> SafeString:
        return format_html(
            _SENTENCES[self.did],
            url=reverse("request", args=[self.ask_id]),
            name=visible(name),
            detail=self.detail,
        )


def tell(request: HttpRequest, ask: ActionRequest, did: str, detail: str = "") -> None:
    """Leave word of an act for the next page. `did` is a key of the sentences."""
    act = _Act(did, ask.pk, timezone.now(), detail)
    messages.success(request, act.sentence(ask.tool), extra_tags=act.tags)


def told(request: HttpRequest) -> list[Message]:
    """Return what is to be said on this page, each request by its own name.

    Fragments have no place for it, and leave it for the page.
    """
    if is_fragment(request):
        return []
    waiting = list(messages.get_messages(request))
    acts = [_Act.parse(message.extra_tags or "") for message in waiting]
    names = _names_of(request, {act.ask_id for act in acts if act})
    since = timezone.now() - _SHOWN_WITHIN
    return [
        Message(message.level, act.sentence(names[act.ask_id]))
        if act and act.ask_id in names
        else message
        for message, act in zip(waiting, acts, strict=True)
        if act is None or act.at > since
    ]


def _names_of(request: HttpRequest, ids: set[UUID]) -> dict[UUID, str]:
    """Open the headlines of those that the person may read, and record it."""
    if not ids:
        return {}
    person = person_of(request)
    asks = ActionRequest.objects.visible_to(person).filter(pk__in=ids)
    headlines = open_headlines(list(asks), queues_read_by(person))
    list_words(headlines, page="banner", person=person, actor=actor_of(request))
    return {pk: headline.summary for pk, headline in headlines.items()}
