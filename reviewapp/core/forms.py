"""Forms about people. They check shape; services check what may be done."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms

from reviewapp.core.models import RoleGrant, User
from reviewapp.core.permissions import Role


class RolesField(forms.TypedMultipleChoiceField):
    """Any number of roles, as a set of `Role`."""

    def __init__(self) -> None:
        super().__init__(
            choices=RoleGrant.RoleName.choices,
            coerce=Role,
            required=False,
            label="What they may do",
            widget=forms.CheckboxSelectMultiple,
            help_text="A person may hold several. Without one they may only sign in.",
        )


class AddPersonForm(forms.Form):
    email = forms.EmailField(max_length=254, label="E-mail address")
    name = forms.CharField(max_length=120, required=False)
    roles = RolesField()
    by_mail = forms.BooleanField(
        required=False,
        label="Send the invitation by e-mail",
        help_text="Otherwise its address is shown to you once, to hand over yourself.",
    )


class RolesForm(forms.Form):
    roles = RolesField()


class ProfileForm(forms.Form):
    name = forms.CharField(max_length=120, required=False)
    time_zone = forms.ChoiceField(help_text="Times are shown as your clock shows them.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Read from the system's table when shown, not when this module is imported.
        zones = sorted(zoneinfo.available_timezones())
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, person: User) -> ProfileForm:
        return cls(initial={"name": person.name, "time_zone": person.time_zone})


class PeopleFilter(forms.Form):
    q = forms.CharField(max_length=120, required=False, label="Name or address")
