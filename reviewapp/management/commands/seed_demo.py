"""Make the demo's people, queues, systems and past runs, and print the logins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reviewapp.demo.cast import PEOPLE
from reviewapp.demo.past import seed_cases
from reviewapp.demo.seeding import make_password, seed_demo

_FILE = "demo-password"


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        password = self._password()
        seed_demo(password)
        seed_cases(timezone.now())
        self.stdout.write(f"Password of all demo logins: {password}")
        for person in PEOPLE:
            roles = ", ".join(role.replace("_", " ") for role in person.roles)
            self.stdout.write(f"  {person.email:24} {roles}")

    def _password(self) -> str:
        """One password per data folder, so that it is the same at the next start."""
        file = Path(os.environ.get("DATA_DIR", "var/demo")) / _FILE
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(make_password())
        return file.read_text()
