"""Forms of prices. They shape input; services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

_MOST = 1_000_000


class _Dollars(forms.DecimalField):
    def __init__(
        self, label: str, *, required: bool = True, help_text: str = ""
    ) -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            min_value=0,
            max_value=_MOST,
            decimal_places=4,
        )


class _From(forms.DateField):
    def __init__(self) -> None:
        super().__init__(
            label="From",
            initial=lambda: timezone.now().date(),
            widget=forms.DateInput(attrs={"type": "date"}),
        )


class ModelPriceForm(forms.Form):
    """Dollars per million tokens."""

    pattern = forms.CharField(
        max_length=200,
        label="Model",
        help_text="As provider/model; * stands for any letters: anthropic/claude-*.",
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    input = _Dollars("Input, $ per million tokens")
    output = _Dollars("Output, $ per million tokens")
    cache_read = _Dollars(
        "Read from cache", required=False, help_text="Empty: as input."
    )
    cache_write = _Dollars(
        "Written to cache", required=False, help_text="Empty: as input."
    )
    reasoning = _Dollars("Reasoning", required=False, help_text="Empty: as output.")
    from_date = _From()

    @property
    # Any: cleaned values, by field.
    def tokens(self) -> dict[str, Any]:
        names = ("input", "output", "cache_read", "cache_write", "reasoning")
        return {name: self.cleaned_data[name] for name in names}


class StoragePriceForm(forms.Form):
    usd_per_gb_month = _Dollars("$ per gigabyte and month")
    from_date = _From()
