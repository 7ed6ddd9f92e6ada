"""Prices, as dated rows, and the readings that the costs page is made of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from systems.models import System
from traces.models.retention import never_changed
from traces.retention import Kept


class ModelPrice(models.Model):
    """What a model's tokens cost from a day on, in dollars per million.

    `pattern` fits "provider/model", with * for any letters. A new price is a new row.
    """

    pattern = models.CharField(max_length=200)
    input = models.DecimalField(max_digits=12, decimal_places=4)
    output = models.DecimalField(max_digits=12, decimal_places=4)
    cache_read = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    cache_write = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    reasoning = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    from_date = models.DateField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["pattern", "-from_date", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pattern", "from_date"], name="one_price_per_pattern_and_day"
            ),
            models.CheckConstraint(
                name="price_is_not_negative", condition=Q(input__gte=0, output__gte=0)
            ),
        ]
        triggers = never_changed("model_price")

    def __str__(self) -> str:
        return f"{self.pattern} from {self.from_date}"


class StoragePrice(models.Model):
    """What a gigabyte costs a month, from a day on, in dollars."""

    usd_per_gb_month = models.DecimalField(max_digits=12, decimal_places=4)
    from_date = models.DateField(unique=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-from_date"]
        constraints = [
            models.CheckConstraint(
                name="storage_price_is_not_negative",
                condition=Q(usd_per_gb_month__gte=0),
            ),
        ]
        triggers = never_changed("storage_price")

    def __str__(self) -> str:
        return f"{self.usd_per_gb_month} from {self.from_date}"


class StorageReading(models.Model):
    """How many bytes of a kind a system had in store at the end of a day."""

    day = models.DateField()
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kept.choices)
    size = models.BigIntegerField()
    rows = models.BigIntegerField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Also serves the page: the readings of some days.
            models.UniqueConstraint(
                fields=["day", "system", "kind"], name="one_storage_reading_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.day}: {self.size}"


class SpendReading(models.Model):
    """The tokens that the runs of a system which began on a day used of one model."""

    day = models.DateField()
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    model = models.CharField(max_length=200, help_text="provider/model")
    runs = models.BigIntegerField()
    input = models.BigIntegerField()
    output = models.BigIntegerField()
    cache_read = models.BigIntegerField()
    cache_write = models.BigIntegerField()
    reasoning = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "system", "model"], name="one_spend_reading_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model} on {self.day}"


class Stratum(models.TextChoices):
    """Why a run keeps its words; the first that fits, in this order."""

    FINDING = "finding", "A finding"
    ERROR = "error", "An error"
    FEEDBACK = "feedback", "Feedback"
    REQUEST = "request", "A request"
    ASKED = "asked", "An incident, or asked for"
    ORDINARY = "ordinary", "Ordinary"


class RunReading(models.Model):
    """The runs of a system that began on a day, by stratum, and how many keep words.

    `told_usd` is what their agents said they cost; null where none did.
    """

    day = models.DateField()
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    stratum = models.CharField(max_length=8, choices=Stratum.choices)
    runs = models.BigIntegerField()
    kept = models.BigIntegerField()
    told_usd = models.DecimalField(max_digits=20, decimal_places=6, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "system", "stratum"], name="one_run_reading_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stratum} on {self.day}: {self.kept} of {self.runs}"
