"""The tools a system may call, and what each can do."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models

from reviewapp.core.models import User
from systems.models.systems import System, check_printable


class Effect(models.TextChoices):
    READ = "read", "Reads"
    WRITE = "write", "Writes"
    DESTRUCTIVE = "destructive", "Destroys"
    BROADCAST = "broadcast", "Broadcasts"


class Reversibility(models.TextChoices):
    REVERSIBLE = "reversible", "Reversible"
    COMPENSABLE = "compensable", "Compensable"
    IRREVERSIBLE = "irreversible", "Irreversible"


class Category(models.TextChoices):
    """What a tool touches: money and access are risk classes of their own."""

    DATA = "data", "Data"
    MONEY = "money", "Money"
    ACCESS = "access", "Access"


class Tool(models.Model):
    """One tool of one system.

    A tool first seen in a request is `inferred`: its effect and reversibility are
    unknown (None), and whoever rates a request reads unknown as an irreversible write
    (queues/risk.py). The freshness limit is the age in seconds past which what the
    tool returned no longer counts as evidence; None is no limit of its own.
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="tools")
    name = models.CharField(max_length=200, validators=[check_printable])
    description = models.TextField(
        max_length=4000, validators=[MaxLengthValidator(4000)], blank=True
    )
    effect = models.CharField(
        max_length=12, choices=Effect.choices, null=True, blank=True
    )
    reversibility = models.CharField(
        max_length=12, choices=Reversibility.choices, null=True, blank=True
    )
    category = models.CharField(
        max_length=6, choices=Category.choices, default=Category.DATA
    )
    freshness_limit_s = models.PositiveIntegerField(null=True, blank=True)
    # JSON Schema of the arguments, as the model sees it; the fingerprint is SHA-256
    # over its canonical form, so that two versions can be told apart by a glance.
    schema = models.JSONField(null=True, blank=True)
    schema_fingerprint = models.CharField(max_length=64, blank=True)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    inferred = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "name"], name="one_tool_per_name"
            ),
            models.CheckConstraint(
                name="tool_effect_is_known",
                condition=models.Q(effect=None) | models.Q(effect__in=Effect.values),
            ),
            models.CheckConstraint(
                name="tool_reversibility_is_known",
                condition=models.Q(reversibility=None)
                | models.Q(reversibility__in=Reversibility.values),
            ),
            models.CheckConstraint(
                name="tool_category_is_known",
                condition=models.Q(category__in=Category.values),
            ),
            # Somebody who confirms a tool says what it does.
            models.CheckConstraint(
                name="confirmed_tool_has_effect",
                condition=models.Q(inferred=True)
                | models.Q(effect__isnull=False, reversibility__isnull=False),
                violation_error_message="Say what the tool does and whether it can"
                " be undone.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
