"""Data keys live in a database of their own, so that a dump of the main one is mute."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

_KEYS_MODELS = {"datakey"}


class KeysRouter:
    """Send `DataKey` to the keys database and everything else to the main one."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return self._database(model._meta.app_label, model._meta.model_name)

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return self._database(model._meta.app_label, model._meta.model_name)

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        if model_name is None:
            # RunSQL and RunPython without a model belong to the main database.
            return db == "default"
        return db == (self._database(app_label, model_name) or "default")

    @staticmethod
    def _database(app_label: str, model_name: str | None) -> str | None:
        return "keys" if app_label == "core" and model_name in _KEYS_MODELS else None
