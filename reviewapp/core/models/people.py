"""People, the roles they hold and their personal tokens."""

from __future__ import annotations

import zoneinfo
from functools import cached_property
from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from reviewapp.core.permissions import Right, Role, rights_of


def _check_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"{name} is no time zone.")


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. The e-mail address is the name they sign in with."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    time_zone = models.CharField(
        max_length=64, default="UTC", validators=[_check_time_zone]
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held, read once per instance (so once per HTTP request)."""
        return frozenset(Role(grant.role) for grant in self.role_grants.all())

    @cached_property
    def rights(self) -> frozenset[Right]:
        return rights_of(self.roles) if self.is_active else frozenset()

    def has_right(self, right: Right) -> bool:
        return right in self.rights


class RoleGrant(models.Model):
    """One role of one person."""

    class RoleName(models.TextChoices):
        REVIEWER = Role.REVIEWER.value, "Reviewer"
        LEAD = Role.LEAD.value, "Queue lead"
        SUPPORT = Role.SUPPORT.value, "Support"
        SUPPORT_LEAD = Role.SUPPORT_LEAD.value, "Support lead"
        ENGINEER = Role.ENGINEER.value, "Engineer"
        PRIVACY_OFFICER = Role.PRIVACY_OFFICER.value, "Privacy officer"
        COMMANDER = Role.COMMANDER.value, "Incident commander"
        RISK_OWNER = Role.RISK_OWNER.value, "Risk owner"
        RISK_MANAGER = Role.RISK_MANAGER.value, "Risk manager"
        AUDITOR = Role.AUDITOR.value, "Auditor"
        ADMIN = Role.ADMIN.value, "Administrator"

    person = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="role_grants"
    )
    role = models.CharField(max_length=20, choices=RoleName.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], name="one_grant_per_person_and_role"
            ),
            models.CheckConstraint(
                name="role_is_known",
                condition=models.Q(role__in=[role.value for role in Role]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.role}"


class PersonalToken(models.Model):
    """A person's own bearer token: their rights, less what needs a fresh sign-in.

    Only the SHA-256 of the secret is kept; it has 256 random bits, so a slow password
    hash would add nothing but time to every call.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    prefix = models.CharField(max_length=12)
    secret_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix}…"
