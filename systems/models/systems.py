"""Systems and the credentials they act with."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models

from reviewapp.core.models import User
from reviewapp.core.permissions import Right
from systems.rules import is_host, is_printable


def check_printable(name: str) -> None:
    if not is_printable(name):
        raise ValidationError("Control and direction marks cannot be part of a name.")


def check_host(text: str) -> None:
    if not is_host(text):
        raise ValidationError(
            "“%(text)s” is no host: a name such as hooks.example.com, without port.",
            params={"text": text[:80]},
        )


class Environment(models.TextChoices):
    """Where an act takes effect. Shared by systems, credentials and requests."""

    PRODUCTION = "production", "Production"
    STAGING = "staging", "Staging"
    DEVELOPMENT = "development", "Development"
    TEST = "test", "Test"


class Lifecycle(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    LIVE = "live", "Live"
    PAUSED = "paused", "Paused"
    RETIRED = "retired", "Retired"


class Autonomy(models.TextChoices):
    """How far a system may go by itself: the same scale as the severity table's."""

    A0 = "A0", "A0 · advises"
    A1 = "A1", "A1 · proposes"
    A2 = "A2", "A2 · acts within enforced limits"
    A3 = "A3", "A3 · acts freely"


class SystemQuerySet(models.QuerySet["System"]):
    def visible_to(self, person: User) -> SystemQuerySet:
        """The inventory is one: who may see systems sees them all, retired ones too."""
        return self if person.has_right(Right.SYSTEM_SEE) else self.none()


class System(models.Model):
    """One AI system or agent of the inventory.

    Limits are bytes of a request body and of its arguments; None is the default of
    docs/api.md (1 MiB and 256 KiB).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120, validators=[check_printable])
    purpose = models.TextField(
        max_length=2000, validators=[MaxLengthValidator(2000)], blank=True
    )
    # Somebody answers for a system as long as it stands in the inventory.
    process_owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="systems"
    )
    vendor = models.CharField(max_length=120, blank=True, validators=[check_printable])
    environment = models.CharField(
        max_length=12, choices=Environment.choices, default=Environment.PRODUCTION
    )
    lifecycle = models.CharField(
        max_length=8, choices=Lifecycle.choices, default=Lifecycle.PROPOSED
    )
    autonomy = models.CharField(
        max_length=2, choices=Autonomy.choices, default=Autonomy.A1
    )
    allow_callback_hosts = ArrayField(
        models.CharField(max_length=253, validators=[check_host]),
        default=list,
        blank=True,
    )
    # The process owner has read what stands here and answers for it as of then.
    signed_off_at = models.DateTimeField(null=True, blank=True, editable=False)
    signed_off_by = models.ForeignKey(
        User,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="sign_offs",
    )
    # The secret that signs callbacks is derived from this number (systems/webhooks.py).
    webhook_generation = models.PositiveIntegerField(default=1)
    webhook_rotated_at = models.DateTimeField(null=True, blank=True)
    body_limit_bytes = models.PositiveIntegerField(null=True, blank=True)
    arguments_limit_bytes = models.PositiveIntegerField(null=True, blank=True)
    words_tier = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="The highest tier by which anybody reads the words of its traces"
        " (docs/access.md); null caps nothing.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SystemQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="system_environment_is_known",
                condition=models.Q(environment__in=Environment.values),
            ),
            models.CheckConstraint(
                name="system_lifecycle_is_known",
                condition=models.Q(lifecycle__in=Lifecycle.values),
            ),
            models.CheckConstraint(
                name="sign_off_has_its_person",
                condition=models.Q(signed_off_at=None, signed_off_by=None)
                | models.Q(signed_off_at__isnull=False, signed_off_by__isnull=False),
            ),
            models.CheckConstraint(
                name="system_autonomy_is_known",
                condition=models.Q(autonomy__in=Autonomy.values),
            ),
            models.CheckConstraint(
                name="words_tier_is_a_tier",
                condition=models.Q(words_tier=None)
                | models.Q(words_tier__range=(0, 4)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.lifecycle == Lifecycle.RETIRED


class Credential(models.Model):
    """What a system acts with elsewhere, registered by name with its environment.

    The secret itself never comes here. A request that names an unknown credential, or
    one of another environment than it declares, is in a higher risk class.
    """

    system = models.ForeignKey(
        System, on_delete=models.PROTECT, related_name="credentials"
    )
    name = models.CharField(max_length=120, validators=[check_printable])
    environment = models.CharField(max_length=12, choices=Environment.choices)
    description = models.CharField(max_length=500, blank=True)
    registered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    registered_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            # A retired name stays taken: its past acts must mean one credential.
            models.UniqueConstraint(
                fields=["system", "name"], name="one_credential_per_name"
            ),
            models.CheckConstraint(
                name="credential_environment_is_known",
                condition=models.Q(environment__in=Environment.values),
            ),
        ]

    def __str__(self) -> str:
        return self.name
