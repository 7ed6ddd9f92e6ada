"""The form of a thumb."""

from __future__ import annotations

from django import forms

from traces.judging import BAD, GOOD, LONGEST_COMMENT


class FeedbackForm(forms.Form):
    label = forms.ChoiceField(
        choices=[(GOOD, "It went well"), (BAD, "It went badly")],
        error_messages={"required": "Say whether it went well or badly."},
    )
    comment = forms.CharField(
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kept with the run, and read by who may read its dialogue.",
    )
