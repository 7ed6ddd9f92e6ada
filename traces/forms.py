"""Forms of the pages of traces: they shape input; services and selectors judge it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from reviewapp.core.look.vocabulary import RUN_STATES, STOPS, TIERS
from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from systems.models import System
from traces.abouts import About
from traces.models import State
from traces.selectors.lists import ListFilter, Sample
from traces.services.raises import LONGEST_REFERENCE
from traces.tiers import RaiseKind, lifts

LONGEST_LOOKED_UP = 500
_ANY = [("", "Any")]
# Long enough to drift: story of an agent careful at turn 20 and reckless at 50.
_SAMPLES = [("", "All of them"), ("5", "5 at random"), ("20", "20 at random")]
_TURNS = [("", "Any"), ("10", "10 or more"), ("25", "25 or more"), ("50", "50 or more")]


class TraceFilter(forms.Form):
    """What the list shows. People share addresses, so junk is simply ignored."""

    # Digests of a reference: the reference itself is posted to Find.
    about = forms.CharField(required=False, widget=forms.HiddenInput())
    system = forms.ChoiceField(required=False)
    state = forms.ChoiceField(
        choices=[*_ANY, *((k, look.word) for k, look in RUN_STATES.items())],
        required=False,
    )
    stop = forms.ChoiceField(
        label="Ended",
        choices=[*_ANY, *((k, look.word) for k, look in STOPS.items())],
        required=False,
    )
    turns = forms.ChoiceField(choices=_TURNS, required=False)
    since = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    request = forms.UUIDField(
        required=False, widget=forms.TextInput(attrs={"placeholder": "its id"})
    )
    trace = forms.UUIDField(
        label="Trace id",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "32 hex digits"}),
    )
    failing = forms.BooleanField(label="With errors", required=False)
    sample = forms.ChoiceField(label="Show", choices=_SAMPLES, required=False)
    # Which sample it is: put into the address, so that others see the same one.
    draw = forms.RegexField(r"^[0-9a-f]{8}$", required=False)

    # What few ask for stands in a fold.
    SELDOM = ("since", "until", "request", "trace", "failing", "sample")

    def __init__(self, data: QueryDict, *, person: User) -> None:
        super().__init__(data)
        systems = System.objects.values_list("slug", "name")
        field = self.fields["system"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  narrows the type
        field.choices = [*_ANY, *systems]
        if not person.has_right(Right.TRACE_FIND):
            del self.fields["about"]

    @property
    def often(self) -> list[forms.BoundField]:
        seldom = (*self.SELDOM, "draw")
        return [field for field in self if field.name not in seldom]

    @property
    def seldom(self) -> list[forms.BoundField]:
        return [field for field in self if field.name in self.SELDOM]

    @property
    def is_seldom_used(self) -> bool:
        self.is_valid()
        return any(self.cleaned_data.get(name) for name in self.SELDOM)

    def wanted(self) -> ListFilter:
        """Return what the address asks for; what makes no sense asks for nothing."""
        self.is_valid()
        # Any: each field has a type of its own.
        given: dict[str, Any] = self.cleaned_data
        since: datetime | None = given.get("since")
        request: UUID | None = given.get("request")
        return ListFilter(
            system=given.get("system", ""),
            about=About.in_address(given.get("about", "")),
            trace_id=given.get("trace"),
            request=request,
            since=since,
            until=given.get("until"),
            stop_class=given.get("stop", ""),
            state=State(given["state"]) if given.get("state") else None,
            with_errors=given.get("failing", False),
            turns=int(given.get("turns") or 0),
        )

    def sampled(self) -> Sample | None:
        """Return how many to draw, if any; its draw is empty where none was made."""
        self.is_valid()
        size = int(self.cleaned_data.get("sample") or 0)
        return Sample(size, self.cleaned_data.get("draw", "")) if size else None

    @property
    def is_narrow(self) -> bool:
        self.is_valid()
        return any(self.cleaned_data.values())


class FindForm(forms.Form):
    """A help desk's reference, and the ticket or case it is asked for."""

    ref = forms.CharField(
        label="Customer or conversation",
        max_length=LONGEST_LOOKED_UP,
        help_text="The whole of it, as the agent's own systems have it: a customer's"
        " number or e-mail address, or a conversation's id. Numbers of orders,"
        " invoices or tickets find nothing.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    support_ref = forms.CharField(
        label="Your ticket or case",
        max_length=LONGEST_REFERENCE,
        required=False,
        help_text="Opens the reasoning, masked, for 8 hours. That is listed with your"
        " name, and reviewed.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: QueryDict | None = None, *, person: User) -> None:
        super().__init__(data)
        if not lifts(RaiseKind.REFERENCE, person.roles):
            # Nobody is asked for a ticket that gives them nothing.
            del self.fields["support_ref"]


class ReferenceForm(forms.Form):
    """A ticket or case that a support agent names for the trace they look at."""

    support_ref = forms.CharField(
        label="Ticket or case",
        max_length=LONGEST_REFERENCE,
        widget=forms.TextInput(attrs={"placeholder": "e.g. T-4711"}),
    )


class LabelForm(forms.Form):
    """The cap of one trace."""

    tier = forms.TypedChoiceField(
        label="Nobody reads beyond",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "No cap"), *((k, look.word) for k, look in TIERS.items())],
    )


class ExplanationForm(forms.Form):
    """The text of an explanation, and the version that it was typed over.

    How long it is judges the service: here each end of a line counts twice.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="What the customer is told",
        widget=forms.Textarea(attrs={"rows": 26}),
    )


class SendBackForm(forms.Form):
    """What is to be changed before an explanation is released."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label="What is to be changed",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
