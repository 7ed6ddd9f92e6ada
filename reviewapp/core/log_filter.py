"""The Log page's filter: what an auditor may ask, as a form and as a query."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Q

from reviewapp.core.models import User
from reviewapp.core.models.events import Event, EventQuerySet
from reviewapp.core.naming import names_of

_NOTHING = Q(pk=None)


class LogFilter(forms.Form):
    """Each field narrows; links in the rows fill them in."""

    verb = forms.CharField(
        max_length=64,
        required=False,
        label="What happened",
        widget=forms.TextInput(attrs={"placeholder": "request.approved, or request"}),
    )
    who = forms.CharField(
        max_length=254,
        required=False,
        label="Person",
        widget=forms.TextInput(attrs={"placeholder": "e-mail address"}),
    )
    system = forms.CharField(
        max_length=120,
        required=False,
        label="System",
        widget=forms.TextInput(attrs={"placeholder": "its short name"}),
    )
    subject = forms.CharField(
        max_length=97,
        required=False,
        label="On what",
        widget=forms.TextInput(attrs={"placeholder": "id of a request, a key, …"}),
    )
    on_behalf_of = forms.CharField(
        max_length=64,
        required=False,
        label="On behalf of",
        validators=[RegexValidator("^[0-9a-f]{64}$", "Follow the link in a row.")],
        widget=forms.TextInput(attrs={"placeholder": "digest"}),
    )
    since = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = asked.get("since"), asked.get("until")
        if since and until and until <= since:
            raise ValidationError("The end lies before the beginning.")
        return asked

    def chosen(self) -> EventQuerySet:
        """Return the events that fit; none while the filter is not valid."""
        if not self.is_valid():
            return Event.objects.none()
        asked = self.cleaned_data
        return Event.objects.filter(
            _verb(asked["verb"]),
            _person(asked["who"]),
            _system(asked["system"]),
            _subject(asked["subject"]),
            Q(on_behalf_of=asked["on_behalf_of"]) if asked["on_behalf_of"] else Q(),
            _time(asked["since"], asked["until"]),
        )

    def is_filtering(self) -> bool:
        return self.is_valid() and any(self.cleaned_data.values())


def _verb(verb: str) -> Q:
    """A whole verb, or a noun: all that happened to things of that kind."""
    if not verb or "." in verb.rstrip("."):
        return Q(verb=verb) if verb else Q()
    return Q(verb__startswith=verb.rstrip(".") + ".")


def _person(address: str) -> Q:
    if not address:
        return Q()
    person = User.objects.filter(email__iexact=address).first()
    return Q(person_id=person.pk) if person else _NOTHING


def _system(name: str) -> Q:
    if not name:
        return Q()
    system = names_of("system").find(name)
    return Q(system_id=system) if system else _NOTHING


def _subject(subject: str) -> Q:
    """An id alone is looked for under every kind, which the index can still serve."""
    if not subject:
        return Q()
    kind, _, subject_id = subject.rpartition(":")
    kinds = [kind] if kind else _kinds()
    return Q(subject_type__in=kinds, subject_id=_plain_id(subject_id))


def _kinds() -> list[str]:
    return [model._meta.model_name or "" for model in apps.get_models()]


def _plain_id(text: str) -> str:
    """Return an id as the log holds it, however it was pasted."""
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return text.strip()


def _time(since: datetime | None, until: datetime | None) -> Q:
    wanted = Q(at__gte=since) if since else Q()
    return wanted & Q(at__lt=until) if until else wanted
