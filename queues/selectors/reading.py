"""Which words of requests a person may read, opened in bulk.

Words are for people who may decide in the request's queue. Everybody else who sees the
request sees its shape: tool, class, times and figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from queues.effective import open_headline
from queues.models import ActionRequest
from queues.submissions import Contents, Headline
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from reviewapp.core.words import Keyring

_MAIN_ARGUMENTS = 3
_LONGEST_ARGUMENT = 60


def queues_read_by(person: User) -> frozenset[int]:
    """Return the ids of the queues whose requests the person may read in clear."""
    if not person.has_right(Right.REQUEST_DECIDE):
        return frozenset()
    # All of them, so that a door that asks for them too can ask once (prefetch).
    return frozenset(queue.pk for queue in person.queues.all())


def open_headlines(
    asks: Sequence[ActionRequest], readable: frozenset[int]
) -> dict[UUID, Headline]:
    """Open what lists show, with one query for the keys and at most one for contents.

    A request that is not readable, or whose words were erased, is absent. Where the
    agent gave no summary, one is made of the tool and its main arguments.
    """
    open_to = [ask for ask in asks if ask.queue_id in readable]
    if not open_to:
        return {}
    keyring = Keyring.of(ask.pk for ask in open_to)
    found = {
        ask.pk: open_headline(ask, keyring) for ask in open_to if keyring.has(ask.pk)
    }
    return found | _make_summaries(found, {ask.pk: ask.tool for ask in asks}, keyring)


def _make_summaries(
    found: Mapping[UUID, Headline], tools: Mapping[UUID, str], keyring: Keyring
) -> dict[UUID, Headline]:
    silent = [pk for pk, headline in found.items() if not headline.summary]
    if not silent:
        return {}
    sealed = ActionRequest.objects.filter(pk__in=silent).values_list(
        "pk", "contents_sealed"
    )
    made = {}
    for pk, contents in sealed:
        arguments = Contents(**keyring.open(pk, Contents.LABEL, contents)).arguments
        words = found[pk].as_json() | {"summary": summary_of(tools[pk], arguments)}
        made[pk] = Headline(**words)
    return made


# Any: arguments are the agent's own JSON.
def summary_of(tool: str, arguments: Mapping[str, Any]) -> str:
    """Return "refund: amount 90, order A-1": the tool and its first plain arguments."""
    plain = [
        f"{name} {str(value)[:_LONGEST_ARGUMENT]}"
        for name, value in arguments.items()
        if isinstance(value, str | int | float) and str(value).strip()
    ]
    more = ", …" if len(arguments) > _MAIN_ARGUMENTS else ""
    return f"{tool}: {', '.join(plain[:_MAIN_ARGUMENTS])}{more}" if plain else tool
