"""The ground floor: people, log, keys, doors. Imports no other app."""

from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.apps.registry import apps as installed
from django.db import DEFAULT_DB_ALIAS
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "reviewapp.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from reviewapp.core import checks  # noqa: F401  registers the system checks
        from reviewapp.core.sign_in_events import listen

        listen()
        post_migrate.connect(_start_epoch, sender=self)


def _start_epoch(using: str, apps: Apps = installed, **kwargs: Any) -> None:
    """A migrated database has an epoch; so has one that Django's tests emptied.

    `apps` is as far as the migrations went; a flush does not name it.
    """
    from reviewapp.core.services.epochs import start_epoch

    migrated = "epoch" in apps.all_models["core"]
    if using == DEFAULT_DB_ALIAS and migrated:
        start_epoch()
