"""Forms of the inventory pages. They shape input; services decide.

Django's form classes are generic to the type checker and not at run time: hence the
type-arg marks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import ValidationError

from reviewapp.core.look.vocabulary import look_of
from reviewapp.core.models import User
from reviewapp.core.problems import Problem
from reviewapp.core.strict_json import read_json
from systems.models import (
    Credential,
    Effect,
    Environment,
    Key,
    Lifecycle,
    Reversibility,
    Scope,
    System,
    Tool,
)
from systems.models.systems import check_host

_FOR_GOOD = 0
_IN_SERVICE = [choice for choice in Lifecycle.choices if choice[0] != Lifecycle.RETIRED]


def _choices(kind: str, values: Sequence[str]) -> list[tuple[str, str]]:
    """Return choices in the words that the same values have on every page."""
    looks = [(value, look_of(kind, value)) for value in values]
    described = [(value, f"{look.word}: {look.meaning}") for value, look in looks]
    return [("", "Choose…"), *described]


class PersonChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People who can still sign in, by name."""

    def __init__(self, **kwargs: Any) -> None:
        people = User.objects.filter(is_active=True).order_by("name", "email")
        super().__init__(people, required=False, empty_label="Nobody yet", **kwargs)


class SchemaField(forms.CharField):
    """A JSON Schema as text; empty is none."""

    widget = forms.Textarea(attrs={"class": "code", "rows": 8, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, indent=2, ensure_ascii=False)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_json(text.encode())
        except Problem as problem:
            raise ValidationError(problem.detail) from problem


class HostsField(SimpleArrayField):
    """Hosts, one on each line."""

    widget = forms.Textarea(attrs={"class": "code", "rows": 3})

    def __init__(self, **kwargs: Any) -> None:
        host = forms.CharField(max_length=253, validators=[check_host])
        super().__init__(host, delimiter="\n", required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python("\n".join(str(value or "").split()))


class SystemFilter(forms.Form):
    """The list's filter; it lives in the address."""

    q = forms.CharField(label="Find", max_length=120, required=False)
    environment = forms.ChoiceField(
        choices=[("", "Any"), *Environment.choices], required=False
    )
    state = forms.ChoiceField(
        choices=[("", "In service"), *Lifecycle.choices, ("all", "All")],
        required=False,
    )


class SystemForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the inventory says of a system; the slug is given once, at registration."""

    process_owner = PersonChoiceField(
        help_text="Who answers for the process that this system works in."
    )
    lifecycle = forms.ChoiceField(choices=_IN_SERVICE)
    allow_callback_hosts = HostsField(
        label="Callback hosts",
        help_text="Hosts that decisions may be sent to, one on each line.",
    )

    class Meta:
        model = System
        fields: tuple[str, ...] = (
            "name",
            "purpose",
            "process_owner",
            "vendor",
            "environment",
            "lifecycle",
            "autonomy",
            "allow_callback_hosts",
            "body_limit_bytes",
            "arguments_limit_bytes",
        )
        labels = {
            "body_limit_bytes": "Limit of a request body, in bytes",
            "arguments_limit_bytes": "Limit of the arguments, in bytes",
        }
        help_texts = {
            "purpose": "What it is for, in a sentence that its owner would sign.",
            "body_limit_bytes": "Empty: 1 MiB.",
            "arguments_limit_bytes": "Empty: 256 KiB.",
        }
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}


class WordsForm(forms.Form):
    """The cap on who reads the words of a system's traces."""

    tier = forms.TypedChoiceField(
        label="Nobody reads beyond",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "No cap: roles decide"), *_choices("tier", list("01234"))[1:]],
    )


class RegistrationForm(SystemForm):
    slug = forms.SlugField(
        max_length=60,
        help_text="Short name for addresses and commands; it never changes.",
    )
    field_order = ("name", "slug")

    class Meta(SystemForm.Meta):
        fields: tuple[str, ...] = ("slug", *SystemForm.Meta.fields)


class ToolForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a tool does: whoever saves this form vouches for it."""

    effect = forms.ChoiceField(choices=_choices("effect", Effect.values))
    reversibility = forms.ChoiceField(
        choices=_choices("reversibility", Reversibility.values)
    )
    owner = PersonChoiceField()
    schema = SchemaField(
        label="Arguments as JSON Schema",
        required=False,
        help_text="As the model sees it. Edited arguments are held to it.",
    )

    class Meta:
        model = Tool
        fields: tuple[str, ...] = (
            "effect",
            "reversibility",
            "category",
            "freshness_limit_s",
            "description",
            "owner",
            "schema",
        )
        labels = {"category": "Touches", "freshness_limit_s": "Freshness limit, in s"}
        help_texts = {
            "freshness_limit_s": "Older results no longer count as evidence."
            " Empty: no limit.",
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class NewToolForm(ToolForm):
    class Meta(ToolForm.Meta):
        fields: tuple[str, ...] = ("name", *ToolForm.Meta.fields)


class CredentialForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Credential
        fields: tuple[str, ...] = ("name", "environment", "description")
        help_texts = {
            "name": "As the agent names it in its requests. Never the secret itself.",
            "environment": "Where it opens doors.",
        }


class KeyForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        choices=[
            (Scope.REQUESTS, "Requests: ask, hear decisions, heartbeat"),
            (Scope.TRACES, "Traces: send OTLP, import, feedback"),
            (Scope.SIGNALS, "Signals: report what may need a person"),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.REQUESTS, Scope.TRACES],
    )
    days = forms.TypedChoiceField(
        label="Works for",
        coerce=int,
        initial=90,
        choices=[(90, "90 days"), (365, "a year"), (_FOR_GOOD, "ever, until revoked")],
    )

    class Meta:
        model = Key
        fields: tuple[str, ...] = ("label", "scopes")
        help_texts = {"label": "Where the key will live, e.g. “worker pool, eu-1”."}

    def expires_at(self, now: datetime) -> datetime | None:
        days = self.cleaned_data["days"]
        return None if days == _FOR_GOOD else now + timedelta(days=days)


class RotationForm(forms.Form):
    minutes = forms.TypedChoiceField(
        label="The old key works on for",
        coerce=int,
        initial=60,
        choices=[
            (0, "not a moment"),
            (60, "1 hour"),
            (1440, "1 day"),
            (10080, "7 days"),
        ],
    )

    def overlap(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["minutes"])


class DatesForm(forms.Form):
    """Two dates whose manifests are laid side by side."""

    a = forms.DateField(label="On", widget=forms.DateInput(attrs={"type": "date"}))
    b = forms.DateField(label="and on", widget=forms.DateInput(attrs={"type": "date"}))
