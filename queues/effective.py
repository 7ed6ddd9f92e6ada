"""The words of a request, and what of them would run after the reviewers' edits."""

from __future__ import annotations

from queues.models import ActionRequest, Decision, Verdict
from queues.submissions import Contents, Headline, Json
from reviewapp.core.words import Keyring

DECISION_LABEL = "decision"


def effective_arguments(ask: ActionRequest, keyring: Keyring | None = None) -> Json:
    """Return the arguments that an approval of the request covers now.

    A look-alike runs what its family's first request was approved for.
    """
    holder = ask.grant_holder
    keyring = keyring or Keyring.of([holder.pk])
    return arguments_after(holder, last_edit(holder), keyring)


def arguments_after(
    holder: ActionRequest, edit: Decision | None, keyring: Keyring
) -> Json:
    """Return the arguments as edited, else as asked."""
    if edit is None:
        return open_contents(holder, keyring).arguments
    words: Json = keyring.open(holder.pk, DECISION_LABEL, edit.words_sealed)
    arguments: Json = words["arguments"]
    return arguments


def open_contents(ask: ActionRequest, keyring: Keyring) -> Contents:
    """Return the words of a card. Raises WordsGone once their key is destroyed."""
    return Contents(**keyring.open(ask.pk, Contents.LABEL, ask.contents_sealed))


def open_headline(ask: ActionRequest, keyring: Keyring) -> Headline:
    """Return the words of a row. Raises WordsGone once their key is destroyed."""
    return Headline(**keyring.open(ask.pk, Headline.LABEL, ask.headline_sealed))


def last_edit(ask: ActionRequest) -> Decision | None:
    """The edit that the current round is about, if there was one."""
    return ask.decisions.filter(verdict=Verdict.EDIT).order_by("round").last()
