"""Forms of whoever leads a queue."""

from __future__ import annotations

from typing import Any

from django import forms

from queues.models import Queue
from reviewapp.core.models import User
from reviewapp.core.permissions import ROLE_RIGHTS, Right

_REVIEWING = [
    role for role, rights in ROLE_RIGHTS.items() if Right.REQUEST_DECIDE in rights
]


class OpenQueueForm(forms.Form):
    name = forms.CharField(max_length=80)
    slug = forms.SlugField(
        max_length=50, label="Address", help_text="Agents name the queue by it."
    )
    description = forms.CharField(max_length=300, required=False)


class QueueForm(forms.Form):
    name = forms.CharField(max_length=80)
    description = forms.CharField(max_length=300, required=False)
    max_pending = forms.IntegerField(
        min_value=1,
        max_value=1_000_000,
        label="Most that may wait",
        help_text="Beyond it agents are told to come back later; nothing is queued.",
    )
    mean_review_s = forms.IntegerField(
        min_value=1,
        max_value=86_400,
        label="Seconds a review takes",
        help_text="Tells agents how long they may have to wait.",
    )
    objective = forms.IntegerField(
        min_value=1,
        max_value=99,
        label="Decided in time, in 100",
        help_text="The queue's objective: its health says how many reviewers it takes.",
    )


class MemberForm(forms.Form):
    """Somebody who may decide, and is not in the queue yet."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(),
        empty_label="Choose…",
        help_text="People with the role reviewer or queue lead who are not in it yet; "
        "an administrator gives out roles.",
    )

    def __init__(self, *args: Any, queue: Queue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True, role_grants__role__in=_REVIEWING)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  narrows the type
        field.queryset = (
            people.exclude(memberships__queue=queue).distinct().order_by("name")
        )


class ShiftForm(forms.Form):
    person = forms.ModelChoiceField(queryset=User.objects.none(), empty_label="Choose…")
    level = forms.IntegerField(
        min_value=1, max_value=9, initial=1, help_text="1 is called first."
    )
    starts_at = forms.DateTimeField(
        label="From", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label="To", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    def __init__(self, *args: Any, queue: Queue, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  narrows the type
        field.queryset = queue.members.filter(is_active=True).order_by("name")
