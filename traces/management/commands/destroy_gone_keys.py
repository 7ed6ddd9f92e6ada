"""After a restore: destroy the keys that an older dump of the keys brought back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from traces.services.gone_keys import destroy_gone_keys


class Command(BaseCommand):
    help = "Destroy keys that stand again though their words are gone."

    # Any: Django's signature.
    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{destroy_gone_keys()} keys destroyed again.")
