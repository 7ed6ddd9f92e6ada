"""Forms about being called."""

from __future__ import annotations

from typing import Any

from django import forms

from queues.models import Queue
from queues.risk import RiskClass
from reviewapp.core.models import User
from reviewapp.notifications.models import Reach, Wish
from reviewapp.notifications.rules import (
    DEFAULT_ARRIVAL_CLASSES,
    DEFAULT_CHANNELS,
    OF_REQUESTS,
    Channel,
    Occasion,
)


class ReachForm(forms.Form):
    """Quiet hours, in the person's own zone, and a messenger."""

    quiet_from = forms.TimeField(
        label="Quiet from",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="No mail or messenger between these times. Escalations still come.",
    )
    quiet_to = forms.TimeField(
        label="Quiet to",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    apprise_url = forms.CharField(
        label="Messenger address",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="An Apprise address, such as ntfys://topic or mailtos://… It is kept "
        "encrypted and never shown again; leave it empty to keep what is there.",
    )
    forget_apprise = forms.BooleanField(
        label="Forget the messenger address", required=False
    )

    @classmethod
    def of(cls, reach: Reach | None, data: Any = None) -> ReachForm:
        if reach is None:
            return cls(data)
        initial = {"quiet_from": reach.quiet_from, "quiet_to": reach.quiet_to}
        return cls(data, initial=initial)


class WishForm(forms.Form):
    """How to be called for one occasion in one queue."""

    channels = forms.MultipleChoiceField(
        label="Call me by",
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    risk_classes = forms.MultipleChoiceField(
        label="For these risk classes",
        choices=RiskClass.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Whoever is called for everything stops listening.",
    )

    def __init__(self, occasion: Occasion, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.occasion = occasion
        if occasion != Occasion.ARRIVAL:
            del self.fields["risk_classes"]


def wish_forms(person: User, queue: Queue, data: Any = None) -> list[WishForm]:
    """One form per occasion, filled with what holds now: the wish or the default."""
    wishes = {
        wish.occasion: wish for wish in Wish.objects.filter(person=person, queue=queue)
    }
    return [
        WishForm(
            occasion,
            data,
            prefix=occasion.value,
            initial=_holding(wishes.get(occasion), occasion),
        )
        for occasion in OF_REQUESTS
    ]


def _holding(wish: Wish | None, occasion: Occasion) -> dict[str, Any]:
    if wish is not None:
        return {"channels": wish.channels, "risk_classes": wish.risk_classes}
    return {
        "channels": list(DEFAULT_CHANNELS[occasion]),
        "risk_classes": list(DEFAULT_ARRIVAL_CLASSES),
    }
