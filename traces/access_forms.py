"""Forms of break-glass, of who saw what, of retention and of holds.

They shape input; services decide.
"""

from __future__ import annotations

from typing import Any

from django import forms

from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from traces.glass import Reason, Verdict
from traces.models import Preservation
from traces.retention import LONGEST_DAYS, DestroyReason

LONGEST_REFERENCE = 300
_CHOOSE = ("", "Choose…")


class BreakGlassForm(forms.Form):
    reason = forms.ChoiceField(
        label="Why the masked words are not enough",
        choices=[_CHOOSE, *Reason.choices],
    )
    reference = forms.CharField(
        label="Ticket or case",
        max_length=120,
        help_text="Whoever approves and reviews reads it.",
    )
    minutes = forms.TypedChoiceField(
        label="For how long",
        coerce=int,
        choices=[(n, f"{n} minutes") for n in (5, 10, 15, 30)],
        initial=15,
    )


class ReviewForm(forms.Form):
    verdict = forms.ChoiceField(
        label="The opening was",
        choices=Verdict.choices,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was wrong, if something was.",
    )


class SeenForm(forms.Form):
    """By what a run is looked for. References go no further than this post."""

    BY = (
        ("conversation", "Conversation"),
        ("subject", "Person"),
        ("trace", "Trace id"),
    )

    by = forms.ChoiceField(label="Look for", choices=BY)
    reference = forms.CharField(
        label="Reference",
        max_length=LONGEST_REFERENCE,
        widget=forms.TextInput(
            attrs={
                "placeholder": "whole, as the help desk has it",
                "autocomplete": "off",
            }
        ),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not person.has_right(Right.TRACE_FIND):
            # References are words: who may not read them cannot ask by them either.
            self.fields["by"] = forms.ChoiceField(
                label="Look for", choices=[("trace", "Trace id")]
            )
            self.fields["reference"].widget.attrs["placeholder"] = "32 hex digits"


class TicketForm(forms.Form):
    """A ticket or case to be looked up among those that were named."""

    ticket = forms.CharField(
        label="Ticket or case",
        max_length=LONGEST_REFERENCE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RetentionForm(forms.Form):
    days = forms.IntegerField(
        label="Keep for, in days", min_value=1, max_value=LONGEST_DAYS, required=False
    )


class ShareForm(forms.Form):
    percent = forms.FloatField(
        label="Ordinary runs that keep their words, in per cent",
        min_value=0,
        max_value=100,
        help_text="Holds for runs that begin from now on. Runs with an error, a"
        " request, feedback, a finding or an incident keep theirs whatever you set.",
    )


class PreservationForm(forms.Form):
    scope = forms.ChoiceField(
        label="Hold everything of",
        choices=[_CHOOSE, *Preservation.Scope.choices],
    )
    reference = forms.CharField(
        label="Which",
        max_length=LONGEST_REFERENCE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="The trace's id, the reference of the conversation or person, or the"
        " short name of the system.",
    )
    reason = forms.ChoiceField(choices=[_CHOOSE, *Preservation.Reason.choices])
    note = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DestroyForm(forms.Form):
    reason = forms.ChoiceField(choices=[_CHOOSE, *DestroyReason.choices])
