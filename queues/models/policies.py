"""Policies: the versioned rules that class and route requests."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models


class PolicyQuerySet(models.QuerySet["Policy"]):
    def current(self) -> Policy:
        """The newest published policy. Raises Policy.DoesNotExist before any is."""
        return self.filter(published_at__isnull=False).latest("version")


class Policy(models.Model):
    """One version of the rules. Immutable once published (a trigger holds that).

    `rules` is read by `queues.policy_rules.PolicyRules`, which validates it.
    """

    version = models.PositiveIntegerField(unique=True)
    rules = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="published_policies",
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="published_policy_is_final",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func="RAISE EXCEPTION 'A published policy is never changed.';",
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.version}"
